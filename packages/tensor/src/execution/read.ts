import { isHalf, type HostArray } from '../dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { decodeNumber } from '../half.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { schedule } from './evaluate.js';

/** The typed arrays that `data()` gives. */
export type TensorData = HostArray;

/** Nested arrays as deep as the tensor has axes; a plain value for a scalar. */
export type NestedArray = number | boolean | bigint | NestedArray[];

/** Options of `array` and `item`. */
export interface ReadOptions {
  /** Give 64-bit integers as bigint instead of throwing above 2^53. */
  readonly bigint?: boolean;
}

/** A copy of the stored elements, as they are now: a donation that comes later does not touch it. */
export async function readStored(operation: string, tensor: Tensor): Promise<HostArray> {
  schedule(operation, [tensor]);
  const storage = tensor.storage!;
  storage.beginRead();
  try {
    if (storage.isPending) await storage.settled();
    const stored = storage.backend.fromDevice(storage.buffer, tensor);
    return (stored instanceof Promise ? await stored : stored).slice();
  } finally {
    storage.endRead();
  }
}

/** Implements `Tensor.data`. */
export async function readData(
  tensor: Tensor,
  dtype?: 'float32' | 'float64' | 'int32',
  operation = 'data',
): Promise<HostArray> {
  if (tensor.dtype === 'key') {
    throw new DTypeError(
      `${operation}: a random key has no numeric value; draw numbers with random.uniform(key, shape)`,
    );
  }
  if (dtype !== undefined && dtype !== tensor.dtype) return readData(tensor.cast(dtype), undefined, operation);
  const stored = await readStored(operation, tensor);
  if (!isHalf(tensor.dtype)) return stored;
  return Float32Array.from(stored as Uint16Array, (bits) => decodeNumber(bits, tensor.dtype));
}

/** One element as JavaScript shows it. */
function present(
  operation: string,
  value: number | bigint,
  tensor: Tensor,
  options: ReadOptions,
): number | boolean | bigint {
  if (typeof value !== 'bigint') return tensor.dtype === 'bool' ? value !== 0 : value;
  if (options.bigint === true) return value;
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
    throw new ArgumentError(`${operation}: ${tensor.dtype} value ${value} is beyond 2^53; pass { bigint: true }`);
  }
  return Number(value);
}

/** Implements `Tensor.array`. */
export async function readArray(tensor: Tensor, options: ReadOptions): Promise<NestedArray> {
  const data = await readData(tensor, undefined, 'array');
  let position = 0;
  const build = (axis: number): NestedArray =>
    axis === tensor.rank
      ? present('array', data[position++]!, tensor, options)
      : Array.from({ length: tensor.shape[axis]! }, () => build(axis + 1));
  return build(0);
}

/** Implements `Tensor.item`. */
export async function readItem(tensor: Tensor, options: ReadOptions): Promise<number | bigint> {
  if (tensor.size !== 1) {
    throw new ShapeError(
      `item: ${formatShape(tensor.shape)} has ${tensor.size} elements; item() reads one: use array(), or slice first`,
    );
  }
  const data = await readData(tensor, undefined, 'item');
  const value = present('item', data[0]!, tensor, options);
  return typeof value === 'boolean' ? Number(value) : value;
}

const shownElements = 16;

/** dtype, shape, backend and, when they are known and few, the values. */
export function describeTensor(tensor: Tensor): string {
  const type = `${tensor.dtype} ${formatShape(tensor.shape)}`;
  const { storage } = tensor;
  if (storage === null) return `Tensor(${type}, ${tensor.trace === null ? 'not evaluated' : 'traced'})`;
  if (storage.isPending) return `Tensor(${type}, ${storage.backend.name}, running)`;
  if (storage.error !== null) return `Tensor(${type}, ${storage.backend.name}, failed: ${storage.error.message})`;
  if (storage.backend.memorySpace !== 'host' || tensor.dtype === 'key')
    return `Tensor(${type}, ${storage.backend.name})`;
  const data = storage.buffer as HostArray;
  const shown = Array.from({ length: Math.min(tensor.size, shownElements) }, (_, i) => {
    const value = data[i]!;
    if (typeof value === 'bigint') return String(value);
    if (tensor.dtype === 'bool') return String(value !== 0);
    const number = decodeNumber(value, tensor.dtype);
    return Number.isInteger(number) ? String(number) : String(Number(number.toPrecision(6)));
  });
  const rest = tensor.size > shownElements ? ', …' : '';
  return `Tensor(${type}, ${storage.backend.name}, [${shown.join(', ')}${rest}])`;
}
