import type { DType } from '../../dtypes.js';
import { ArgumentError } from '../../errors.js';
import { checkChoice, checkShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { constant, iota } from '../create.js';
import { cos } from '../elementwise/trigonometric.js';

/** Options of the window functions. */
export interface WindowOptions {
  /** Without the last element of a symmetric window of n + 1, as spectra of frames need it. Default true. */
  readonly periodic?: boolean;
  /** float32 (default) or float64. */
  readonly dtype?: Extract<DType, 'float32' | 'float64'>;
}

/** Σ (−1)^k · coefficients[k] · cos(2πkj / N), where N = n, or n − 1 for a symmetric window. */
function cosineSum(
  operation: string,
  coefficients: readonly number[],
  n: number,
  { periodic = true, dtype = 'float32' }: WindowOptions,
): Tensor {
  if (!Number.isInteger(n) || n < 1) {
    throw new ArgumentError(`${operation}: a length of ${n} is not accepted; use a whole number >= 1`);
  }
  checkChoice(operation, 'dtype', dtype, ['float32', 'float64']);
  checkShape(operation, [n]);
  if (n === 1) return constant(1, [1], dtype);
  const turn = iota(n, 'float64').mul((2 * Math.PI) / (periodic ? n : n - 1));
  const [first, ...rest] = coefficients;
  const waves = rest.map((a, i) => cos(turn.mul(i + 1)).mul(i % 2 === 0 ? -a : a));
  // From the smallest coefficient on: what cancels is exact.
  return waves
    .reduceRight((sum, wave) => sum.add(wave))
    .add(first!)
    .cast(dtype);
}

/**
 * The Hann window, (1 − cos(2πj/n)) / 2 → [n].
 *
 * @example
 * ```ts
 * fft.hannWindow(4); // → [0, 0.5, 1, 0.5]
 * ```
 */
export function hannWindow(n: number, options: WindowOptions = {}): Tensor {
  return cosineSum('hannWindow', [0.5, 0.5], n, options);
}

/**
 * The Hamming window, 0.54 − 0.46 · cos(2πj/n) → [n].
 *
 * @example
 * ```ts
 * fft.hammingWindow(4); // → [0.08, 0.54, 1, 0.54]
 * ```
 */
export function hammingWindow(n: number, options: WindowOptions = {}): Tensor {
  return cosineSum('hammingWindow', [0.54, 0.46], n, options);
}

/**
 * The Blackman window, 0.42 − 0.5 · cos(2πj/n) + 0.08 · cos(4πj/n) → [n].
 *
 * @example
 * ```ts
 * fft.blackmanWindow(4); // → [0, 0.34, 1, 0.34]
 * ```
 */
export function blackmanWindow(n: number, options: WindowOptions = {}): Tensor {
  return cosineSum('blackmanWindow', [0.42, 0.5, 0.08], n, options);
}
