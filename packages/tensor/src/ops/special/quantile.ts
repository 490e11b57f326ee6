import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import {
  binomialQuantile as binomialKernel,
  gammaQuantile,
  logGammaQuantile,
  poissonQuantile as poissonKernel,
} from '../../kernels/special/quantile.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { where } from '../elementwise/select.js';
import { sumTo } from '../sum-to.js';
import { applyPointwise, pointwise } from './define.js';
import { digamma, logGamma } from './gamma.js';
import { gammaMoment } from './incomplete.js';

/** Attributes of gammaIncInv. */
export interface GammaIncInvAttributes {
  /** The logarithm of the result: small a have results that no float holds. */
  readonly log: boolean;
}

/** Below this logarithm, P(a, x) is x^a / Γ(a + 1) to rounding, and its moments may be too small for a float. */
const small = -500;

const gammaIncInvPrimitive: Primitive<GammaIncInvAttributes> = pointwise<GammaIncInvAttributes>({
  name: 'gammaIncInv',
  // By the implicit function theorem, in float64: in the tails two integrals cancel.
  vjp({ cotangent, operands: [shape, probability], result, attributes: { log } }) {
    const { dtype } = result;
    const [a, p] = [shape!.cast('float64'), probability!.cast('float64')];
    const logarithm = log ? result.cast('float64') : result.cast('float64').log();
    const density = a.mul(logarithm).sub(logarithm.exp()).sub(logGamma(a)).exp(); // of log x
    const x = logarithm.maximum(small).exp();
    const moved = gammaMoment(a, x, 1).sub(digamma(a).mul(p));
    const near = digamma(a.add(1)).sub(logarithm).div(a);
    const slopeA = where(logarithm.less(small), near, moved.div(density).neg());
    const scaled = (log ? cotangent : cotangent.mul(result)).cast('float64');
    return [
      sumTo(scaled.mul(slopeA).cast(dtype), shape!.shape),
      sumTo(scaled.div(density).cast(dtype), probability!.shape),
    ];
  },
  evaluate: ({ log }, a, p) => (log ? logGammaQuantile(a, p) : gammaQuantile(a, p)),
});

/**
 * The x ≥ 0 with P(a, x) = p, for floats a > 0 and 0 ≤ p ≤ 1 (NaN elsewhere), with broadcasting; the inverse of `gammaInc`.
 *
 * @example
 * ```ts
 * special.gammaIncInv(tensor([1]), 0.5); // → [Math.LN2]
 * ```
 */
export function gammaIncInv(a: TensorLike, p: TensorLike): Tensor {
  return applyPointwise(gammaIncInvPrimitive, { log: false }, a, p);
}

/** log gammaIncInv(a, p), also where that itself is too small for a float. */
export function logGammaIncInv(a: Tensor, p: Tensor): Tensor {
  return applyPointwise(gammaIncInvPrimitive, { log: true }, a, p);
}

const poissonQuantilePrimitive: Primitive = pointwise({
  name: 'poissonQuantile',
  vjp: notDifferentiable('piecewise constant'),
  evaluate: (_, rate, u) => poissonKernel(rate, u),
});

/** The smallest whole number that a Poisson variable stays at or below with probability u; NaN for a negative rate. */
export function poissonQuantile(rate: Tensor, u: Tensor): Tensor {
  return applyPointwise(poissonQuantilePrimitive, {}, rate, u);
}

const binomialQuantilePrimitive: Primitive = pointwise({
  name: 'binomialQuantile',
  vjp: notDifferentiable('piecewise constant'),
  evaluate: (_, count, probability, u) => binomialKernel(count, probability, u),
});

/** The smallest number of successes that is not exceeded with probability u; NaN for what is no count or probability. */
export function binomialQuantile(count: Tensor, probability: Tensor, u: Tensor): Tensor {
  return applyPointwise(binomialQuantilePrimitive, {}, count, probability, u);
}

/** The quantiles of distributions. */
export const quantilePrimitives: Readonly<{
  gammaIncInv: Primitive<GammaIncInvAttributes>;
  poissonQuantile: Primitive;
  binomialQuantile: Primitive;
}> = {
  gammaIncInv: gammaIncInvPrimitive,
  poissonQuantile: poissonQuantilePrimitive,
  binomialQuantile: binomialQuantilePrimitive,
};
