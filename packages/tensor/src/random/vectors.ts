import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { where } from '../ops/elementwise/select.js';
import { cholesky } from '../ops/linalg/cholesky.js';
import { diagonalOf } from '../ops/linalg/matrices.js';
import { qr } from '../ops/linalg/qr.js';
import { checkKey } from '../ops/random.js';
import { checkShape, formatShape, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkFloat, middles, normal, type DistributionOptions } from './base.js';
import { keyPair, parameter } from './gamma.js';

/**
 * Points of the unit ball in some number of dimensions, uniform by volume: [...shape, dimensions].
 *
 * @example
 * ```ts
 * random.ball(random.key(0), 3, [10]).shape; // → [10, 3]
 * ```
 */
export function ball(
  from: Tensor,
  dimensions: number,
  shape: Shape,
  { dtype = 'float32' }: DistributionOptions = {},
): Tensor {
  checkFloat('ball', dtype);
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new ArgumentError(`ball: ${dimensions} dimensions are not accepted; use a whole number >= 1`);
  }
  checkKey('ball', from);
  checkShape('ball', [...shape, dimensions]);
  const [first, second] = keyPair(from);
  const direction = normal(first, [...shape, dimensions]);
  const length = direction.square().sum(-1, { keepDims: true }).sqrt();
  const radius = middles('ball', second, [...shape, 1]).pow(1 / dimensions);
  return direction.mul(radius.div(length)).cast(dtype);
}

/** Options of `multivariateNormal`. */
export interface MultivariateNormalOptions {
  /** How many vectors: the leading axes of mean and covariance broadcast to it, and are the default. */
  readonly shape?: Shape;
}

/**
 * Normal vectors [...shape, k] of a mean [..., k] and a covariance [..., k, k], by its Cholesky factor; differentiable in
 * both. NaN where the covariance is not positive definite.
 *
 * @example
 * ```ts
 * const covariance = tensor([[2, 1], [1, 2]]);
 * random.multivariateNormal(random.key(0), zeros([2]), covariance, { shape: [100] }).shape; // → [100, 2]
 * ```
 */
export function multivariateNormal(
  from: Tensor,
  mean: Tensor,
  covariance: Tensor,
  { shape }: MultivariateNormalOptions = {},
): Tensor {
  checkKey('multivariateNormal', from);
  for (const operand of [mean, covariance]) checkTensor('multivariateNormal', operand);
  const size = mean.shape.at(-1);
  if (size === undefined || !sameShape(covariance.shape.slice(-2), [size, size])) {
    throw new ShapeError(
      `multivariateNormal: mean ${formatShape(mean.shape)} and covariance ${formatShape(covariance.shape)} do not fit; ` +
        'use [..., k] and [..., k, k]',
    );
  }
  const batch = shape ?? mean.shape.slice(0, -1);
  const own = parameter('multivariateNormal', 'mean', mean, [...batch, size], undefined);
  const factor = cholesky(covariance);
  const noise = normal(from, [...batch, size, 1], { dtype: own.dtype });
  return factor.matmul(noise).squeeze(-1).add(own);
}

/**
 * Orthogonal matrices [...shape, n, n], uniform under rotation (Haar measure).
 *
 * Source: Mezzadri, "How to generate random matrices from the classical compact groups" (2007).
 *
 * @example
 * ```ts
 * const q = random.orthogonal(random.key(0), 3); // q.matmul(q.transpose()) is the identity
 * ```
 */
export function orthogonal(
  from: Tensor,
  n: number,
  shape: Shape = [],
  { dtype = 'float32' }: DistributionOptions = {},
): Tensor {
  checkFloat('orthogonal', dtype);
  if (!Number.isInteger(n) || n < 1) {
    throw new ArgumentError(`orthogonal: ${n} rows are not accepted; use a whole number >= 1`);
  }
  checkKey('orthogonal', from);
  checkShape('orthogonal', [...shape, n, n]);
  const wide = dtype === 'float64' ? dtype : 'float32';
  const { q, r } = qr(normal(from, [...shape, n, n], { dtype: wide }));
  // Without the signs of r, which a factorization chooses, the columns would favour some directions.
  const signs = where(diagonalOf(r).less(0), -1, 1).cast(wide);
  return q.mul(signs.expandDims(-2)).cast(dtype);
}
