import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operandPair } from '../operands.js';
import { binary, elementwise, unary } from './define.js';

const logicalAndPrimitive: Primitive = binary({
  name: 'logicalAnd',
  accepts: ['bool'],
  vjp: notDifferentiable('integer or bool result'),
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! & b[q]!;
  },
});

/** a and b, for bool, with broadcasting. */
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

/** a or b, for bool, with broadcasting. */
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

/** not x, for bool. */
export function logicalNot(x: Tensor): Tensor {
  return elementwise(logicalNotPrimitive, x);
}

const shiftRightPrimitive: Primitive = binary({
  name: 'shiftRight',
  accepts: ['uint'],
  vjp: notDifferentiable('integer or bool result'),
  wide: (a, b) => (b > 63n ? 0n : a >> b),
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = b[q]! > 31 ? 0 : a[p]! >>> b[q]!;
  },
});

/** a / 2^b without remainder, for unsigned integers, with broadcasting. */
export function shiftRight(a: Tensor, b: TensorLike): Tensor {
  return elementwise(shiftRightPrimitive, ...operandPair('shiftRight', a, b));
}

/** Names of the logical and bitwise primitives. */
export type LogicalName = 'logicalAnd' | 'logicalOr' | 'logicalNot' | 'shiftRight';

/** The logical and bitwise primitives. */
export const logicalPrimitives: Readonly<Record<LogicalName, Primitive>> = {
  logicalAnd: logicalAndPrimitive,
  logicalOr: logicalOrPrimitive,
  logicalNot: logicalNotPrimitive,
  shiftRight: shiftRightPrimitive,
};
