import { isFloat, type DType } from '../dtypes.js';
import { DTypeError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { scalar } from '../ops/operands.js';
import { checkKey } from '../ops/random.js';
import { softmax } from '../ops/softmax.js';
import { logGammaIncInv } from '../ops/special/quantile.js';
import { checkShape, broadcastShapes, formatShape, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkFloat, middles, normal, split, type DistributionOptions } from './base.js';

/** A parameter as a float tensor that broadcasts to the shape of the numbers. */
export function parameter(
  operation: string,
  name: string,
  value: number | Tensor,
  shape: Shape,
  dtype: DType | undefined,
): Tensor {
  if (typeof value === 'number') return scalar(value, dtype ?? 'float32');
  checkTensor(operation, value);
  if (!isFloat(value.dtype)) {
    throw new DTypeError(`${operation}: ${name} is ${value.dtype} ${formatShape(value.shape)}; use a float dtype`);
  }
  if (!sameShape(broadcastShapes(operation, value.shape, shape), shape)) {
    throw new ShapeError(
      `${operation}: ${name} ${formatShape(value.shape)} does not broadcast to the shape ${formatShape(shape)}`,
    );
  }
  return value;
}

/** The logarithm of gamma numbers, which small shape parameters need. */
function logGamma(operation: string, from: Tensor, a: Tensor, shape: Shape): Tensor {
  return logGammaIncInv(a, middles(operation, from, shape).cast(a.dtype));
}

/**
 * Gamma with shape parameter a > 0 (it broadcasts to `shape`) and scale 1, by inverting the distribution function, so that
 * the gradient in a is that of the reparameterized number. Its dtype is that of a tensor a. NaN where a ≤ 0.
 *
 * @example
 * ```ts
 * random.gamma(random.key(0), tensor([0.5, 2, 8]), [100, 3]).shape; // → [100, 3]
 * ```
 */
export function gamma(from: Tensor, a: number | Tensor, shape: Shape, { dtype }: DistributionOptions = {}): Tensor {
  if (dtype !== undefined) checkFloat('gamma', dtype);
  const own = parameter('gamma', 'a', a, shape, dtype);
  return logGamma('gamma', from, own, shape)
    .exp()
    .cast(dtype ?? own.dtype);
}

/**
 * Beta with parameters a, b > 0, which broadcast to `shape`: from two gamma numbers; differentiable in both.
 *
 * @example
 * ```ts
 * const rates = random.beta(random.key(0), 2, 5, [10]);
 * ```
 */
export function beta(
  from: Tensor,
  a: number | Tensor,
  b: number | Tensor,
  shape: Shape,
  { dtype }: DistributionOptions = {},
): Tensor {
  if (dtype !== undefined) checkFloat('beta', dtype);
  checkKey('beta', from);
  const anchor = typeof a === 'number' && typeof b !== 'number' ? b.dtype : dtype;
  const left = parameter('beta', 'a', a, shape, anchor);
  const right = parameter('beta', 'b', b, shape, left.dtype);
  const [first, second] = keyPair(from);
  return logGamma('beta', first, left, shape)
    .sub(logGamma('beta', second, right, shape))
    .sigmoid()
    .cast(dtype ?? left.dtype);
}

/** Two keys for each key. */
export function keyPair(from: Tensor): [Tensor, Tensor] {
  const keys = split(from);
  const pick = (i: number): Tensor => keys.slice(...from.shape.map(() => null), [i, i + 1]).reshape(from.shape);
  return [pick(0), pick(1)];
}

/**
 * Dirichlet with parameters alpha: [..., k], whose leading axes broadcast to `shape`: vectors [...shape, k] that sum to 1;
 * differentiable in alpha.
 *
 * @example
 * ```ts
 * random.dirichlet(random.key(0), ones([3]), [10]).shape; // → [10, 3]
 * ```
 */
export function dirichlet(from: Tensor, alpha: Tensor, shape: Shape = alpha.shape.slice(0, -1)): Tensor {
  checkTensor('dirichlet', alpha);
  checkShape('dirichlet', shape);
  if (alpha.rank === 0) throw new ShapeError('dirichlet: alpha is a scalar; give it at least one axis');
  const full = [...shape, alpha.shape.at(-1)!];
  const own = parameter('dirichlet', 'alpha', alpha, full, undefined);
  return softmax(logGamma('dirichlet', from, own, full), -1);
}

/**
 * Chi-square with `degrees` of freedom > 0, which broadcast to `shape`; differentiable in them.
 *
 * @example
 * ```ts
 * const x = random.chiSquare(random.key(0), 4, [10]);
 * ```
 */
export function chiSquare(
  from: Tensor,
  degrees: number | Tensor,
  shape: Shape,
  { dtype }: DistributionOptions = {},
): Tensor {
  if (dtype !== undefined) checkFloat('chiSquare', dtype);
  const own = parameter('chiSquare', 'degrees', degrees, shape, dtype);
  return logGamma('chiSquare', from, own.mul(0.5), shape)
    .exp()
    .mul(2)
    .cast(dtype ?? own.dtype);
}

/**
 * Student's t with `degrees` of freedom > 0, which broadcast to `shape`: a normal number over a root; differentiable in them.
 *
 * @example
 * ```ts
 * const x = random.studentT(random.key(0), 4, [10]);
 * ```
 */
export function studentT(
  from: Tensor,
  degrees: number | Tensor,
  shape: Shape,
  { dtype }: DistributionOptions = {},
): Tensor {
  if (dtype !== undefined) checkFloat('studentT', dtype);
  checkKey('studentT', from);
  const own = parameter('studentT', 'degrees', degrees, shape, dtype);
  const [first, second] = keyPair(from);
  const half = own.mul(0.5);
  const ratio = half
    .log()
    .sub(logGamma('studentT', second, half, shape))
    .mul(0.5)
    .exp();
  return normal(first, shape, { dtype: own.dtype })
    .mul(ratio)
    .cast(dtype ?? own.dtype);
}
