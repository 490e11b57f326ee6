import { bytesPerElement, dtypeKind, isWideInteger, type DType } from '../../dtypes.js';
import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operandPair } from '../operands.js';
import { sub } from './arithmetic.js';
import { binary, checkKind, elementwise } from './define.js';

const integers = ['int', 'uint'] as const;

const bitwiseAndPrimitive: Primitive = binary({
  name: 'bitwiseAnd',
  accepts: integers,
  vjp: notDifferentiable('integer or bool result'),
  wide: (a, b) => a & b,
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! & b[q]!;
  },
});

/**
 * The bits that a and b share, for integers, with broadcasting.
 *
 * @example
 * ```ts
 * bitwiseAnd(tensor([6], { dtype: 'int32' }), 3); // → [2]
 * ```
 */
export function bitwiseAnd(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(bitwiseAndPrimitive, ...operandPair('bitwiseAnd', a, b));
}

const bitwiseOrPrimitive: Primitive = binary({
  name: 'bitwiseOr',
  accepts: integers,
  vjp: notDifferentiable('integer or bool result'),
  wide: (a, b) => a | b,
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! | b[q]!;
  },
});

/**
 * The bits of a and of b, for integers, with broadcasting.
 *
 * @example
 * ```ts
 * bitwiseOr(tensor([6], { dtype: 'int32' }), 3); // → [7]
 * ```
 */
export function bitwiseOr(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(bitwiseOrPrimitive, ...operandPair('bitwiseOr', a, b));
}

const bitwiseXorPrimitive: Primitive = binary({
  name: 'bitwiseXor',
  accepts: integers,
  vjp: notDifferentiable('integer or bool result'),
  wide: (a, b) => a ^ b,
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! ^ b[q]!;
  },
});

/**
 * The bits in which a and b differ, for integers, with broadcasting.
 *
 * @example
 * ```ts
 * bitwiseXor(tensor([6], { dtype: 'int32' }), 3); // → [5]
 * ```
 */
export function bitwiseXor(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(bitwiseXorPrimitive, ...operandPair('bitwiseXor', a, b));
}

/**
 * Each bit of x inverted, for integers: −1 − x.
 *
 * @example
 * ```ts
 * bitwiseNot(tensor([0, 5], { dtype: 'int32' })); // → [-1, -6]
 * ```
 */
export function bitwiseNot(x: Tensor): Tensor {
  checkKind('bitwiseNot', x, integers);
  // 0 − x − 1 wraps around to the largest number of an unsigned type.
  return sub(0, x).sub(1);
}

/** Bits of an integer dtype. */
function width(dtype: DType): number {
  return 8 * bytesPerElement(dtype);
}

const shiftLeftPrimitive: Primitive = binary({
  name: 'shiftLeft',
  accepts: integers,
  vjp: notDifferentiable('integer or bool result'),
  wide: (a, b) => (b < 0n || b > 63n ? 0n : a << b),
  loop(a, strideA, b, strideB, y, n, dtype) {
    const bits = width(dtype);
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const by = b[q]!;
      y[i] = by >= 0 && by < bits ? a[p]! << by : 0;
    }
  },
});

/**
 * a · 2^b, for integers, with broadcasting; 0 where b is the width of the type or more, or negative.
 *
 * @example
 * ```ts
 * shiftLeft(tensor([1, 3], { dtype: 'int32' }), 2); // → [4, 12]
 * ```
 */
export function shiftLeft(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(shiftLeftPrimitive, ...operandPair('shiftLeft', a, b));
}

const shiftRightPrimitive: Primitive = binary({
  name: 'shiftRight',
  accepts: integers,
  vjp: notDifferentiable('integer or bool result'),
  wide: (a, b) => (b < 0n || b > 63n ? (a < 0n ? -1n : 0n) : a >> b),
  loop(a, strideA, b, strideB, y, n, dtype) {
    const bits = width(dtype);
    const signed = dtypeKind(dtype) === 'int';
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const by = b[q]!;
      if (by >= 0 && by < bits) y[i] = signed ? a[p]! >> by : a[p]! >>> by;
      else y[i] = a[p]! < 0 ? -1 : 0;
    }
  },
});

/**
 * ⌊a / 2^b⌋, for integers, with broadcasting; no bit of a is left where b is the width of the type or more, or negative.
 *
 * @example
 * ```ts
 * shiftRight(tensor([12, -8], { dtype: 'int32' }), 2); // → [3, -2]
 * ```
 */
export function shiftRight(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(shiftRightPrimitive, ...operandPair('shiftRight', a, b));
}

/** Ones among the 32 bits of each word: sums of 2, then 4, then 8 bits side by side, added up by a product. */
function countOnes(words: Tensor): Tensor {
  const pairs = words.sub(bitwiseAnd(shiftRight(words, 1), 0x55555555));
  const fours = bitwiseAnd(pairs, 0x33333333).add(bitwiseAnd(shiftRight(pairs, 2), 0x33333333));
  const eights = bitwiseAnd(fours.add(shiftRight(fours, 4)), 0x0f0f0f0f);
  return shiftRight(eights.mul(0x01010101), 24).cast('int32');
}

/**
 * How many bits of x are 1, for integers, as int32; negative numbers are two's complements.
 *
 * @example
 * ```ts
 * popcount(tensor([7, -1], { dtype: 'int8' })); // → [3, 8]
 * ```
 */
export function popcount(x: Tensor): Tensor {
  checkKind('popcount', x, integers);
  if (isWideInteger(x.dtype)) {
    return countOnes(x.cast('uint32')).add(countOnes(shiftRight(x, 32).cast('uint32')));
  }
  const bits = width(x.dtype);
  const unsigned = x.cast('uint32');
  // A negative number of fewer bits has ones in front that are not its own.
  return countOnes(bits === 32 ? unsigned : bitwiseAnd(unsigned, 2 ** bits - 1));
}

/** Names of the bitwise primitives. */
export type BitwiseName = 'bitwiseAnd' | 'bitwiseOr' | 'bitwiseXor' | 'shiftLeft' | 'shiftRight';

/** The bitwise primitives. */
export const bitwisePrimitives: Readonly<Record<BitwiseName, Primitive>> = {
  bitwiseAnd: bitwiseAndPrimitive,
  bitwiseOr: bitwiseOrPrimitive,
  bitwiseXor: bitwiseXorPrimitive,
  shiftLeft: shiftLeftPrimitive,
  shiftRight: shiftRightPrimitive,
};
