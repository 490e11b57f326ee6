import { DataArgumentError } from '../errors.js';
import {
  allocate,
  checkHostTensor,
  elementCount,
  hasDType,
  isFloat,
  type HostArrays,
  type HostDType,
  type HostTensor,
} from '../host-tensor.js';
import { ByteTable } from './byte-table.js';
import type { CopyRun } from './copy-run.js';

/** How {@link column} presents an array in batches. */
export interface ColumnOptions {
  /** Shape of one example; the array's own without axis 0 by default. */
  readonly shape?: readonly number[];
  /** Each element x becomes scale · x + offset; 1 by default. */
  readonly scale?: number;
  /** Each element x becomes scale · x + offset; 0 by default. */
  readonly offset?: number;
  /** dtype in batches: float32 when `scale` or `offset` is given, else the array's own by default. */
  readonly dtype?: 'float32' | 'float64' | 'int32';
}

/** An array of examples with the conversion that its batches undergo; made by {@link column}. */
export interface Column {
  /** Number of examples. */
  readonly examples: number;
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** dtype in batches. */
  readonly dtype: HostDType;
  /** An array for the examples of one batch. */
  allocate(examples: number): HostArrays[HostDType];
  /** Converts the examples at the places `from` to `to` - 1 of `order` (null: as stored) into `into`. */
  gather(order: Uint32Array | null, from: number, to: number, into: HostArrays[HostDType]): void;
}

/**
 * Presents an array of examples, `[examples, …]`, in another shape, scale or dtype. Elements are converted when a batch
 * is made, so that images stay bytes in memory; scale · x + offset is computed in float64 and rounded once.
 * Throws `DataArgumentError` when data and shape disagree or a conversion would lose values.
 *
 * @example
 * ```ts
 * const { train } = await loadMnist({ directory: 'mnist' });
 * const inputs = column(train.images, { shape: [28, 28, 1], scale: 1 / 255 });
 * const targets = column(train.labels, { dtype: 'int32' });
 * ```
 */
export function column(array: HostTensor, options: ColumnOptions = {}): Column {
  checkHostTensor(array, 'column', 'examples');
  const [examples, ...stored] = array.shape;
  if (examples === undefined) {
    throw new DataArgumentError('column: the array needs an axis of examples, its shape is []');
  }
  const { shape = stored, scale = 1, offset = 0 } = options;
  if (!Number.isFinite(scale) || !Number.isFinite(offset)) {
    throw new DataArgumentError(`column: scale and offset must be finite, got ${scale} and ${offset}`);
  }
  const size = elementCount(stored);
  if (elementCount(shape) !== size || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new DataArgumentError(
      `column: shape [${shape.join(', ')}] does not hold an example of shape [${stored.join(', ')}]`,
    );
  }
  const scaled = scale !== 1 || offset !== 0;
  const dtype = options.dtype ?? (scaled && !isFloat(array.dtype) ? 'float32' : array.dtype);
  checkConversion(array.dtype, dtype, scaled);
  return {
    examples,
    shape,
    dtype,
    allocate: (count) => allocate(dtype, count * size),
    gather: gatherer(array, size, dtype, scale, offset),
  };
}

/** True for what {@link column} returns. */
export function isColumn(value: HostTensor | Column): value is Column {
  return 'gather' in value;
}

function checkConversion(from: HostDType, to: HostDType, scaled: boolean): void {
  if (scaled && !isFloat(to)) {
    throw new DataArgumentError(`column: scale and offset need a float dtype, got ${to}`);
  }
  if (from !== to && to === 'int32' && (isFloat(from) || from === 'uint32')) {
    throw new DataArgumentError(`column: ${from} does not fit into int32`);
  }
}

function gatherer(array: HostTensor, size: number, dtype: HostDType, scale: number, offset: number): Column['gather'] {
  const { data } = array;
  if (dtype === array.dtype && scale === 1 && offset === 0) {
    return eachRun(size, (into) => (start, end, at) => {
      into.set(data.subarray(start, end), at);
    });
  }
  if (hasDType(array, 'uint8') && dtype === 'float32') {
    const table = new ByteTable(array.data, size, scale, offset);
    return eachRun(size, (into) => table.into(into as Float32Array));
  }
  return eachRun(size, (into) => (start, end, at) => {
    for (let from = start, to = at; from < end; from++, to++) into[to] = data[from]! * scale + offset;
  });
}

/** Turns a copier of neighbouring elements into one of examples of `size` elements each. */
function eachRun(size: number, copyInto: (into: HostArrays[HostDType]) => CopyRun): Column['gather'] {
  return (order, from, to, into) => {
    const copy = copyInto(into);
    if (order === null) {
      copy(from * size, to * size, 0);
      return;
    }
    for (let place = from; place < to; place++) {
      const start = order[place]! * size;
      copy(start, start + size, (place - from) * size);
    }
  };
}
