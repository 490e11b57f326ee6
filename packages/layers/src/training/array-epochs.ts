import { ArgumentError, sizeOf, type HostArray } from '@tesserajs/tensor';
import type { Epochs, FedBatch, JsonValue } from './batches.js';
import type { HostTensor } from './host-tensor.js';
import { epochOrder } from './permutation.js';

/** How arrays are cut into batches. */
export interface ArrayEpochsOptions {
  readonly batchSize: number;
  /** Null keeps the order; else each epoch has an order that follows from this seed. */
  readonly shuffleSeed: number | null;
}

/** Batches in flight: one runs, one waits, one is being filled. */
const ringSize = 3;

/** Up to this many elements, copying one by one is faster than making a view. */
const smallExample = 32;

/** Cuts an array into batches: copies of examples in memory that is used in turn, or views of those in a row. */
class Gatherer {
  readonly #source: HostTensor;
  readonly #example: number;
  readonly #batchSize: number;
  readonly #ring: HostArray[] = [];

  constructor(source: HostTensor, batchSize: number) {
    this.#source = source;
    this.#example = sizeOf(source.shape.slice(1));
    this.#batchSize = batchSize;
  }

  /** The examples order[from] … order[to − 1], or from … to − 1 without an order. */
  gather(order: Uint32Array | null, from: number, to: number, turn: number): HostTensor {
    const { data, shape, dtype } = this.#source;
    const size = this.#example;
    const batchShape = [to - from, ...shape.slice(1)];
    if (order === null) return { data: data.subarray(from * size, to * size), shape: batchShape, dtype };
    const create = data.constructor as new (length: number) => HostArray;
    const whole = (this.#ring[turn % ringSize] ??= new create(this.#batchSize * size));
    const target = whole.length === (to - from) * size ? whole : whole.subarray(0, (to - from) * size);
    for (let i = from; i < to; i++) {
      const [start, at] = [order[i]! * size, (i - from) * size];
      if (size > smallExample) target.set(data.subarray(start, start + size) as never, at);
      else for (let k = 0; k < size; k++) target[at + k] = data[start + k]!;
    }
    return { data: target, shape: batchShape, dtype };
  }
}

/** The epochs of arrays in memory. Throws an ArgumentError when inputs and targets differ in length. */
export function arrayEpochs(
  operation: string,
  inputs: HostTensor,
  targets: HostTensor | null,
  { batchSize, shuffleSeed }: ArrayEpochsOptions,
): Epochs {
  const examples = inputs.shape[0]!;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`${operation}: batchSize ${batchSize} is not accepted; use a whole number >= 1`);
  }
  if (targets !== null && targets.shape[0] !== examples) {
    throw new ArgumentError(
      `${operation}: x has ${examples} examples and y ${targets.shape[0]}; both need the same number along axis 0`,
    );
  }
  const full = Math.min(batchSize, examples);
  const x = new Gatherer(inputs, full);
  const y = targets === null ? null : new Gatherer(targets, full);
  const batches = Math.ceil(examples / batchSize);
  let turn = 0;

  async function* epoch(index: number, from: JsonValue): AsyncGenerator<FedBatch, void> {
    const order = shuffleSeed === null ? null : await epochOrder(examples, shuffleSeed, index);
    for (let batch = typeof from === 'number' ? from : 0; batch < batches; batch++, turn++) {
      const start = batch * batchSize;
      const end = Math.min(start + batchSize, examples);
      yield {
        inputs: x.gather(order, start, end, turn),
        targets: y?.gather(order, start, end, turn) ?? null,
        examples: end - start,
        next: batch + 1,
      };
    }
  }
  const identity = { examples, batchSize, shuffleSeed };
  return { batches, examples, identity, resumable: true, boundary: () => null, epoch };
}

/**
 * The first examples and the last share of them, before any shuffling. Throws an ArgumentError when a part is empty.
 */
export function splitLast(array: HostTensor, share: number): [HostTensor, HostTensor] {
  const [examples = 0, ...rest] = array.shape;
  const cut = Math.floor(examples * (1 - share));
  if (!(share > 0 && share < 1) || cut === 0 || cut === examples) {
    throw new ArgumentError(
      `fit: validationSplit ${share} of ${examples} examples leaves nothing to train on or to validate with; use ` +
        'a share between 0 and 1',
    );
  }
  const at = cut * sizeOf(rest);
  return [
    { ...array, data: array.data.subarray(0, at), shape: [cut, ...rest] },
    { ...array, data: array.data.subarray(at), shape: [examples - cut, ...rest] },
  ];
}
