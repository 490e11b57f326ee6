import { asOperation } from '../../graph/as-operation.js';
import type { Primitive } from '../../graph/primitive.js';
import * as kernels from '../../kernels/special/incomplete.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { sumTo } from '../sum-to.js';
import { applyPointwise, pointwise } from './define.js';
import { xlog1py, xlogy } from './elementary.js';
import { digamma, logBeta, logGamma } from './gamma.js';

/** Attributes of gammaInc. */
export interface GammaIncAttributes {
  /** The integral from x to infinity, instead of from 0 to x. */
  readonly upper: boolean;
  /** Power of log t under the integral: derivatives in a have it. Lower integrals alone have one above 0. */
  readonly order: number;
}

/** log(x)^k, where k = 0 gives 1 at x = 0 as well. */
function logPower(x: Tensor, k: number): Tensor | number {
  return k === 0 ? 1 : x.log().pow(k);
}

const gammaIncPrimitive: Primitive<GammaIncAttributes> = pointwise<GammaIncAttributes>({
  name: 'gammaInc',
  vjp({ cotangent, operands: [a, x], attributes: { upper, order } }) {
    const slopeA = gammaMoment(a!, x!, order + 1).sub(digamma(a!).mul(gammaMoment(a!, x!, order)));
    const density = xlogy(a!.sub(1), x!).sub(x!).sub(logGamma(a!)).exp();
    const signed = upper ? cotangent.neg() : cotangent;
    return [sumTo(signed.mul(slopeA), a!.shape), sumTo(signed.mul(density.mul(logPower(x!, order))), x!.shape)];
  },
  evaluate: ({ upper, order }, a, x) =>
    order === 0 ? kernels.gammaInc(a, x, upper) : kernels.gammaMoment(a, x, order),
});

/**
 * The regularized lower incomplete gamma function P(a, x) = ∫₀ˣ t^(a−1)·e^−t dt / Γ(a), for floats a > 0 and x ≥ 0 (NaN
 * elsewhere), with broadcasting: within 1e-12 relative in float64. Source: DLMF, chapter 8.
 *
 * @example
 * ```ts
 * special.gammaInc(tensor([1]), tensor([2])); // → [1 - Math.exp(-2)]
 * ```
 */
export function gammaInc(a: TensorLike, x: TensorLike): Tensor {
  return applyPointwise(gammaIncPrimitive, { upper: false, order: 0 }, a, x);
}

/**
 * The regularized upper incomplete gamma function Q(a, x) = 1 − P(a, x), accurate where it is small.
 *
 * @example
 * ```ts
 * special.gammaIncC(tensor([1]), tensor([2])); // → [Math.exp(-2)]
 * ```
 */
export function gammaIncC(a: TensorLike, x: TensorLike): Tensor {
  return asOperation('gammaIncC', () => applyPointwise(gammaIncPrimitive, { upper: true, order: 0 }, a, x));
}

/** ∫₀ˣ t^(a−1)·e^−t·(log t)^order dt / Γ(a), which derivatives of gammaInc in a consist of. */
export function gammaMoment(a: Tensor, x: Tensor, order: number): Tensor {
  return applyPointwise(gammaIncPrimitive, { upper: false, order }, a, x);
}

/** Attributes of betaInc: powers of log t and log(1 − t) under the integral, which derivatives in a and b have. */
export interface BetaIncAttributes {
  readonly orderA: number;
  readonly orderB: number;
}

const betaIncPrimitive: Primitive<BetaIncAttributes> = pointwise<BetaIncAttributes>({
  name: 'betaInc',
  vjp({ cotangent, operands: [a, b, x], attributes: { orderA, orderB } }) {
    const moment = (i: number, j: number): Tensor =>
      applyPointwise(betaIncPrimitive, { orderA: orderA + i, orderB: orderB + j }, a!, b!, x!);
    const both = digamma(a!.add(b!));
    const slopeA = moment(1, 0).sub(digamma(a!).sub(both).mul(moment(0, 0)));
    const slopeB = moment(0, 1).sub(digamma(b!).sub(both).mul(moment(0, 0)));
    const density = xlogy(a!.sub(1), x!)
      .add(xlog1py(b!.sub(1), x!.neg()))
      .sub(logBeta(a!, b!))
      .exp();
    const slopeX = density.mul(logPower(x!, orderA)).mul(logPower(x!.neg().add(1), orderB));
    return [
      sumTo(cotangent.mul(slopeA), a!.shape),
      sumTo(cotangent.mul(slopeB), b!.shape),
      sumTo(cotangent.mul(slopeX), x!.shape),
    ];
  },
  evaluate: ({ orderA, orderB }, a, b, x) => kernels.betaMoment(a, b, x, orderA, orderB),
});

/**
 * The regularized incomplete beta function I(a, b; x) = ∫₀ˣ t^(a−1)·(1−t)^(b−1) dt / B(a, b), for floats a, b > 0 and
 * 0 ≤ x ≤ 1 (NaN elsewhere), with broadcasting: within 1e-12 relative in float64. Source: DLMF 8.17.
 *
 * @example
 * ```ts
 * special.betaInc(tensor([2]), tensor([2]), tensor([0.5])); // → [0.5]
 * ```
 */
export function betaInc(a: TensorLike, b: TensorLike, x: TensorLike): Tensor {
  return applyPointwise(betaIncPrimitive, { orderA: 0, orderB: 0 }, a, b, x);
}

/** The incomplete gamma and beta functions. */
export const incompletePrimitives: Readonly<{
  gammaInc: Primitive<GammaIncAttributes>;
  betaInc: Primitive<BetaIncAttributes>;
}> = { gammaInc: gammaIncPrimitive, betaInc: betaIncPrimitive };
