import type { Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { elementwise, unary } from './define.js';

const expPrimitive: Primitive = unary({
  name: 'exp',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [cotangent.mul(result)],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.exp(x[i]!);
  },
});

/**
 * e^x, for floats.
 *
 * @example
 * ```ts
 * exp(tensor([0, 1])); // → [1, Math.E]
 * ```
 */
export function exp(x: TensorLike): Tensor {
  return elementwise(expPrimitive, x);
}

const logPrimitive: Primitive = unary({
  name: 'log',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(x!)],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.log(x[i]!);
  },
});

/**
 * Natural logarithm, for floats; −Infinity at 0, NaN below.
 *
 * @example
 * ```ts
 * log(tensor([1, 0, -1])); // → [0, -Infinity, NaN]
 * ```
 */
export function log(x: TensorLike): Tensor {
  return elementwise(logPrimitive, x);
}

const sqrtPrimitive: Primitive = unary({
  name: 'sqrt',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [cotangent.mul(0.5).div(result)],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.sqrt(x[i]!);
  },
});

/**
 * Square root, for floats; NaN below 0.
 *
 * @example
 * ```ts
 * sqrt(tensor([4, 2])); // → [2, Math.SQRT2]
 * ```
 */
export function sqrt(x: TensorLike): Tensor {
  return elementwise(sqrtPrimitive, x);
}

const tanhPrimitive: Primitive = unary({
  name: 'tanh',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [cotangent.mul(result.square().neg().add(1))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.tanh(x[i]!);
  },
});

/**
 * Hyperbolic tangent, for floats.
 *
 * @example
 * ```ts
 * nn.tanh(tensor([0, 1])); // → [0, 0.7616]
 * ```
 */
export function tanh(x: TensorLike): Tensor {
  return elementwise(tanhPrimitive, x);
}

const sigmoidPrimitive: Primitive = unary({
  name: 'sigmoid',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [cotangent.mul(result.mul(result.neg().add(1)))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
  },
});

/**
 * 1 / (1 + e^−x), for floats.
 *
 * @example
 * ```ts
 * nn.sigmoid(tensor([0, 1])); // → [0.5, 0.7311]
 * ```
 */
export function sigmoid(x: TensorLike): Tensor {
  return elementwise(sigmoidPrimitive, x);
}

/** Names of the exponential primitives. */
export type ExponentialName = 'exp' | 'log' | 'sqrt' | 'tanh' | 'sigmoid';

/** The exponential primitives. */
export const exponentialPrimitives: Readonly<Record<ExponentialName, Primitive>> = {
  exp: expPrimitive,
  log: logPrimitive,
  sqrt: sqrtPrimitive,
  tanh: tanhPrimitive,
  sigmoid: sigmoidPrimitive,
};
