import type { Primitive } from '../../graph/primitive.js';
import { logNormal, normalInverse } from '../../kernels/error-function.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { checkKind, elementwise, unary } from '../elementwise/define.js';
import { erfc } from '../elementwise/error-function.js';
import { operand } from '../operands.js';

const logRoot = 0.5 * Math.log(2 * Math.PI);

/**
 * The normal distribution function: the probability of a value up to x, for floats.
 *
 * @example
 * ```ts
 * special.ndtr(tensor([0, 1.96])); // → [0.5, 0.975]
 * ```
 */
export function ndtr(x: TensorLike): Tensor {
  const value = operand(x, 'ndtr');
  checkKind('ndtr', value, ['float']);
  return erfc(value.mul(-Math.SQRT1_2)).mul(0.5);
}

const logNdtrPrimitive: Primitive = unary({
  name: 'logNdtr',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x], result }) => [cotangent.mul(x!.square().mul(-0.5).sub(logRoot).sub(result).exp())],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = logNormal(x[i]!);
  },
});

/**
 * The logarithm of the normal distribution function, for floats; accurate in both tails.
 *
 * @example
 * ```ts
 * special.logNdtr(tensor([0, -10])); // → [-Math.LN2, -53.231]
 * ```
 */
export function logNdtr(x: TensorLike): Tensor {
  return elementwise(logNdtrPrimitive, operand(x, 'logNdtr'));
}

const ndtriPrimitive: Primitive = unary({
  name: 'ndtri',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [cotangent.mul(result.square().mul(0.5).add(logRoot).exp())],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = normalInverse(x[i]!);
  },
});

/**
 * The inverse of `ndtr`, for floats: ±Infinity at 1 and 0, NaN beyond. Source: Wichura, "Algorithm AS 241" (1988).
 *
 * @example
 * ```ts
 * special.ndtri(tensor([0.5, 0.975])); // → [0, 1.95996]
 * ```
 */
export function ndtri(p: TensorLike): Tensor {
  return elementwise(ndtriPrimitive, operand(p, 'ndtri'));
}

/** Functions of the normal distribution. */
export const normalPrimitives: Readonly<Record<'logNdtr' | 'ndtri', Primitive>> = {
  logNdtr: logNdtrPrimitive,
  ndtri: ndtriPrimitive,
};
