import { fromHostArray } from './create.js';
import type { HostArray } from './dtypes.js';
import { schedule } from './execution/evaluate.js';
import { decodeNumber } from './half.js';
import { sizeOf, type Shape } from './shapes.js';
import { tree } from './index.js';
import type { Tensor } from './tensor.js';

/** The value in memory form, at once: for the reference backend, which does not wait. */
export function bufferOf(tensor: Tensor): HostArray {
  schedule('test', [tensor]);
  return tensor.storage!.buffer as HostArray;
}

/** The elements of any typed array. */
export function elementsOf(array: HostArray): (number | bigint)[] {
  return Array.from<number | bigint>(array);
}

/** The elements as numbers. */
export function numbersOf(tensor: Tensor): number[] {
  return elementsOf(bufferOf(tensor)).map((value) =>
    typeof value === 'bigint' ? Number(value) : decodeNumber(value, tensor.dtype),
  );
}

/** A tree with each tensor replaced by its dtype, shape and elements. */
export function shown(value: unknown): unknown {
  return tree.leaves(value).map((leaf) => `${leaf.dtype} [${leaf.shape.join(',')}] ${numbersOf(leaf).join(' ')}`);
}

/** A float64 tensor. */
export function float64(values: readonly number[], shape: Shape = [values.length]): Tensor {
  return fromHostArray(Float64Array.from(values), shape, 'float64');
}

/** Multiples of 1/64 between −2 and 2 that look random and depend on `seed`, as float64. */
export function pattern(shape: Shape, seed: number): Tensor {
  const size = sizeOf(shape);
  return float64(
    Array.from({ length: size }, (_, i) => (((i * 7919 + seed * 104729 + i * i * 31) % 257) - 128) / 64),
    shape,
  );
}

/** The largest difference of two tensors' elements, relative to the largest element; NaN equals NaN. */
export function relativeDifference(a: Tensor, b: Tensor): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  if (x.length !== y.length) return Infinity;
  const scale = Math.max(1e-300, ...y.filter(Number.isFinite).map(Math.abs));
  return Math.max(0, ...x.map((value, i) => (Object.is(value, y[i]) ? 0 : Math.abs(value - y[i]!) / scale)));
}
