import type { Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { elementwise, unary } from './define.js';
import { hypot } from './trigonometric.js';

const sinhPrimitive: Primitive = unary({
  name: 'sinh',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(cosh(x!))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.sinh(x[i]!);
  },
});

/**
 * Hyperbolic sine, for floats.
 *
 * @example
 * ```ts
 * sinh(tensor([0, 1])); // → [0, 1.1752]
 * ```
 */
export function sinh(x: TensorLike): Tensor {
  return elementwise(sinhPrimitive, x);
}

const coshPrimitive: Primitive = unary({
  name: 'cosh',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(sinh(x!))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.cosh(x[i]!);
  },
});

/**
 * Hyperbolic cosine, for floats.
 *
 * @example
 * ```ts
 * cosh(tensor([0, 1])); // → [1, 1.5431]
 * ```
 */
export function cosh(x: TensorLike): Tensor {
  return elementwise(coshPrimitive, x);
}

const asinhPrimitive: Primitive = unary({
  name: 'asinh',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(hypot(x!, 1))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.asinh(x[i]!);
  },
});

/**
 * Inverse of the hyperbolic sine, for floats.
 *
 * @example
 * ```ts
 * asinh(tensor([0, 1])); // → [0, 0.8814]
 * ```
 */
export function asinh(x: TensorLike): Tensor {
  return elementwise(asinhPrimitive, x);
}

const acoshPrimitive: Primitive = unary({
  name: 'acosh',
  accepts: ['float'],
  // Two roots: the product of both arguments would overflow.
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(x!.sub(1).sqrt().mul(x!.add(1).sqrt()))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.acosh(x[i]!);
  },
});

/**
 * Inverse of the hyperbolic cosine, for floats; NaN where x < 1.
 *
 * @example
 * ```ts
 * acosh(tensor([1, 2])); // → [0, 1.317]
 * ```
 */
export function acosh(x: TensorLike): Tensor {
  return elementwise(acoshPrimitive, x);
}

const atanhPrimitive: Primitive = unary({
  name: 'atanh',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(x!.neg().add(1).mul(x!.add(1)))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.atanh(x[i]!);
  },
});

/**
 * Inverse of the hyperbolic tangent, for floats; ±Infinity at ±1, NaN beyond.
 *
 * @example
 * ```ts
 * atanh(tensor([0, 0.5])); // → [0, 0.5493]
 * ```
 */
export function atanh(x: TensorLike): Tensor {
  return elementwise(atanhPrimitive, x);
}

/** Names of the hyperbolic primitives. */
export type HyperbolicName = 'sinh' | 'cosh' | 'asinh' | 'acosh' | 'atanh';

/** The hyperbolic primitives. */
export const hyperbolicPrimitives: Readonly<Record<HyperbolicName, Primitive>> = {
  sinh: sinhPrimitive,
  cosh: coshPrimitive,
  asinh: asinhPrimitive,
  acosh: acoshPrimitive,
  atanh: atanhPrimitive,
};
