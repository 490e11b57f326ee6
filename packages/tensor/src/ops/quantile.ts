import { isFloat } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { formatShape, normalizeAxes, sizeOf } from '../shapes.js';
import type { ReduceOptions, Tensor } from '../tensor.js';
import { sliceAxis } from './axes.js';
import { isNaN } from './elementwise/classify.js';
import { checkKind } from './elementwise/define.js';
import { where } from './elementwise/select.js';
import { kept, without } from './reduce.js';
import { stack, transpose } from './shape.js';
import { sort } from './sort.js';

/** Which element, or mixture of two, stands for a quantile; after Hyndman and Fan (1996), named as in NumPy. */
export type QuantileMethod =
  | 'linear'
  | 'lower'
  | 'higher'
  | 'midpoint'
  | 'nearest'
  | 'hazen'
  | 'weibull'
  | 'medianUnbiased'
  | 'normalUnbiased'
  | 'invertedCdf'
  | 'averagedInvertedCdf'
  | 'closestObservation'
  | 'interpolatedInvertedCdf';

/** Options of `quantile`. */
export interface QuantileOptions extends ReduceOptions {
  /** Default 'linear'. */
  readonly method?: QuantileMethod;
}

/** The nearest whole number, of two the even one. */
function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** Position of quantile q among n sorted elements, from 0. */
const positions: Readonly<Record<QuantileMethod, (q: number, n: number) => number>> = {
  linear: (q, n) => q * (n - 1),
  lower: (q, n) => Math.floor(q * (n - 1)),
  higher: (q, n) => Math.ceil(q * (n - 1)),
  midpoint: (q, n) => 0.5 * (Math.floor(q * (n - 1)) + Math.ceil(q * (n - 1))),
  nearest: (q, n) => roundHalfEven(q * (n - 1)),
  hazen: (q, n) => n * q - 0.5,
  weibull: (q, n) => (n + 1) * q - 1,
  medianUnbiased: (q, n) => n * q + (1 / 3 + q / 3) - 1,
  normalUnbiased: (q, n) => n * q + (0.375 + q * 0.25) - 1,
  invertedCdf: (q, n) => Math.ceil(n * q - 1),
  averagedInvertedCdf: (q, n) => 0.5 * (Math.floor(n * q - 1) + Math.ceil(n * q - 1) + 1),
  closestObservation: (q, n) => roundHalfEven(n * q) - 1,
  interpolatedInvertedCdf: (q, n) => n * q - 1,
};

/** The quantile q of the elements along the last axis of sorted rows. */
function pick(sorted: Tensor, q: number, method: QuantileMethod): Tensor {
  const axis = sorted.rank - 1;
  const n = sorted.shape[axis]!;
  const position = Math.min(Math.max(positions[method](q, n), 0), n - 1);
  const low = Math.floor(position);
  const weight = position - low;
  const element = (i: number): Tensor => sliceAxis(sorted, axis, i, i + 1);
  if (weight === 0) return element(low);
  return element(low)
    .mul(1 - weight)
    .add(element(low + 1).mul(weight));
}

function quantiles(
  operation: string,
  x: Tensor,
  qs: readonly number[],
  axis: number | readonly number[] | undefined,
  { method = 'linear', keepDims = false }: QuantileOptions,
): Tensor[] {
  checkKind(operation, x, ['float', 'int', 'uint', 'bool']);
  const axes = normalizeAxes(operation, axis, x.shape);
  const empty = axes.find((i) => x.shape[i] === 0);
  if (empty !== undefined) {
    throw new ShapeError(
      `${operation}: axis ${empty} of shape ${formatShape(x.shape)} is empty; nothing to choose from`,
    );
  }
  if (!Object.hasOwn(positions, method)) {
    throw new ArgumentError(
      `${operation}: method '${method}' is not known; use one of ${Object.keys(positions).join(', ')}`,
    );
  }
  for (const q of qs) {
    if (typeof q !== 'number' || !(q >= 0 && q <= 1)) {
      throw new ArgumentError(
        `${operation}: q ${String(q)} is not accepted; use numbers from 0 to 1, known when a function is traced`,
      );
    }
  }
  const floats = isFloat(x.dtype) ? x : x.cast('float32');
  const rest = without(x.shape, axes);
  const moved = transpose(floats, [...[...x.shape.keys()].filter((i) => !axes.includes(i)), ...axes]);
  const sorted = sort(moved.reshape([...rest, sizeOf(axes.map((i) => x.shape[i]!))]));
  const length = sorted.shape[sorted.rank - 1]!;
  const last = sliceAxis(sorted, sorted.rank - 1, length - 1, length);
  const shape = keepDims ? kept(x.shape, axes) : rest;
  return qs.map((q) => where(isNaN(last), last, pick(sorted, q, method)).reshape(shape));
}

/**
 * Quantiles of the elements over axes (default all): q from 0 to 1, or a list of them, whose results lie along a new first axis.
 * Integers and bool give float32; NaN among the elements gives NaN. Throws a ShapeError on an empty axis.
 *
 * @example
 * ```ts
 * quantile(tensor([1, 2, 3, 4]), [0.25, 0.5]); // → [1.75, 2.5]
 * ```
 */
export function quantile(
  x: Tensor,
  q: number | readonly number[],
  axis?: number | readonly number[],
  options: QuantileOptions = {},
): Tensor {
  if (!Array.isArray(q)) return quantiles('quantile', x, [q as number], axis, options)[0]!;
  const list = q as readonly number[];
  if (list.length === 0) throw new ArgumentError('quantile: no q given; pass a number from 0 to 1, or several');
  return stack(quantiles('quantile', x, list, axis, options));
}

/**
 * The middle element over axes (default all), or the mean of both middle ones; otherwise like `quantile`.
 *
 * @example
 * ```ts
 * median(tensor([[3, 1, 2], [6, 4, 5]]), 1); // → [2, 5]
 * ```
 */
export function median(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return quantiles('median', x, [0.5], axis, { ...options, method: 'linear' })[0]!;
}
