import { DataArgumentError } from '../errors.js';
import type { HostArrays, HostDType, HostTensor } from '../host-tensor.js';
import { permutation } from '../random/permutation.js';
import type { Batch, JsonValue, Resumable } from './batch.js';
import type { Column } from './column.js';
import { checkState, type ArrayBatchState } from './state.js';

/** How a data set is cut into batches. */
export interface BatchOptions {
  /** Whether each epoch has its own random order; false by default. */
  readonly shuffle?: boolean;
  /** The orders depend on this number alone: a safe integer from 0; 0 by default. */
  readonly seed?: number;
  /** Whether a last batch that is not full is left out; false by default. */
  readonly dropRemainder?: boolean;
  /**
   * Number of batches whose memory is used in turn: a batch is overwritten when `reuse` more have been asked for.
   * 0, the default, gives every batch memory of its own.
   */
  readonly reuse?: number;
}

interface Cursor {
  readonly epoch: number;
  batch: number;
}

type Buffers = readonly HostArrays[HostDType][];

/**
 * The batches of an `ArrayDataset`, one epoch per iteration. In epoch e the order is `permutation(examples, seed, e)`:
 * Fisher–Yates over threefry2x32, so it depends on seed and epoch alone. {@link Resumable} tells how epochs are counted.
 */
export class ArrayBatches implements Resumable, Iterable<Batch> {
  /** Number of examples of the data set. */
  readonly examples: number;
  /** Number of batches in a whole epoch. */
  readonly batchesPerEpoch: number;
  readonly #inputs: Column | readonly Column[];
  readonly #targets: Column | null;
  readonly #batchSize: number;
  readonly #shuffle: boolean;
  readonly #seed: number;
  readonly #dropRemainder: boolean;
  readonly #reuse: number;
  #cursor: Cursor = { epoch: 0, batch: 0 };
  #cursorIsNext = true;

  /** Made by `ArrayDataset.batch`. */
  constructor(
    inputs: Column | readonly Column[],
    targets: Column | null,
    examples: number,
    batchSize: number,
    options: BatchOptions,
  ) {
    const { shuffle = false, seed = 0, dropRemainder = false, reuse = 0 } = options;
    checkInteger('batchSize', batchSize, 1);
    checkInteger('seed', seed, 0);
    checkInteger('reuse', reuse, 0);
    this.examples = examples;
    this.batchesPerEpoch = dropRemainder ? Math.floor(examples / batchSize) : Math.ceil(examples / batchSize);
    if (this.batchesPerEpoch === 0) {
      throw new DataArgumentError(
        `batch: ${examples} examples do not fill one batch of ${batchSize}, and dropRemainder leaves it out`,
      );
    }
    this.#inputs = inputs;
    this.#targets = targets;
    this.#batchSize = batchSize;
    this.#shuffle = shuffle;
    this.#seed = seed;
    this.#dropRemainder = dropRemainder;
    this.#reuse = reuse;
  }

  /** Goes through one epoch; which one, {@link Resumable} tells. */
  [Symbol.iterator](): IterableIterator<Batch> {
    const cursor = this.#cursorIsNext ? this.#cursor : { epoch: this.#cursor.epoch + 1, batch: 0 };
    this.#cursor = cursor;
    this.#cursorIsNext = false;
    return this.#epoch(cursor);
  }

  /** The place of the batch that the latest iteration gives next: plain JSON. */
  state(): ArrayBatchState {
    return {
      version: 1,
      epoch: this.#cursor.epoch,
      batch: this.#cursor.batch,
      examples: this.examples,
      batchSize: this.#batchSize,
      shuffle: this.#shuffle,
      seed: this.#seed,
      dropRemainder: this.#dropRemainder,
    };
  }

  /**
   * Makes the next iteration go on at a place that {@link ArrayBatches.state} told. Throws `DataStateError` when the state is
   * damaged or belongs to batches with other options or another number of examples.
   */
  restore(state: JsonValue): void {
    this.#cursor = { ...checkState(state, this.state(), this.batchesPerEpoch) };
    this.#cursorIsNext = true;
  }

  *#epoch(cursor: Cursor): IterableIterator<Batch> {
    const order = this.#shuffle ? permutation(this.examples, this.#seed, cursor.epoch) : null;
    const ring: Buffers[] = [];
    while (cursor.batch < this.batchesPerEpoch) {
      const from = cursor.batch * this.#batchSize;
      const to = Math.min(from + this.#batchSize, this.examples);
      const batch = this.#gather(order, from, to, this.#buffers(ring, cursor.batch, to - from));
      cursor.batch++;
      yield batch;
    }
    if (this.#cursor === cursor) {
      this.#cursor = { epoch: cursor.epoch + 1, batch: 0 };
      this.#cursorIsNext = true;
    }
  }

  #columns(): readonly Column[] {
    return [this.#inputs, this.#targets ?? []].flat();
  }

  #buffers(ring: Buffers[], batch: number, examples: number): Buffers {
    if (this.#reuse === 0) return this.#columns().map((column) => column.allocate(examples));
    return (ring[batch % this.#reuse] ??= this.#columns().map((column) => column.allocate(this.#batchSize)));
  }

  #gather(order: Uint32Array | null, from: number, to: number, buffers: Buffers): Batch {
    const tensors = this.#columns().map((column, index): HostTensor => {
      const length = (to - from) * column.shape.reduce((product, axis) => product * axis, 1);
      const buffer = buffers[index]!;
      const data = buffer.length === length ? buffer : buffer.subarray(0, length);
      column.gather(order, from, to, data);
      return { data, shape: [to - from, ...column.shape], dtype: column.dtype };
    });
    const inputs = Array.isArray(this.#inputs) ? tensors.slice(0, this.#inputs.length) : tensors[0]!;
    return this.#targets === null ? { inputs } : { inputs, targets: tensors.at(-1)! };
  }
}

function checkInteger(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DataArgumentError(`batch: ${option} must be an integer from ${least}, got ${String(value)}`);
}
