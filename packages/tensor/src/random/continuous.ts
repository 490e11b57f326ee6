import { log1p } from '../ops/elementwise/logarithm.js';
import { cos, sin } from '../ops/elementwise/trigonometric.js';
import type { Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkFloat, middles, type DistributionOptions } from './base.js';

/**
 * Exponential with mean 1: −log u. Multiply by another mean.
 *
 * @example
 * ```ts
 * const waiting = random.exponential(random.key(0), [10]).mul(5); // mean 5
 * ```
 */
export function exponential(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('exponential', dtype);
  return middles('exponential', from, shape).log().neg().cast(dtype);
}

/**
 * Gumbel with location 0 and scale 1: −log(−log u). The argmax of logits plus Gumbel numbers is categorical.
 *
 * @example
 * ```ts
 * const logits = tensor([0, 1, 2]);
 * const drawn = logits.add(random.gumbel(random.key(0), [3])).argmax();
 * ```
 */
export function gumbel(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('gumbel', dtype);
  return middles('gumbel', from, shape).log().neg().log().neg().cast(dtype);
}

/**
 * Logistic with location 0 and scale 1: log(u / (1 − u)).
 *
 * @example
 * ```ts
 * const x = random.logistic(random.key(0), [10]);
 * ```
 */
export function logistic(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('logistic', dtype);
  const u = middles('logistic', from, shape);
  return u.log().sub(u.neg().add(1).log()).cast(dtype);
}

/**
 * Laplace with location 0 and scale 1, by inverting each half of the distribution function.
 *
 * @example
 * ```ts
 * const noise = random.laplace(random.key(0), [10]).mul(0.1);
 * ```
 */
export function laplace(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('laplace', dtype);
  // An odd multiple of 2^−23 in (−1, 1).
  const symmetric = middles('laplace', from, shape).mul(2).sub(1);
  return symmetric.sign().mul(log1p(symmetric.abs().neg())).neg().cast(dtype);
}

/**
 * Cauchy with location 0 and scale 1: a cotangent.
 *
 * @example
 * ```ts
 * const x = random.cauchy(random.key(0), [10]);
 * ```
 */
export function cauchy(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('cauchy', dtype);
  const u = middles('cauchy', from, shape);
  // Of the angle's complement beyond a quarter turn, so that large values keep their digits.
  const angle = u.minimum(u.neg().add(1)).mul(Math.PI);
  return u
    .sub(0.5)
    .sign()
    .mul(cos(angle).div(sin(angle)))
    .cast(dtype);
}
