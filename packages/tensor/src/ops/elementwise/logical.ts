import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import type { Tensor } from '../../tensor.js';
import { notEqual } from './comparison.js';
import { binary, checkKind, elementwise, unary } from './define.js';

const logicalAndPrimitive: Primitive = binary({
  name: 'logicalAnd',
  accepts: ['bool'],
  vjp: notDifferentiable('integer or bool result'),
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! & b[q]!;
  },
});

/**
 * a and b, for bool, with broadcasting.
 *
 * @example
 * ```ts
 * logicalAnd(tensor([true, true, false]), tensor([true, false, false])); // → [true, false, false]
 * ```
 */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return elementwise(logicalAndPrimitive, a, b);
}

const logicalOrPrimitive: Primitive = binary({
  name: 'logicalOr',
  accepts: ['bool'],
  vjp: notDifferentiable('integer or bool result'),
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! | b[q]!;
  },
});

/**
 * a or b, for bool, with broadcasting.
 *
 * @example
 * ```ts
 * logicalOr(tensor([true, true, false]), tensor([true, false, false])); // → [true, true, false]
 * ```
 */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return elementwise(logicalOrPrimitive, a, b);
}

const logicalNotPrimitive: Primitive = unary({
  name: 'logicalNot',
  accepts: ['bool'],
  vjp: notDifferentiable('integer or bool result'),
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = 1 - x[i]!;
  },
});

/**
 * not x, for bool.
 *
 * @example
 * ```ts
 * logicalNot(tensor([true, false])); // → [false, true]
 * ```
 */
export function logicalNot(x: Tensor): Tensor {
  return elementwise(logicalNotPrimitive, x);
}

/**
 * Whether exactly one of a and b holds, for bool, with broadcasting.
 *
 * @example
 * ```ts
 * logicalXor(tensor([true, true, false]), tensor([true, false, false])); // → [false, true, false]
 * ```
 */
export function logicalXor(a: Tensor, b: Tensor): Tensor {
  checkKind('logicalXor', a, ['bool']);
  checkKind('logicalXor', b, ['bool']);
  return notEqual(a, b);
}

/** Names of the logical primitives. */
export type LogicalName = 'logicalAnd' | 'logicalOr' | 'logicalNot';

/** The logical primitives. */
export const logicalPrimitives: Readonly<Record<LogicalName, Primitive>> = {
  logicalAnd: logicalAndPrimitive,
  logicalOr: logicalOrPrimitive,
  logicalNot: logicalNotPrimitive,
};
