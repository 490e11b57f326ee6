import type { Primitive } from '../../graph/primitive.js';
import * as kernels from '../../kernels/error-function.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { elementwise, unary } from './define.js';

const slope = 2 / Math.sqrt(Math.PI);

const erfPrimitive: Primitive = unary({
  name: 'erf',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(x!.square().neg().exp().mul(slope))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.erf(x[i]!);
  },
});

/**
 * The error function, 2/√π·∫₀ˣ e^(−t²) dt, for floats. Source: Cody, "Rational Chebyshev approximations" (1969).
 *
 * @example
 * ```ts
 * special.erf(tensor([0, 1])); // → [0, 0.8427]
 * ```
 */
export function erf(x: TensorLike): Tensor {
  return elementwise(erfPrimitive, x);
}

const erfcPrimitive: Primitive = unary({
  name: 'erfc',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(x!.square().neg().exp().mul(-slope))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.erfc(x[i]!);
  },
});

/**
 * 1 − erf(x), accurate where it is small, for floats.
 *
 * @example
 * ```ts
 * special.erfc(tensor([0, 1])); // → [1, 0.1573]
 * ```
 */
export function erfc(x: TensorLike): Tensor {
  return elementwise(erfcPrimitive, x);
}

const erfInvPrimitive: Primitive = unary({
  name: 'erfInv',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [
    cotangent.mul(
      result
        .square()
        .exp()
        .mul(1 / slope),
    ),
  ],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = kernels.erfInv(x[i]!);
  },
});

/**
 * The inverse of erf, for floats; ±Infinity at ±1, NaN beyond. Source: Wichura, "Algorithm AS 241" (1988).
 *
 * @example
 * ```ts
 * special.erfInv(tensor([0, 0.5])); // → [0, 0.4769]
 * ```
 */
export function erfInv(x: TensorLike): Tensor {
  return elementwise(erfInvPrimitive, x);
}

/** Names of the error functions. */
export type ErrorFunctionName = 'erf' | 'erfc' | 'erfInv';

/** The error functions. */
export const errorFunctionPrimitives: Readonly<Record<ErrorFunctionName, Primitive>> = {
  erf: erfPrimitive,
  erfc: erfcPrimitive,
  erfInv: erfInvPrimitive,
};
