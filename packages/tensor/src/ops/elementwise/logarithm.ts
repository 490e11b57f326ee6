import type { Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operand, operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { div, pow } from './arithmetic.js';
import { binary, checkKind, elementwise, unary } from './define.js';
import { where } from './select.js';

const log1pPrimitive: Primitive = unary({
  name: 'log1p',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.div(x!.add(1))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.log1p(x[i]!);
  },
});

/**
 * log(1 + x), accurate where x is small, for floats.
 *
 * @example
 * ```ts
 * log1p(tensor([0, 1e-10])); // → [0, 1e-10]
 * ```
 */
export function log1p(x: TensorLike): Tensor {
  return elementwise(log1pPrimitive, x);
}

const expm1Primitive: Primitive = unary({
  name: 'expm1',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(x!.exp())],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.expm1(x[i]!);
  },
});

/**
 * e^x − 1, accurate where x is small, for floats.
 *
 * @example
 * ```ts
 * expm1(tensor([0, 1e-10])); // → [0, 1e-10]
 * ```
 */
export function expm1(x: TensorLike): Tensor {
  return elementwise(expm1Primitive, x);
}

const cbrtPrimitive: Primitive = unary({
  name: 'cbrt',
  accepts: ['float'],
  vjp: ({ cotangent, result }) => [cotangent.div(result.square().mul(3))],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.cbrt(x[i]!);
  },
});

/**
 * Cube root, for floats of either sign.
 *
 * @example
 * ```ts
 * cbrt(tensor([27, -8])); // → [3, -2]
 * ```
 */
export function cbrt(x: TensorLike): Tensor {
  return elementwise(cbrtPrimitive, x);
}

function logarithm(operation: string, x: TensorLike, base: number): Tensor {
  const value = operand(x, operation);
  checkKind(operation, value, ['float']);
  return value.log().div(base);
}

/**
 * Logarithm to the base 2, for floats.
 *
 * @example
 * ```ts
 * log2(tensor([8, 0.5])); // → [3, -1]
 * ```
 */
export function log2(x: TensorLike): Tensor {
  return logarithm('log2', x, Math.LN2);
}

/**
 * Logarithm to the base 10, for floats.
 *
 * @example
 * ```ts
 * log10(tensor([1000, 0.1])); // → [3, -1]
 * ```
 */
export function log10(x: TensorLike): Tensor {
  return logarithm('log10', x, Math.LN10);
}

/**
 * 2 to the power of x, for floats; exact where x is whole.
 *
 * @example
 * ```ts
 * exp2(tensor([3, -1])); // → [8, 0.5]
 * ```
 */
export function exp2(x: TensorLike): Tensor {
  const value = operand(x, 'exp2');
  checkKind('exp2', value, ['float']);
  return pow(2, value);
}

/**
 * 1 / x, for floats.
 *
 * @example
 * ```ts
 * reciprocal(tensor([2, -4])); // → [0.5, -0.25]
 * ```
 */
export function reciprocal(x: TensorLike): Tensor {
  const value = operand(x, 'reciprocal');
  checkKind('reciprocal', value, ['float']);
  return div(1, value);
}

/**
 * 1 / √x, for floats; Infinity at 0, NaN below.
 *
 * @example
 * ```ts
 * rsqrt(tensor([4, 0])); // → [0.5, Infinity]
 * ```
 */
export function rsqrt(x: TensorLike): Tensor {
  const value = operand(x, 'rsqrt');
  checkKind('rsqrt', value, ['float']);
  return div(1, value.sqrt());
}

/** The weight e^(x − total) of one term of a sum; 1 where both are the same infinity. */
function weight(x: Tensor, total: Tensor): Tensor {
  return where(x.equal(total), 0, x.sub(total)).exp();
}

const logAddExpPrimitive: Primitive = binary({
  name: 'logAddExp',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [a, b], result }) => [
    sumTo(cotangent.mul(weight(a!, result)), a!.shape),
    sumTo(cotangent.mul(weight(b!, result)), b!.shape),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const [u, v] = [a[p]!, b[q]!];
      y[i] = u === v ? u + Math.LN2 : (u > v ? u : v) + Math.log1p(Math.exp(u > v ? v - u : u - v));
    }
  },
});

/**
 * log(e^a + e^b) without overflow, for floats, with broadcasting; `logAddExp(x, 0)` is softplus.
 *
 * @example
 * ```ts
 * logAddExp(tensor([1000, -1000]), 1000); // → [1000 + Math.LN2, 1000]
 * ```
 */
export function logAddExp(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(logAddExpPrimitive, ...operandPair('logAddExp', a, b));
}

/** Names of the primitives about logarithms and powers. */
export type LogarithmName = 'log1p' | 'expm1' | 'cbrt' | 'logAddExp';

/** The primitives about logarithms and powers. */
export const logarithmPrimitives: Readonly<Record<LogarithmName, Primitive>> = {
  log1p: log1pPrimitive,
  expm1: expm1Primitive,
  cbrt: cbrtPrimitive,
  logAddExp: logAddExpPrimitive,
};
