import { ArgumentError, ShapeError } from '../errors.js';
import { checkShape, formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { constant } from './create.js';
import { addedAt, checkIndexType } from './gather.js';

/**
 * Sums of the rows of x that carry the same number: x [n, …], segmentIds [n] → [count, …]; rows need not be sorted, and a
 * segment without rows is 0. Throws a ShapeError where the lengths differ; an id that is not among 0, 1, …, count − 1 is an
 * ExecutionError at the read.
 *
 * @example
 * ```ts
 * segmentSum(tensor([1, 2, 3]), tensor([1, 0, 1], { dtype: 'int32' }), 3); // → [2, 4, 0]
 * ```
 */
export function segmentSum(x: Tensor, segmentIds: Tensor, count: number): Tensor {
  checkIndexType('segmentSum', segmentIds);
  if (x.rank === 0 || segmentIds.rank !== 1 || segmentIds.shape[0] !== x.shape[0]) {
    throw new ShapeError(
      `segmentSum: segment ids ${formatShape(segmentIds.shape)} for ${formatShape(x.shape)}; give one id for each row: [n] for [n, …]`,
    );
  }
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError(`segmentSum: ${count} segments are not possible; use a whole number >= 0`);
  }
  checkShape('segmentSum', [count, ...x.shape.slice(1)]);
  return addedAt('segmentSum', x, [segmentIds], 0, [count, ...x.shape.slice(1)], { refuseNegative: true });
}

/** Options of `bincount`. */
export interface BincountOptions {
  /** What each number counts for; the result has its dtype. Default: 1, as int32. */
  readonly weights?: Tensor;
}

/**
 * How often each of 0, 1, …, length − 1 occurs in x (any shape, integers), as int32 [length], or the sum of its weights. Any
 * other number is an ExecutionError at the read.
 *
 * @example
 * ```ts
 * bincount(tensor([0, 2, 2], { dtype: 'int32' }), 4); // → [1, 0, 2, 0]
 * ```
 */
export function bincount(x: Tensor, length: number, { weights }: BincountOptions = {}): Tensor {
  checkIndexType('bincount', x);
  if (!Number.isInteger(length) || length < 0) {
    throw new ArgumentError(`bincount: length ${length} is not possible; use a whole number >= 0`);
  }
  if (weights !== undefined && String(weights.shape) !== String(x.shape)) {
    throw new ShapeError(
      `bincount: weights ${formatShape(weights.shape)} for ${formatShape(x.shape)}; give one for each element`,
    );
  }
  checkShape('bincount', [length]);
  const counted = weights ?? constant(1, x.shape, 'int32');
  return addedAt('bincount', counted.flatten(), [x.flatten()], 0, [length], { refuseNegative: true });
}
