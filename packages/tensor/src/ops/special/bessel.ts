import { asOperation } from '../../graph/as-operation.js';
import type { Primitive } from '../../graph/primitive.js';
import * as kernels from '../../kernels/special/bessel.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { applyPointwise, pointwise } from './define.js';

/** Attributes of the Bessel functions. */
export interface BesselAttributes {
  readonly order: number;
}

/** Attributes of the modified Bessel functions. */
export interface ModifiedBesselAttributes extends BesselAttributes {
  /** Times the exponential that keeps it from overflowing or vanishing. */
  readonly scaled: boolean;
}

/** Jₙ or Yₙ, which have one rule: (fₙ₋₁ − fₙ₊₁) / 2, and −f₁ for n = 0. */
function cylindrical(name: string, evaluate: (order: number, x: number) => number): Primitive<BesselAttributes> {
  const primitive: Primitive<BesselAttributes> = pointwise<BesselAttributes>({
    name,
    vjp({ cotangent, operands: [x], attributes: { order } }) {
      const next = applyPointwise(primitive, { order: order + 1 }, x!);
      if (order === 0) return [cotangent.mul(next).neg()];
      const previous = applyPointwise(primitive, { order: order - 1 }, x!);
      return [cotangent.mul(previous.sub(next).mul(0.5))];
    },
    evaluate: ({ order }, x) => evaluate(order, x),
  });
  return primitive;
}

/** Iₙ or Kₙ: (fₙ₋₁ + fₙ₊₁) / 2, and f₁ for n = 0, is the slope of Iₙ and minus that of Kₙ. */
function modified(
  name: string,
  evaluate: (order: number, x: number, scaled: boolean) => number,
  slopeOf: (mean: Tensor, x: Tensor, result: Tensor, scaled: boolean) => Tensor,
): Primitive<ModifiedBesselAttributes> {
  const primitive: Primitive<ModifiedBesselAttributes> = pointwise<ModifiedBesselAttributes>({
    name,
    vjp({ cotangent, operands: [x], result, attributes: { order, scaled } }) {
      const other = (n: number): Tensor => applyPointwise(primitive, { order: n, scaled }, x!);
      const mean =
        order === 0
          ? other(1)
          : other(order - 1)
              .add(other(order + 1))
              .mul(0.5);
      return [cotangent.mul(slopeOf(mean, x!, result, scaled))];
    },
    evaluate: ({ order, scaled }, x) => evaluate(order, x, scaled),
  });
  return primitive;
}

const besselJPrimitive = cylindrical('besselJ', kernels.besselJ);
const besselYPrimitive = cylindrical('besselY', kernels.besselY);
const besselIPrimitive = modified('besselI', kernels.besselI, (mean, x, result, scaled) =>
  scaled ? mean.sub(x.sign().mul(result)) : mean,
);
const besselKPrimitive = modified('besselK', kernels.besselK, (mean, _, result, scaled) =>
  scaled ? result.sub(mean) : mean.neg(),
);

/**
 * The Bessel function J₀(x), for floats: within 1e-15 absolute in float64. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselJ0(tensor([0, 1])); // → [1, 0.7652]
 * ```
 */
export function besselJ0(x: TensorLike): Tensor {
  return asOperation('besselJ0', () => applyPointwise(besselJPrimitive, { order: 0 }, x));
}

/**
 * The Bessel function J₁(x), for floats: within 1e-15 absolute in float64. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselJ1(tensor([0, 1])); // → [0, 0.4401]
 * ```
 */
export function besselJ1(x: TensorLike): Tensor {
  return asOperation('besselJ1', () => applyPointwise(besselJPrimitive, { order: 1 }, x));
}

/**
 * The Bessel function Y₀(x), for floats: −Infinity at 0, NaN below. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselY0(tensor([0, 1])); // → [-Infinity, 0.0883]
 * ```
 */
export function besselY0(x: TensorLike): Tensor {
  return asOperation('besselY0', () => applyPointwise(besselYPrimitive, { order: 0 }, x));
}

/**
 * The Bessel function Y₁(x), for floats: −Infinity at 0, NaN below. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselY1(tensor([0, 1])); // → [-Infinity, -0.7812]
 * ```
 */
export function besselY1(x: TensorLike): Tensor {
  return asOperation('besselY1', () => applyPointwise(besselYPrimitive, { order: 1 }, x));
}

/**
 * The modified Bessel function I₀(x), for floats: within 1e-14 relative in float64. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselI0(tensor([0, 1])); // → [1, 1.2661]
 * ```
 */
export function besselI0(x: TensorLike): Tensor {
  return asOperation('besselI0', () => applyPointwise(besselIPrimitive, { order: 0, scaled: false }, x));
}

/**
 * The modified Bessel function I₁(x), for floats: within 1e-14 relative in float64. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselI1(tensor([0, 1])); // → [0, 0.5652]
 * ```
 */
export function besselI1(x: TensorLike): Tensor {
  return asOperation('besselI1', () => applyPointwise(besselIPrimitive, { order: 1, scaled: false }, x));
}

/**
 * e^−|x|·I₀(x), for floats, without overflow.
 *
 * @example
 * ```ts
 * special.besselI0e(tensor([0, 1])); // → [1, 0.4658]
 * ```
 */
export function besselI0e(x: TensorLike): Tensor {
  return asOperation('besselI0e', () => applyPointwise(besselIPrimitive, { order: 0, scaled: true }, x));
}

/**
 * e^−|x|·I₁(x), for floats, without overflow.
 *
 * @example
 * ```ts
 * special.besselI1e(tensor([0, 1])); // → [0, 0.2079]
 * ```
 */
export function besselI1e(x: TensorLike): Tensor {
  return asOperation('besselI1e', () => applyPointwise(besselIPrimitive, { order: 1, scaled: true }, x));
}

/**
 * The modified Bessel function K₀(x), for floats: Infinity at 0, NaN below. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselK0(tensor([0, 1])); // → [Infinity, 0.421]
 * ```
 */
export function besselK0(x: TensorLike): Tensor {
  return asOperation('besselK0', () => applyPointwise(besselKPrimitive, { order: 0, scaled: false }, x));
}

/**
 * The modified Bessel function K₁(x), for floats: Infinity at 0, NaN below. Source: DLMF, chapter 10.
 *
 * @example
 * ```ts
 * special.besselK1(tensor([0, 1])); // → [Infinity, 0.6019]
 * ```
 */
export function besselK1(x: TensorLike): Tensor {
  return asOperation('besselK1', () => applyPointwise(besselKPrimitive, { order: 1, scaled: false }, x));
}

/**
 * e^x·K₀(x), for floats, which does not vanish where x is large.
 *
 * @example
 * ```ts
 * special.besselK0e(tensor([0, 1])); // → [Infinity, 1.1445]
 * ```
 */
export function besselK0e(x: TensorLike): Tensor {
  return asOperation('besselK0e', () => applyPointwise(besselKPrimitive, { order: 0, scaled: true }, x));
}

/**
 * e^x·K₁(x), for floats, which does not vanish where x is large.
 *
 * @example
 * ```ts
 * special.besselK1e(tensor([0, 1])); // → [Infinity, 1.6362]
 * ```
 */
export function besselK1e(x: TensorLike): Tensor {
  return asOperation('besselK1e', () => applyPointwise(besselKPrimitive, { order: 1, scaled: true }, x));
}

/** The Bessel functions. */
export const besselPrimitives: Readonly<{
  besselJ: Primitive<BesselAttributes>;
  besselY: Primitive<BesselAttributes>;
  besselI: Primitive<ModifiedBesselAttributes>;
  besselK: Primitive<ModifiedBesselAttributes>;
}> = { besselJ: besselJPrimitive, besselY: besselYPrimitive, besselI: besselIPrimitive, besselK: besselKPrimitive };
