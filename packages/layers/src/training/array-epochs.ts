import { ArgumentError, sizeOf, type HostArray } from '@tesserajs/tensor';
import type { BatchData, Epochs, FedBatch, JsonValue } from './batches.js';
import { hostLeaves, mapHost, type HostTensor } from './host-tensor.js';
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

const roles = { inputs: 'x', targets: 'y', weights: 'sampleWeight' };

/** The number of examples, which all arrays must have along axis 0. Throws an ArgumentError when they differ. */
function countExamples(operation: string, data: BatchData): number {
  const named = Object.entries(roles).flatMap(([part, role]) =>
    hostLeaves(data[part as keyof BatchData]).map(({ leaf, path }) => ({
      name: path === '' ? role : `${role}.${path}`,
      count: leaf.shape[0]!,
    })),
  );
  const first = named[0]!;
  const other = named.find(({ count }) => count !== first.count);
  if (other === undefined) return first.count;
  throw new ArgumentError(
    `${operation}: ${first.name} has ${first.count} examples and ${other.name} ${other.count}; both need the same ` +
      'number along axis 0',
  );
}

/** The epochs of arrays in memory. Throws an ArgumentError when they differ in length. */
export function arrayEpochs(operation: string, data: BatchData, options: ArrayEpochsOptions): Epochs {
  const { batchSize, shuffleSeed } = options;
  const examples = countExamples(operation, data);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`${operation}: batchSize ${batchSize} is not accepted; use a whole number >= 1`);
  }
  const full = Math.min(batchSize, examples);
  const gatherers = hostLeaves(data).map(({ leaf }) => new Gatherer(leaf, full));
  const batches = Math.ceil(examples / batchSize);
  let turn = 0;

  async function* epoch(index: number, from: JsonValue): AsyncGenerator<FedBatch, void> {
    const order = shuffleSeed === null ? null : await epochOrder(examples, shuffleSeed, index);
    for (let batch = typeof from === 'number' ? from : 0; batch < batches; batch++, turn++) {
      const start = batch * batchSize;
      const end = Math.min(start + batchSize, examples);
      let next = 0;
      yield {
        data: mapHost(data, () => gatherers[next++]!.gather(order, start, end, turn)) as BatchData,
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
export function splitLast(data: BatchData, share: number): [BatchData, BatchData] {
  const examples = countExamples('fit', data);
  const cut = Math.floor(examples * (1 - share));
  if (!(share > 0 && share < 1) || cut === 0 || cut === examples) {
    throw new ArgumentError(
      `fit: validationSplit ${share} of ${examples} examples leaves nothing to train on or to validate with; use ` +
        'a share between 0 and 1',
    );
  }
  const part = (from: number, to: number): BatchData =>
    mapHost(data, (array) => {
      const rest = array.shape.slice(1);
      const size = sizeOf(rest);
      return { ...array, data: array.data.subarray(from * size, to * size), shape: [to - from, ...rest] };
    }) as BatchData;
  return [part(0, cut), part(cut, examples)];
}
