import type { Tensor } from '@tesserajs/tensor';
import type { AnyModel } from '../models/model.js';
import type { JsonValue } from './batches.js';

/** Means by name: `loss`, the metrics, and after an epoch those of the validation: `valLoss`, `valAccuracy`. */
export type Logs = Readonly<Record<string, number>>;

/** What callbacks get besides logs. */
export interface CallbackContext {
  /** The model; it holds the current weights, except in `onBatchEnd`. */
  readonly model: AnyModel;
  /** The learning rate of the next step. Setting it lasts: it becomes that of the optimizer, too. */
  learningRate: number;
  /** True when `signal` ended training. */
  readonly interrupted: boolean;
  /** Ends training after the current step; `fit` resolves as usual. */
  stop(): void;
  /** Writes the current weights to the model now, for use in `onBatchEnd`. */
  writeWeights(): Promise<void>;
}

/** What `onBatchEnd` gets. */
export interface BatchContext extends CallbackContext {
  readonly epoch: number;
  /** Steps taken in all, also in earlier calls of `fit`. */
  readonly step: number;
  /** Over this batch alone: the loss, and the metrics that are means of values of examples. */
  readonly batchLogs: Logs;
  /** Examples in this batch. */
  readonly examples: number;
}

/** What a callback remembers from epoch to epoch. */
export interface CallbackState {
  readonly values: JsonValue;
  readonly tensors?: Readonly<Record<string, Tensor>>;
}

/**
 * Called by `fit` at its stages, which wait for what it returns: any object with some of these functions.
 * `onBatchEnd` makes the loss of each step be read.
 */
export interface Callback {
  /** Name under which checkpoints keep `state`. */
  readonly name?: string;
  /** True for what saves states, and so comes after those that change them. */
  readonly last?: boolean;
  /** What a checkpoint keeps of this callback, so that training goes on as if it had never stopped. */
  state?(): CallbackState;
  /** Takes up what `state` told, after `onTrainBegin`. */
  restore?(state: CallbackState): void;
  /** Before `fit` decides where to begin: `model.restore` here makes it go on at a checkpoint. */
  onFit?(model: AnyModel): unknown;
  onTrainBegin?(context: CallbackContext): unknown;
  onTrainEnd?(logs: Logs, context: CallbackContext): unknown;
  onEpochBegin?(epoch: number, context: CallbackContext): unknown;
  onEpochEnd?(epoch: number, logs: Logs, context: CallbackContext): unknown;
  /** `logs` are means over the epoch so far. */
  onBatchEnd?(batch: number, logs: Logs, context: BatchContext): unknown;
}

/** What `fit` resolves to. */
export interface History {
  /** Numbers of the epochs that were completed. */
  readonly epoch: number[];
  /** Per name one number per epoch: `loss`, the metrics, `valLoss`, … */
  readonly history: Record<string, number[]>;
  /** True when `signal` ended training before the last epoch. */
  readonly interrupted: boolean;
}
