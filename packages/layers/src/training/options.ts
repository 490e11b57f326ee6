import { ArgumentError } from '@tesserajs/tensor';
import { checkLearningRate } from '../optimizers/check.js';
import type { Schedule } from '../schedules/schedule.js';
import type { BatchSource, ClassWeight } from './batches.js';
import type { Callback } from './callbacks.js';
import type { Arrays } from './host-tensor.js';

/** Options of `fit`. */
export interface FitOptions {
  /** Number of the epoch after the last one. Default 1. */
  readonly epochs?: number;
  /** Number of the first epoch. Default 0, or where `restore` left training. */
  readonly initialEpoch?: number;
  /** Examples per step, for arrays; the last batch may be smaller. Default 32. */
  readonly batchSize?: number;
  /**
   * Steps that the backend takes in one call, with the same results as one by one: faster where a step takes less than
   * some milliseconds. `onBatchEnd` then comes once per call. Batches of other shapes, such as the last of an epoch, are
   * trained on by themselves. Default 1.
   */
  readonly stepsPerExecution?: number;
  /** Whether arrays get a new order in each epoch. Default true. */
  readonly shuffle?: boolean;
  /** Decides orders and dropout masks: the same seed gives the same weights, bit for bit. Default 0. */
  readonly seed?: number;
  /** Learning rate of this training, or a schedule; default that of the optimizer. */
  readonly learningRate?: number | Schedule;
  /** What to evaluate on after each epoch. */
  readonly validationData?:
    readonly [x: Arrays, y: Arrays] | readonly [x: Arrays, y: Arrays, sampleWeight: Arrays] | BatchSource;
  /** Share of the arrays, from their end and before shuffling, to evaluate on instead of training on. Default 0. */
  readonly validationSplit?: number;
  /**
   * How much each example counts in the loss and in `weightedMetrics`, [examples]; for several outputs also a list or
   * record of such. As in Keras 3, the weighted losses are averaged over the number of examples. Default 1 each.
   */
  readonly sampleWeight?: Arrays;
  /** How much examples of a class count, by its number; multiplies `sampleWeight`. For models of one output. */
  readonly classWeight?: ClassWeight;
  readonly callbacks?: Callback | readonly Callback[];
  /**
   * Ends training after the current step; the model keeps what it has learned, and `fit` resolves with `interrupted`.
   */
  readonly signal?: AbortSignal;
  /** Stops with a NonFiniteLossError when the loss is NaN or infinite. Default true. */
  readonly terminateOnNaN?: boolean;
  /**
   * 1 (default): a progress bar, or one line per epoch where there is no terminal; 2: one line per epoch; 0: nothing.
   */
  readonly verbose?: 0 | 1 | 2;
}

/** Options of `predict`. */
export interface BatchedOptions {
  /** Examples at a time, for arrays. Default 32. */
  readonly batchSize?: number;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends BatchedOptions {
  /** How much each example counts, as in `fit`. */
  readonly sampleWeight?: Arrays;
}

/** Options of `trainOnBatch`. */
export interface TrainOnBatchOptions {
  /** How much each example counts, as in `fit`. */
  readonly sampleWeight?: Arrays;
  /** How much examples of a class count, as in `fit`. */
  readonly classWeight?: ClassWeight;
  /** Learning rate of this step; default that of the optimizer. */
  readonly learningRate?: number;
}

/** Throws an ArgumentError for options out of range. */
export function checkFitOptions(options: FitOptions): void {
  const whole = (option: 'epochs' | 'initialEpoch' | 'seed' | 'stepsPerExecution', least: number): void => {
    const value = options[option];
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
    throw new ArgumentError(`fit: ${option} ${value} is not accepted; use a whole number >= ${least}`);
  };
  whole('epochs', 0);
  whole('initialEpoch', 0);
  whole('seed', 0);
  whole('stepsPerExecution', 1);
  const { learningRate, validationData, validationSplit = 0 } = options;
  if (learningRate !== undefined) checkLearningRate('fit', learningRate);
  if (validationData !== undefined && validationSplit !== 0) {
    throw new ArgumentError('fit: validationData and validationSplit exclude each other; give one of them');
  }
}
