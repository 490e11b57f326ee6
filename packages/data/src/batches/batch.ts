import type { HostTensor } from '../host-tensor.js';

/** What a JSON text can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Some examples, stacked along axis 0. */
export interface Batch {
  /** Input of the model, `[batch, …]`; a list for a model with several inputs. */
  readonly inputs: HostTensor | HostTensor[];
  /** What the model is to give, `[batch, …]`; absent when there is nothing to compare with. */
  readonly targets?: HostTensor;
}

/**
 * A place among the batches that can be saved and returned to.
 *
 * One iteration is one epoch. Each begins a new epoch at its first batch, with the exception of the first one after
 * `restore`, which goes on at the restored place.
 */
export interface Resumable {
  /**
   * The place of the batch that the latest iteration gives next, as JSON. A consumer that fetches batches ahead takes
   * the state together with each batch, before it asks for another.
   */
  state(): JsonValue;
  /** Makes the next iteration go on at a place that {@link Resumable.state} told, with the same batches, bit for bit. */
  restore(state: JsonValue): void;
}

/** Where training gets its batches from: any iterable of batches, synchronous or not, that can be resumed. */
export type BatchSource = (Iterable<Batch> | AsyncIterable<Batch>) &
  Resumable & {
    /** Number of batches in a whole epoch, where it is known. */
    readonly batchesPerEpoch?: number;
    /** Number of examples in a whole epoch, where it is known. */
    readonly examples?: number;
  };
