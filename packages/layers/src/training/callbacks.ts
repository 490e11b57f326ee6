import type { AnyModel } from '../models/model.js';

/** Means by name: `loss`, the metrics, and after an epoch those of the validation: `valLoss`, `valAccuracy`. */
export type Logs = Readonly<Record<string, number>>;

/** What callbacks get besides logs. */
export interface CallbackContext {
  /** The model; it holds the current weights, except in `onBatchEnd`. */
  readonly model: AnyModel;
  /** Ends training after the current step; `fit` resolves as usual. */
  stop(): void;
  /** Writes the current weights to the model now, for use in `onBatchEnd`. */
  writeWeights(): Promise<void>;
}

/** What `onBatchEnd` gets. */
export interface BatchContext extends CallbackContext {
  readonly epoch: number;
  /** Means over this batch alone. */
  readonly batchLogs: Logs;
  /** Examples in this batch. */
  readonly examples: number;
}

/** Called by `fit` at its stages, which wait for what it returns. `onBatchEnd` makes the loss of each step be read. */
export interface Callback {
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
