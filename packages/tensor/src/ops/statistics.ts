import { isFloat } from '../dtypes.js';
import { ArgumentError } from '../errors.js';
import { normalizeAxes, sizeOf } from '../shapes.js';
import type { ReduceOptions, Tensor } from '../tensor.js';
import { stopGradient } from '../transforms/stop-gradient.js';
import { constant } from './create.js';
import { isFinite } from './elementwise/classify.js';
import { where } from './elementwise/select.js';
import { kept, max, mean, sum, without } from './reduce.js';

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** What the count is lessened by: 0 for the population, 1 for an estimate from a sample (NumPy's ddof). Default 0. */
  readonly correction?: number;
}

function toFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : x.cast('float32');
}

function squaredDistance(
  operation: string,
  x: Tensor,
  axis: number | readonly number[] | undefined,
  { correction = 0, keepDims = false }: VarianceOptions,
): Tensor {
  if (!Number.isFinite(correction)) {
    throw new ArgumentError(`${operation}: correction ${correction} is not accepted; use a number such as 0 or 1`);
  }
  const axes = normalizeAxes(operation, axis, x.shape);
  const floats = toFloat(x);
  const distance = floats.sub(mean(floats, axes, { keepDims: true }));
  const count = sizeOf(axes.map((i) => x.shape[i]!));
  return sum(distance.square(), axes, { keepDims }).div(Math.max(count - correction, 0));
}

/**
 * Mean squared distance from the mean over axes (default all); NaN or Infinity where `correction` leaves nothing to divide by.
 * Integers and bool give float32.
 */
export function variance(x: Tensor, axis?: number | readonly number[], options: VarianceOptions = {}): Tensor {
  return squaredDistance('variance', x, axis, options);
}

/** Square root of the variance over axes (default all); the gradient is NaN where all elements are equal. */
export function std(x: Tensor, axis?: number | readonly number[], options: VarianceOptions = {}): Tensor {
  return squaredDistance('std', x, axis, options).sqrt();
}

/**
 * log Σ e^x over axes (default all), without overflow: −Infinity where all elements are −Infinity, Infinity where one is
 * Infinity, −Infinity over none. Integers and bool give float32.
 */
export function logSumExp(
  x: Tensor,
  axis?: number | readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  const axes = normalizeAxes('logSumExp', axis, x.shape);
  const floats = toFloat(x);
  const rest = without(x.shape, axes);
  if (axes.some((i) => x.shape[i] === 0)) {
    return constant(-Infinity, keepDims ? kept(x.shape, axes) : rest, floats.dtype);
  }
  const largest = stopGradient(max(floats, axes, { keepDims: true }));
  const shift = where(isFinite(largest), largest, 0);
  const result = sum(floats.sub(shift).exp(), axes, { keepDims: true }).log().add(shift);
  return keepDims ? result : result.reshape(rest);
}
