import { ArgumentError, ExecutionError } from '@tesserajs/tensor';

/** A layer is used before its weights exist, where their shapes cannot be known. */
export class UnbuiltError extends ArgumentError {}

/** `fit` or `evaluate` is called on a model that has no loss yet. */
export class NotCompiledError extends ArgumentError {}

/** The training loss became NaN or infinite; the model keeps the weights that it last received. */
export class NonFiniteLossError extends ExecutionError {
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Batch within the epoch, from 0, whose loss was the first that is not finite. */
  readonly batch: number;

  constructor(message: string, epoch: number, batch: number) {
    super(message);
    this.epoch = epoch;
    this.batch = batch;
  }
}
