import type { Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operand, operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { binary, checkKind, elementwise, unary } from './define.js';
import { where } from './select.js';

const sinPrimitive: Primitive = unary({
  name: 'sin',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(cos(x!))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.sin(x[i]!);
  },
});

/**
 * Sine of an angle in radians, for floats; NaN at ±Infinity.
 *
 * @example
 * ```ts
 * sin(tensor([0, Math.PI / 2])); // → [0, 1]
 * ```
 */
export function sin(x: TensorLike): Tensor {
  return elementwise(sinPrimitive, x);
}

const cosPrimitive: Primitive = unary({
  name: 'cos',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(sin(x!)).neg()],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.cos(x[i]!);
  },
});

/**
 * Cosine of an angle in radians, for floats; NaN at ±Infinity.
 *
 * @example
 * ```ts
 * cos(tensor([0, Math.PI])); // → [1, -1]
 * ```
 */
export function cos(x: TensorLike): Tensor {
  return elementwise(cosPrimitive, x);
}

/**
 * Tangent of an angle in radians, for floats: sin x / cos x.
 *
 * @example
 * ```ts
 * tan(tensor([0, Math.PI / 4])); // → [0, 1]
 * ```
 */
export function tan(x: TensorLike): Tensor {
  const angle = operand(x, 'tan');
  checkKind('tan', angle, ['float']);
  return sin(angle).div(cos(angle));
}

/** √(1 − x²), accurate where x is near ±1. */
function complement(x: Tensor): Tensor {
  return x.neg().add(1).mul(x.add(1)).sqrt();
}

const asinPrimitive: Primitive = unary({
  name: 'asin',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(complement(x!))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.asin(x[i]!);
  },
});

/**
 * The angle in [−π/2, π/2] with sine x, for floats; NaN where |x| > 1.
 *
 * @example
 * ```ts
 * asin(tensor([1, 2])); // → [Math.PI / 2, NaN]
 * ```
 */
export function asin(x: TensorLike): Tensor {
  return elementwise(asinPrimitive, x);
}

const acosPrimitive: Primitive = unary({
  name: 'acos',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(complement(x!)).neg()],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.acos(x[i]!);
  },
});

/**
 * The angle in [0, π] with cosine x, for floats; NaN where |x| > 1.
 *
 * @example
 * ```ts
 * acos(tensor([1, -1])); // → [0, Math.PI]
 * ```
 */
export function acos(x: TensorLike): Tensor {
  return elementwise(acosPrimitive, x);
}

const atanPrimitive: Primitive = unary({
  name: 'atan',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(x!.square().add(1))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.atan(x[i]!);
  },
});

/**
 * The angle in [−π/2, π/2] with tangent x, for floats.
 *
 * @example
 * ```ts
 * atan(tensor([1, Infinity])); // → [Math.PI / 4, Math.PI / 2]
 * ```
 */
export function atan(x: TensorLike): Tensor {
  return elementwise(atanPrimitive, x);
}

/** a / b, where 0 / 0 is 0. */
function ratio(a: Tensor, b: Tensor): Tensor {
  return a.div(where(b.equal(0), 1, b));
}

const atan2Primitive: Primitive = binary({
  name: 'atan2',
  accepts: ['float'],
  // Twice a quotient by the radius: its square would overflow, or vanish, where it does not.
  vjp({ cotangent, operands: [y, x] }) {
    const radius = hypot(y!, x!);
    return [
      sumTo(cotangent.mul(ratio(ratio(x!, radius), radius)), y!.shape),
      sumTo(cotangent.mul(ratio(ratio(y!, radius), radius)).neg(), x!.shape),
    ];
  },
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Math.atan2(a[p]!, b[q]!);
  },
});

/**
 * The angle in [−π, π] of the point (x, y), for floats, with broadcasting; its gradient at (0, 0) is 0.
 *
 * @example
 * ```ts
 * atan2(tensor([1, -1]), -1); // → [0.75 * Math.PI, -0.75 * Math.PI]
 * ```
 */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  return elementwise(atan2Primitive, ...operandPair('atan2', y, x));
}

const hypotPrimitive: Primitive = binary({
  name: 'hypot',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [a, b], result }) => [
    sumTo(cotangent.mul(ratio(a!, result)), a!.shape),
    sumTo(cotangent.mul(ratio(b!, result)), b!.shape),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const [u, v] = [Math.abs(a[p]!), Math.abs(b[q]!)];
      const large = u > v ? u : v;
      const small = u > v ? v : u;
      const slope = small / large;
      y[i] = large === 0 || large === Infinity ? large + small : large * Math.sqrt(1 + slope * slope);
    }
  },
});

/**
 * √(a² + b²) without overflow, for floats, with broadcasting; NaN if either is NaN. Its gradient at (0, 0) is 0.
 *
 * @example
 * ```ts
 * hypot(tensor([3, 3e30]), tensor([4, 4e30])); // → [5, 5e30]
 * ```
 */
export function hypot(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(hypotPrimitive, ...operandPair('hypot', a, b));
}

/** Names of the trigonometric primitives. */
export type TrigonometricName = 'sin' | 'cos' | 'asin' | 'acos' | 'atan' | 'atan2' | 'hypot';

/** The trigonometric primitives. */
export const trigonometricPrimitives: Readonly<Record<TrigonometricName, Primitive>> = {
  sin: sinPrimitive,
  cos: cosPrimitive,
  asin: asinPrimitive,
  acos: acosPrimitive,
  atan: atanPrimitive,
  atan2: atan2Primitive,
  hypot: hypotPrimitive,
};
