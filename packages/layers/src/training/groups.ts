import type { HostArray } from '@tesserajs/tensor';
import { sameShape } from '../shapes.js';
import type { BatchData, FedBatch, JsonValue } from './batches.js';
import { hostLeaves, mapHost, type HostTensor } from './host-tensor.js';

/** Batches that one call of the backend trains on. */
export interface BatchGroup {
  /** At least one, of equal shapes. */
  readonly batches: readonly FedBatch[];
  /** Several: stacked along a new axis 0; one: as it is. */
  readonly data: BatchData;
  /** Of all batches. */
  readonly examples: number;
  /** The place of the next batch, for resuming. */
  readonly next: JsonValue;
}

/** Groups in flight: one runs, one waits, one is being filled. */
const ringSize = 3;

function alone(batch: FedBatch): BatchGroup {
  return { ...batch, batches: [batch] };
}

/** Memory for arrays of one type, one behind the other. */
class Stack {
  readonly #data: HostArray;
  readonly #type: HostTensor;
  readonly #count: number;

  constructor(type: HostTensor, count: number) {
    const create = type.data.constructor as new (length: number) => HostArray;
    this.#data = new create(count * type.data.length);
    this.#type = type;
    this.#count = count;
  }

  fits({ dtype, shape }: HostTensor): boolean {
    return dtype === this.#type.dtype && sameShape(shape, this.#type.shape);
  }

  /** A copy in the memory of this stack. */
  put({ data, shape, dtype }: HostTensor, position: number): HostTensor {
    const own = this.#data.subarray(position * data.length, (position + 1) * data.length);
    own.set(data as never);
    return { data: own, shape, dtype };
  }

  get whole(): HostTensor {
    const { shape, dtype } = this.#type;
    return { data: this.#data, shape: [this.#count, ...shape], dtype };
  }
}

/** Memory for the arrays of one group. */
class GroupMemory {
  readonly #first: BatchData;
  readonly #paths: readonly string[];
  readonly #stacks: readonly Stack[];

  constructor({ data }: FedBatch, count: number) {
    this.#first = data;
    this.#paths = hostLeaves(data).map(({ path }) => path);
    this.#stacks = hostLeaves(data).map(({ leaf }) => new Stack(leaf, count));
  }

  fits({ data }: FedBatch): boolean {
    const leaves = hostLeaves(data);
    return (
      leaves.length === this.#stacks.length &&
      leaves.every(({ leaf, path }, i) => path === this.#paths[i] && this.#stacks[i]!.fits(leaf))
    );
  }

  put(batch: FedBatch, position: number): FedBatch {
    let next = 0;
    return { ...batch, data: mapHost(batch.data, (leaf) => this.#stacks[next++]!.put(leaf, position)) as BatchData };
  }

  /** All of it, as one group. */
  group(batches: readonly FedBatch[]): BatchGroup {
    const examples = batches.reduce((sum, batch) => sum + batch.examples, 0);
    let next = 0;
    const data = mapHost(this.#first, () => this.#stacks[next++]!.whole) as BatchData;
    return { batches, data, examples, next: batches.at(-1)!.next };
  }
}

/** Groups of `count` batches in a row; those that do not fill a group, or differ in shape, come one by one. */
export async function* groupBatches(
  batches: AsyncGenerator<FedBatch, void>,
  count: number,
): AsyncGenerator<BatchGroup, void> {
  const ring: GroupMemory[] = [];
  let turn = 0;
  let open: FedBatch[] = [];
  for await (const batch of batches) {
    if (count === 1) {
      yield alone(batch);
      continue;
    }
    if (open.length > 0 && !ring[turn]!.fits(batch)) {
      yield* open.map(alone);
      open = [];
      turn = (turn + 1) % ringSize;
    }
    let memory = ring[turn];
    if (memory?.fits(batch) !== true) ring[turn] = memory = new GroupMemory(batch, count);
    open.push(memory.put(batch, open.length));
    if (open.length < count) continue;
    yield memory.group(open);
    open = [];
    turn = (turn + 1) % ringSize;
  }
  yield* open.map(alone);
}
