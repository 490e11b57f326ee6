import { fromHostArray } from '../create.js';
import { ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { checkShape, formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { avgPool } from './avg-pool.js';
import { sliceAxis } from './axes.js';
import { perAxis } from './conv.js';
import { maximum } from './elementwise/arithmetic.js';
import { take } from './gather.js';
import { maxPool } from './pool.js';
import { concat } from './slice.js';

/** Pools to a given output size: evenly where sizes divide, else one window after the other along each axis. */
function adaptivePool(
  operation: string,
  x: Tensor,
  outputSize: number | readonly number[],
  pool: (x: Tensor, window: readonly number[]) => Tensor,
  reduce: (x: Tensor, axis: number) => Tensor,
  ofTwo: (a: Tensor, b: Tensor) => Tensor,
): Tensor {
  checkTensor(operation, x);
  const axes = Math.max(x.rank - 2, 0);
  const sizes = perAxis(operation, 'output size', outputSize, axes);
  const spatial = x.shape.slice(1, -1);
  if (axes === 0 || spatial.includes(0)) {
    throw new ShapeError(`${operation}: ${formatShape(x.shape)} has nothing to pool; x is [batch, …spatial, channels]`);
  }
  checkShape(operation, [x.shape[0]!, ...sizes, x.shape.at(-1)!]);
  const windows = spatial.map((size, i) => (size % sizes[i]! === 0 ? size / sizes[i]! : 1));
  const even = windows.every((size) => size === 1) ? x : pool(x, windows);
  return sizes.reduce((pooled, count, i) => {
    const axis = i + 1;
    const size = pooled.shape[axis]!;
    if (size === count) return pooled;
    const first = (k: number): number => Math.floor((k * size) / count);
    const end = (k: number): number => Math.ceil(((k + 1) * size) / count);
    if (count > size) {
      // Windows of one or two elements: the first and the last of each.
      const pick = (place: (k: number) => number): Tensor =>
        take(
          pooled,
          fromHostArray(
            Int32Array.from({ length: count }, (_, k) => place(k)),
            [count],
            'int32',
          ),
          axis,
        );
      return ofTwo(
        pick(first),
        pick((k) => end(k) - 1),
      );
    }
    const parts = Array.from({ length: count }, (_, k) => reduce(sliceAxis(pooled, axis, first(k), end(k)), axis));
    return concat(parts, axis);
  }, even);
}

/**
 * Means of as many windows as the output size says, as PyTorch lays them: window i of an axis runs from ⌊i·n/out⌋ to
 * ⌈(i + 1)·n/out⌉. x: [batch, …spatial, channels] → [batch, …outputSize, channels].
 *
 * @example
 * ```ts
 * nn.adaptiveAvgPool(zeros([1, 7, 7, 8]), 1).shape; // → [1, 1, 1, 8]
 * ```
 */
export function adaptiveAvgPool(x: Tensor, outputSize: number | readonly number[]): Tensor {
  const mean = (part: Tensor, axis: number): Tensor => part.mean(axis, { keepDims: true });
  return adaptivePool('adaptiveAvgPool', x, outputSize, avgPool, mean, (a, b) => a.add(b).mul(0.5));
}

/**
 * The largest elements of as many windows as the output size says; see `adaptiveAvgPool`.
 *
 * @example
 * ```ts
 * nn.adaptiveMaxPool(tensor([[[1], [5], [2], [4]]]), 2); // → [[[5], [4]]]
 * ```
 */
export function adaptiveMaxPool(x: Tensor, outputSize: number | readonly number[]): Tensor {
  const largest = (part: Tensor, axis: number): Tensor => part.max(axis, { keepDims: true });
  return adaptivePool('adaptiveMaxPool', x, outputSize, maxPool, largest, maximum);
}
