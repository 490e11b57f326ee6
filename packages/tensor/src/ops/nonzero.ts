import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { checkShape, formatShape, normalizeAxis } from '../shapes.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import { cumSum } from './cumulative.js';
import { constant, iota } from './create.js';
import { floorDivide, remainder } from './elementwise/rounding.js';
import { where } from './elementwise/select.js';
import { addedAt, take } from './gather.js';
import { concat } from './slice.js';

/** A size that is fixed in advance, so that the result does not wait for values. */
export interface FixedSize {
  /** Number of entries of the result: those beyond it are dropped, missing ones are filled. */
  readonly size: number;
  /** What fills missing entries. Default 0. */
  readonly fillValue?: number;
}

/** Throws an ArgumentError for a size that no axis has. */
export function checkFixedSize(operation: string, { size }: FixedSize): void {
  if (Number.isInteger(size) && size >= 0) {
    checkShape(operation, [size]);
    return;
  }
  throw new ArgumentError(`${operation}: size ${size} is not possible; use a whole number >= 0`);
}

/** The number of true entries of a mask [n], as int32. */
export function countOf(mask: Tensor): Tensor {
  return mask.cast('int32').sum();
}

/** Positions of the first `size` true entries of a mask [n]; where there are fewer, 0. */
export function positionsOf(mask: Tensor, size: number): Tensor {
  const length = mask.shape[0]!;
  if (length === 0) return constant(0, [size], 'int32');
  const order = cumSum(mask.cast('int32')).sub(1);
  // Everything else goes to one more place, which is cut off.
  const place = where(mask, order.minimum(size), size);
  return addedAt('nonzero', where(mask, iota(length), 0), [place], 0, [size + 1]).slice([0, size]);
}

/** True for the entries of a result that a mask [n] fills. */
export function isFilled(mask: Tensor, size: number): Tensor {
  return iota(size).less(countOf(mask));
}

/** Values where `filled` holds, elsewhere a number, in the values' dtype. */
export function fill(filled: Tensor, values: Tensor, fillValue: number): Tensor {
  const whole = where(filled, values, fillValue);
  return whole.dtype === values.dtype ? whole : whole.cast(values.dtype);
}

/**
 * Where x is not zero: one int32 tensor of indices for each axis of x, row by row. How many there are depends on values,
 * so that the result must be awaited; with a `size` it need not, and is filled up with `fillValue`.
 *
 * @example
 * ```ts
 * const [rows, columns] = await nonzero(tensor([[0, 5], [7, 0]])); // → [[0, 1], [1, 0]]
 * ```
 */
export function nonzero(x: Tensor): Promise<Tensor[]>;
export function nonzero(x: Tensor, options: FixedSize): Tensor[];
export function nonzero(x: Tensor, options?: FixedSize): Tensor[] | Promise<Tensor[]> {
  checkTensor('nonzero', x);
  if (x.rank === 0) throw new ShapeError('nonzero: a scalar has no axes; use x.notEqual(0)');
  const mask = (x.dtype === 'bool' ? x : x.notEqual(0)).flatten();
  const indices = ({ size, fillValue = 0 }: FixedSize): Tensor[] => {
    const filled = isFilled(mask, size);
    let rest = positionsOf(mask, size);
    const perAxis: Tensor[] = [];
    for (const length of [...x.shape].reverse()) {
      perAxis.unshift(where(filled, remainder(rest, length), fillValue));
      rest = floorDivide(rest, length);
    }
    return perAxis;
  };
  if (options === undefined)
    return countOf(mask)
      .item()
      .then((size) => indices({ size }));
  checkFixedSize('nonzero', options);
  return indices(options);
}

/** Options of `compress`. */
export interface CompressOptions {
  /** The axis along which entries are kept. Default: that of the flattened tensor. */
  readonly axis?: number;
}

/** Implements `x.compress`. */
export function compress(
  x: Tensor,
  mask: Tensor,
  options: CompressOptions & Partial<FixedSize> = {},
): Tensor | Promise<Tensor> {
  if (!isTensor(mask) || mask.dtype !== 'bool') {
    const what = isTensor(mask) ? mask.dtype : typeof mask;
    throw new DTypeError(`compress: the mask is ${what}; it must be bool: compare, e.g. x.greater(0)`);
  }
  const flat = options.axis === undefined;
  const source = flat ? x.flatten() : x;
  const axis = flat ? 0 : normalizeAxis('compress', options.axis, x.shape);
  const whole = flat && mask.rank > 1 ? mask.flatten() : mask;
  if (whole.rank !== 1 || whole.shape[0] !== source.shape[axis] || (flat && mask.rank > 1 && mask.size !== x.size)) {
    throw new ShapeError(
      `compress: the mask ${formatShape(mask.shape)} does not fit ${formatShape(x.shape)}` +
        `${flat ? '' : ` along axis ${axis}`}; give one entry for each of ${source.shape[axis]}`,
    );
  }
  const kept = ({ size, fillValue = 0 }: FixedSize): Tensor => {
    if (source.shape[axis] === 0) return constant(fillValue, replace(source.shape, axis, size), x.dtype);
    const shape = source.shape.map((_, i) => (i === axis ? size : 1));
    return fill(isFilled(whole, size).reshape(shape), take(source, positionsOf(whole, size), axis), fillValue);
  };
  if (options.size === undefined)
    return countOf(whole)
      .item()
      .then((size) => kept({ size }));
  const fixed = options as FixedSize;
  checkFixedSize('compress', fixed);
  return kept(fixed);
}

function replace(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((length, i) => (i === axis ? size : length));
}

/** Entries of a vector that differ from the one before; NaN equals NaN. */
export function startsOfRuns(sorted: Tensor): Tensor {
  const length = sorted.shape[0]!;
  const first = constant(1, [Math.min(length, 1)], 'bool');
  if (length < 2) return first;
  const [before, after] = [sorted.slice([0, length - 1]), sorted.slice([1, length])];
  const bothNaN = before.notEqual(before).cast('int32').mul(after.notEqual(after).cast('int32'));
  return concat([first, after.notEqual(before).cast('int32').sub(bothNaN).greater(0)]);
}
