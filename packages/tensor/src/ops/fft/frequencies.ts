import type { DType } from '../../dtypes.js';
import { ArgumentError } from '../../errors.js';

import { asOperation } from '../../graph/as-operation.js';
import { checkShape, checkChoice, normalizeAxes } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { roll } from '../axes.js';
import { iota } from '../create.js';
import { where } from '../elementwise/select.js';

function shift(operation: string, x: Tensor, axis: number | readonly number[] | undefined, inverse: boolean): Tensor {
  const axes = normalizeAxes(operation, axis, x.shape);
  const steps = axes.map((i) => (inverse ? -Math.floor(x.shape[i]! / 2) : Math.floor(x.shape[i]! / 2)));
  return axes.length === 0 ? x : roll(x, steps, axes);
}

/**
 * Moves the zero frequency to the middle of axes (default all of them).
 *
 * @example
 * ```ts
 * fft.fftShift(fft.fftFrequencies(4)); // → [-0.5, -0.25, 0, 0.25]
 * ```
 */
export function fftShift(x: Tensor, axis?: number | readonly number[]): Tensor {
  return shift('fftShift', x, axis, false);
}

/**
 * Inverse of `fftShift`; it differs for odd lengths.
 *
 * @example
 * ```ts
 * fft.ifftShift(tensor([-0.5, -0.25, 0, 0.25])); // → [0, 0.25, -0.5, -0.25]
 * ```
 */
export function ifftShift(x: Tensor, axis?: number | readonly number[]): Tensor {
  return shift('ifftShift', x, axis, true);
}

/** Options of `fftFrequencies` and `rfftFrequencies`. */
export interface FrequencyOptions {
  /** Time between samples. Default 1. */
  readonly spacing?: number;
  /** float32 (default) or float64. */
  readonly dtype?: Extract<DType, 'float32' | 'float64'>;
}

function frequencies(operation: string, n: number, count: number, wrap: boolean, options: FrequencyOptions): Tensor {
  const { spacing = 1, dtype = 'float32' } = options;
  if (!Number.isInteger(n) || n < 1) {
    throw new ArgumentError(`${operation}: a length of ${n} is not accepted; use a whole number >= 1`);
  }
  if (!Number.isFinite(spacing) || spacing === 0) {
    throw new ArgumentError(`${operation}: a spacing of ${spacing} is not accepted; use the time between samples`);
  }
  checkChoice(operation, 'dtype', dtype, ['float32', 'float64']);
  checkShape(operation, [count]);
  const k = asOperation(operation, () => iota(count, 'float64'));
  const signed = wrap ? where(k.greaterEqual(n / 2), k.sub(n), k) : k;
  return signed.div(n * spacing).cast(dtype);
}

/**
 * Frequencies of the results of `fft` of length n, in cycles per unit of the spacing → [n].
 *
 * @example
 * ```ts
 * fft.fftFrequencies(4, { spacing: 0.5 }); // → [0, 0.5, -1, -0.5]
 * ```
 */
export function fftFrequencies(n: number, options: FrequencyOptions = {}): Tensor {
  return frequencies('fftFrequencies', n, n, true, options);
}

/**
 * Frequencies of the results of `rfft` of length n → [⌊n/2⌋ + 1].
 *
 * @example
 * ```ts
 * fft.rfftFrequencies(4); // → [0, 0.25, 0.5]
 * ```
 */
export function rfftFrequencies(n: number, options: FrequencyOptions = {}): Tensor {
  return frequencies('rfftFrequencies', n, Math.floor(n / 2) + 1, false, options);
}
