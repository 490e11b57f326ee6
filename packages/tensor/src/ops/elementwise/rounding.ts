import { isFloat, isInteger } from '../../dtypes.js';
import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operand, operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { floor } from './arithmetic.js';
import { binary, checkKind, elementwise, unary } from './define.js';

const roundPrimitive: Primitive = unary({
  name: 'round',
  accepts: ['float'],
  vjp: notDifferentiable('piecewise constant'),
  loop(x, y, n) {
    for (let i = 0; i < n; i++) {
      const value = x[i]!;
      const up = Math.round(value); // halves go up
      y[i] = up - value === 0.5 && up % 2 !== 0 ? up - 1 : up;
    }
  },
});

/**
 * The nearest whole number, halves to the even one, for floats.
 *
 * @example
 * ```ts
 * round(tensor([0.5, 1.5, 2.6])); // → [0, 2, 3]
 * ```
 */
export function round(x: TensorLike): Tensor {
  return elementwise(roundPrimitive, x);
}

const ceilPrimitive: Primitive = unary({
  name: 'ceil',
  accepts: ['float'],
  vjp: notDifferentiable('piecewise constant'),
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.ceil(x[i]!);
  },
});

/**
 * The smallest whole number not below x, for floats.
 *
 * @example
 * ```ts
 * ceil(tensor([1.2, -1.5])); // → [2, -1]
 * ```
 */
export function ceil(x: TensorLike): Tensor {
  return elementwise(ceilPrimitive, x);
}

/**
 * x without its fraction, for floats.
 *
 * @example
 * ```ts
 * trunc(tensor([1.7, -1.7])); // → [1, -1]
 * ```
 */
export function trunc(x: TensorLike): Tensor {
  const value = operand(x, 'trunc');
  checkKind('trunc', value, ['float']);
  return value.sign().mul(floor(value.abs()));
}

const remainderPrimitive: Primitive = binary({
  name: 'remainder',
  accepts: ['float', 'int', 'uint'],
  vjp: ({ cotangent, operands: [a, b] }) => [
    sumTo(cotangent, a!.shape),
    sumTo(cotangent.mul(floorDivide(a!, b!)).neg(), b!.shape),
  ],
  wide(a, b) {
    if (b === 0n) return 0n;
    const rest = a % b;
    return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
  },
  loop(a, strideA, b, strideB, y, n, dtype) {
    const byZero = isInteger(dtype) ? 0 : NaN;
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const divisor = b[q]!;
      const rest = a[p]! % divisor;
      if (divisor === 0) y[i] = byZero;
      else if (rest === 0) y[i] = divisor < 0 ? -0 : 0;
      else y[i] = rest < 0 !== divisor < 0 ? rest + divisor : rest;
    }
  },
});

/**
 * What floorDivide leaves, a − b·⌊a / b⌋: it has the sign of b, also where it is 0. For numbers, with broadcasting; integers modulo 0 are 0.
 *
 * @example
 * ```ts
 * remainder(tensor([5, -5]), 3); // → [2, 1]
 * ```
 */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(remainderPrimitive, ...operandPair('remainder', a, b));
}

/** ⌊a / b⌋ of floats, from the exact remainder, as NumPy computes it. */
function floorQuotient(a: number, b: number): number {
  const rest = a % b;
  if (b === 0) return a / b;
  const quotient = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

const floorDividePrimitive: Primitive = binary({
  name: 'floorDivide',
  accepts: ['float', 'int', 'uint'],
  vjp: notDifferentiable('piecewise constant'),
  wide(a, b) {
    if (b === 0n) return 0n;
    const rest = a % b;
    return a / b - (rest !== 0n && rest < 0n !== b < 0n ? 1n : 0n);
  },
  loop(a, strideA, b, strideB, y, n, dtype) {
    if (isFloat(dtype)) {
      for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = floorQuotient(a[p]!, b[q]!);
      return;
    }
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      y[i] = b[q]! === 0 ? 0 : Math.floor(a[p]! / b[q]!);
    }
  },
});

/**
 * ⌊a / b⌋, for numbers, with broadcasting; integers divided by 0 give 0, and wrap around.
 *
 * @example
 * ```ts
 * floorDivide(tensor([5, -5]), 3); // → [1, -2]
 * ```
 */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(floorDividePrimitive, ...operandPair('floorDivide', a, b));
}

/** Names of the rounding primitives. */
export type RoundingName = 'round' | 'ceil' | 'remainder' | 'floorDivide';

/** The rounding primitives. */
export const roundingPrimitives: Readonly<Record<RoundingName, Primitive>> = {
  round: roundPrimitive,
  ceil: ceilPrimitive,
  remainder: remainderPrimitive,
  floorDivide: floorDividePrimitive,
};
