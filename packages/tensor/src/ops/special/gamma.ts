import { ArgumentError } from '../../errors.js';
import type { Primitive } from '../../graph/primitive.js';
import * as kernels from '../../kernels/special/gamma.js';
import { zeta as zetaKernel } from '../../kernels/special/zeta.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { checkKind, elementwise, unary } from '../elementwise/define.js';
import { operand } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { applyPointwise, pointwise } from './define.js';

const gammaPrimitive: Primitive = unary({
  name: 'gamma',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x], result }) => [cotangent.mul(result.mul(digamma(x!)))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.gamma(x[i]!);
  },
});

/**
 * The gamma function Γ(x), for floats: within 1e-14 relative in float64; NaN at negative whole numbers, ±Infinity at ±0.
 * Source: NIST DLMF, chapter 5.
 *
 * @example
 * ```ts
 * special.gamma(tensor([5, 0.5])); // → [24, Math.sqrt(Math.PI)]
 * ```
 */
export function gamma(x: TensorLike): Tensor {
  return elementwise(gammaPrimitive, operand(x, 'gamma'));
}

const logGammaPrimitive: Primitive = unary({
  name: 'logGamma',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(digamma(x!))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.logGamma(x[i]!);
  },
});

/**
 * log |Γ(x)|, for floats: within 1e-15 relative in float64 for x > 0; Infinity at 0 and negative whole numbers.
 *
 * @example
 * ```ts
 * special.logGamma(tensor([1, 5])); // → [0, Math.log(24)]
 * ```
 */
export function logGamma(x: TensorLike): Tensor {
  return elementwise(logGammaPrimitive, operand(x, 'logGamma'));
}

const digammaPrimitive: Primitive = unary({
  name: 'digamma',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(zeta(2, x))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.digamma(x[i]!);
  },
});

/**
 * The derivative ψ(x) of log Γ(x), for floats: within 1e-15 absolute near its zeros; NaN at negative whole numbers.
 *
 * @example
 * ```ts
 * special.digamma(tensor([1, 2])); // → [-0.5772, 0.4228]
 * ```
 */
export function digamma(x: TensorLike): Tensor {
  return elementwise(digammaPrimitive, operand(x, 'digamma'));
}

/** Attributes of zeta. */
export interface ZetaAttributes {
  /** How often the function is differentiated in s. */
  readonly order: number;
}

const zetaPrimitive: Primitive<ZetaAttributes> = pointwise<ZetaAttributes>({
  name: 'zeta',
  vjp({ cotangent, operands: [s, q], attributes: { order } }) {
    const next = applyPointwise(zetaPrimitive, { order: order + 1 }, s!, q!);
    let slope = applyPointwise(zetaPrimitive, { order }, s!.add(1), q!).mul(s!);
    if (order > 0) slope = slope.add(applyPointwise(zetaPrimitive, { order: order - 1 }, s!.add(1), q!).mul(order));
    return [sumTo(cotangent.mul(next), s!.shape), sumTo(cotangent.mul(slope).neg(), q!.shape)];
  },
  evaluate: ({ order }, s, q) => zetaKernel(s, q, order),
});

/**
 * Hurwitz's zeta function Σ (q + n)^−s over n ≥ 0, for floats, with broadcasting: within 1e-13 relative in float64 for s > 1,
 * and its continuation for 0 ≤ s < 1. Negative q take whole s; NaN for s < 0. With q = 1 it is Riemann's. Source: DLMF 25.11.
 *
 * @example
 * ```ts
 * special.zeta(tensor([2, 4])); // → [Math.PI ** 2 / 6, Math.PI ** 4 / 90]
 * ```
 */
export function zeta(s: TensorLike, q: TensorLike = 1): Tensor {
  return applyPointwise(zetaPrimitive, { order: 0 }, s, q);
}

/**
 * The n-th derivative of digamma, for floats; 1 gives trigamma. Throws an ArgumentError unless n is a whole number ≥ 0.
 * Source: DLMF 25.11.12.
 *
 * @example
 * ```ts
 * special.polygamma(1, tensor([1])); // → [Math.PI ** 2 / 6]
 * ```
 */
export function polygamma(n: number, x: TensorLike): Tensor {
  if (!Number.isInteger(n) || n < 0 || n > 170) {
    throw new ArgumentError(`polygamma: order ${n} is not accepted; use a whole number from 0 to 170`);
  }
  if (n === 0) return digamma(x);
  const value = operand(x, 'polygamma');
  checkKind('polygamma', value, ['float']);
  return zeta(n + 1, value).mul((n % 2 === 1 ? 1 : -1) * kernels.gamma(n + 1));
}

const logBetaPrimitive: Primitive = pointwise({
  name: 'logBeta',
  vjp({ cotangent, operands: [a, b] }) {
    const both = digamma(a!.add(b!));
    return [
      sumTo(cotangent.mul(digamma(a!).sub(both)), a!.shape),
      sumTo(cotangent.mul(digamma(b!).sub(both)), b!.shape),
    ];
  },
  evaluate: (_, a, b) => kernels.logBeta(a, b),
});

/**
 * log |B(a, b)|, for floats, with broadcasting; accurate where log Γ(a) and log Γ(a + b) cancel.
 *
 * @example
 * ```ts
 * special.logBeta(tensor([2]), tensor([3])); // → [-Math.log(12)]
 * ```
 */
export function logBeta(a: TensorLike, b: TensorLike): Tensor {
  return applyPointwise(logBetaPrimitive, {}, a, b);
}

const betaPrimitive: Primitive = pointwise({
  name: 'beta',
  vjp({ cotangent, operands: [a, b], result }) {
    const both = digamma(a!.add(b!));
    const scaled = cotangent.mul(result);
    return [sumTo(scaled.mul(digamma(a!).sub(both)), a!.shape), sumTo(scaled.mul(digamma(b!).sub(both)), b!.shape)];
  },
  evaluate: (_, a, b) => kernels.beta(a, b),
});

/**
 * The beta function Γ(a)·Γ(b) / Γ(a + b), for floats, with broadcasting.
 *
 * @example
 * ```ts
 * special.beta(tensor([2]), tensor([3])); // → [1 / 12]
 * ```
 */
export function beta(a: TensorLike, b: TensorLike): Tensor {
  return applyPointwise(betaPrimitive, {}, a, b);
}

/** Names of the primitives about the gamma function. */
export type GammaName = 'gamma' | 'logGamma' | 'digamma' | 'logBeta' | 'beta';

/** The primitives about the gamma function. */
export const gammaPrimitives: Readonly<Record<GammaName, Primitive> & { zeta: Primitive<ZetaAttributes> }> = {
  gamma: gammaPrimitive,
  logGamma: logGammaPrimitive,
  digamma: digammaPrimitive,
  logBeta: logBetaPrimitive,
  beta: betaPrimitive,
  zeta: zetaPrimitive,
};
