import type { Primitive } from '../../graph/primitive.js';
import * as kernels from '../../kernels/special/exponential-integral.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { elementwise, unary } from '../elementwise/define.js';
import { operand } from '../operands.js';

const expIntPrimitive: Primitive = unary({
  name: 'expInt',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(x!.exp().div(x!))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.expInt(x[i]!);
  },
});

/**
 * The exponential integral Ei(x), a principal value, for floats; −Infinity at 0. Source: DLMF, chapter 6.
 *
 * @example
 * ```ts
 * special.expInt(tensor([1])); // → [1.8951]
 * ```
 */
export function expInt(x: TensorLike): Tensor {
  return elementwise(expIntPrimitive, operand(x, 'expInt'));
}

const expIntE1Primitive: Primitive = unary({
  name: 'expIntE1',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(x!.neg().exp().div(x!)).neg()],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.expIntE1(x[i]!);
  },
});

/**
 * The exponential integral E₁(x) = ∫ₓ^∞ e^−t / t dt, for floats: Infinity at 0, NaN below. Source: DLMF, chapter 6.
 *
 * @example
 * ```ts
 * special.expIntE1(tensor([1])); // → [0.2194]
 * ```
 */
export function expIntE1(x: TensorLike): Tensor {
  return elementwise(expIntE1Primitive, operand(x, 'expIntE1'));
}

/** The exponential integrals. */
export const exponentialIntegralPrimitives: Readonly<Record<'expInt' | 'expIntE1', Primitive>> = {
  expInt: expIntPrimitive,
  expIntE1: expIntE1Primitive,
};
