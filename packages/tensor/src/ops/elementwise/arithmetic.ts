import { isInteger, type NumericArray } from '../../dtypes.js';
import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import { choices } from '../../kernels/choices.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { binary, elementwise, unary } from './define.js';
import { where } from './select.js';

const numbers = ['float', 'int', 'uint'] as const;

const addPrimitive: Primitive = binary({
  name: 'add',
  accepts: numbers,
  wide: (a, b) => a + b,
  vjp: ({ cotangent, operands: [a, b] }) => [sumTo(cotangent, a!.shape), sumTo(cotangent, b!.shape)],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! + b[q]!;
  },
});

/**
 * a + b, with broadcasting. Integers wrap around.
 *
 * @example
 * ```ts
 * add(tensor([[1], [2]]), tensor([10, 20])); // → [[11, 21], [12, 22]]
 * ```
 */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(addPrimitive, ...operandPair('add', a, b));
}

const subPrimitive: Primitive = binary({
  name: 'sub',
  accepts: numbers,
  wide: (a, b) => a - b,
  vjp: ({ cotangent, operands: [a, b] }) => [sumTo(cotangent, a!.shape), sumTo(cotangent.neg(), b!.shape)],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! - b[q]!;
  },
});

/**
 * a − b, with broadcasting. Integers wrap around.
 *
 * @example
 * ```ts
 * sub(1, tensor([1, 2])); // → [0, -1]
 * ```
 */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(subPrimitive, ...operandPair('sub', a, b));
}

function multiply32(
  a: NumericArray,
  strideA: number,
  b: NumericArray,
  strideB: number,
  y: NumericArray,
  n: number,
): void {
  for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Math.imul(a[p]!, b[q]!);
}

const mulPrimitive: Primitive = binary({
  name: 'mul',
  accepts: numbers,
  vjp: ({ cotangent, operands: [a, b] }) => [sumTo(cotangent.mul(b!), a!.shape), sumTo(cotangent.mul(a!), b!.shape)],
  wide: (a, b) => a * b,
  loop(a, strideA, b, strideB, y, n, dtype) {
    if (isInteger(dtype)) {
      multiply32(a, strideA, b, strideB, y, n);
      return;
    }
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! * b[q]!;
  },
});

/**
 * a · b, elementwise, with broadcasting. Integers wrap around.
 *
 * @example
 * ```ts
 * mul(tensor([1, 2]), 3); // → [3, 6]
 * ```
 */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(mulPrimitive, ...operandPair('mul', a, b));
}

const divPrimitive: Primitive = binary({
  name: 'div',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [a, b], result }) => [
    sumTo(cotangent.div(b!), a!.shape),
    sumTo(cotangent.mul(result).div(b!).neg(), b!.shape),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! / b[q]!;
  },
});

/**
 * a / b, with broadcasting. Integers and bool give float32.
 *
 * @example
 * ```ts
 * div(tensor([7, 8], { dtype: 'int32' }), 2); // → [3.5, 4]
 * ```
 */
export function div(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = operandPair('div', a, b);
  if (left.dtype === right.dtype && (isInteger(left.dtype) || left.dtype === 'bool')) {
    return elementwise(divPrimitive, left.cast('float32'), right.cast('float32'));
  }
  return elementwise(divPrimitive, left, right);
}

const powPrimitive: Primitive = binary({
  name: 'pow',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [a, b], result }) => [
    // b·a^(b−1); at b = 0 the factor 0 must not meet the Infinity of 0^−1.
    sumTo(cotangent.mul(b!.mul(a!.pow(where(b!.equal(0), 1, b!.sub(1))))), a!.shape),
    // a^b·log a; the limit at a = 0 is 0, where log alone is −Infinity.
    sumTo(cotangent.mul(where(a!.greater(0), result.mul(where(a!.greater(0), a!, 1).log()), 0)), b!.shape),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = a[p]! ** b[q]!;
  },
});

/**
 * a to the power of b, for floats, with broadcasting; the gradient in b is 0 where a ≤ 0.
 *
 * @example
 * ```ts
 * pow(2, tensor([3, -1])); // → [8, 0.5]
 * ```
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(powPrimitive, ...operandPair('pow', a, b));
}

/** Cotangent of the operand that was chosen; equal operands share it half and half. */
function chosen(cotangent: Tensor, own: Tensor, other: Tensor): Tensor {
  const { dtype } = cotangent;
  const share = own.greater(other).cast(dtype).add(own.greaterEqual(other).cast(dtype)).mul(0.5);
  return sumTo(cotangent.mul(share), own.shape);
}

const maximumPrimitive: Primitive = binary({
  name: 'maximum',
  accepts: numbers,
  wide: (a, b) => (a > b ? a : b),
  vjp: ({ cotangent, operands: [a, b] }) => [chosen(cotangent, a!, b!), chosen(cotangent, b!, a!)],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const left = a[p]!;
      const right = b[q]!;
      choices[0] = right;
      choices[1] = left;
      y[i] = choices[Number(left > right) | Number(left !== left)]!;
    }
  },
});

/**
 * The larger of a and b, with broadcasting; NaN if either is NaN. Equal operands share the gradient.
 *
 * @example
 * ```ts
 * maximum(tensor([-1, 2]), 0); // → [0, 2]
 * ```
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(maximumPrimitive, ...operandPair('maximum', a, b));
}

const minimumPrimitive: Primitive = binary({
  name: 'minimum',
  accepts: numbers,
  wide: (a, b) => (a < b ? a : b),
  vjp: ({ cotangent, operands: [a, b] }) => [
    chosen(cotangent, a!.neg(), b!.neg()),
    chosen(cotangent, b!.neg(), a!.neg()),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      const left = a[p]!;
      const right = b[q]!;
      choices[0] = right;
      choices[1] = left;
      y[i] = choices[Number(left < right) | Number(left !== left)]!;
    }
  },
});

/**
 * The smaller of a and b, with broadcasting; NaN if either is NaN. Equal operands share the gradient.
 *
 * @example
 * ```ts
 * minimum(tensor([-1, 2]), 0); // → [-1, 0]
 * ```
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(minimumPrimitive, ...operandPair('minimum', a, b));
}

const negPrimitive: Primitive = unary({
  name: 'neg',
  accepts: ['float', 'int'],
  wide: (x) => -x,
  vjp: ({ cotangent }) => [cotangent.neg()],
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = -x[i]!;
  },
});

/**
 * −x.
 *
 * @example
 * ```ts
 * neg(tensor([1, -2])); // → [-1, 2]
 * ```
 */
export function neg(x: TensorLike): Tensor {
  return elementwise(negPrimitive, x);
}

const absPrimitive: Primitive = unary({
  name: 'abs',
  accepts: ['float', 'int'],
  vjp: ({ cotangent, operands: [x] }) => [cotangent.mul(x!.sign())],
  wide: (x) => (x < 0n ? -x : x),
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.abs(x[i]!);
  },
});

/**
 * |x|; its derivative at 0 is 0.
 *
 * @example
 * ```ts
 * abs(tensor([-1, 2])); // → [1, 2]
 * ```
 */
export function abs(x: TensorLike): Tensor {
  return elementwise(absPrimitive, x);
}

const signPrimitive: Primitive = unary({
  name: 'sign',
  accepts: ['float', 'int'],
  vjp: notDifferentiable('piecewise constant'),
  wide: (x) => (x < 0n ? -1n : x > 0n ? 1n : 0n),
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.sign(x[i]!);
  },
});

/**
 * −1, 0 or 1.
 *
 * @example
 * ```ts
 * sign(tensor([-3, 0, 5])); // → [-1, 0, 1]
 * ```
 */
export function sign(x: TensorLike): Tensor {
  return elementwise(signPrimitive, x);
}

const floorPrimitive: Primitive = unary({
  name: 'floor',
  accepts: ['float'],
  vjp: notDifferentiable('piecewise constant'),
  loop(x, y, n) {
    for (let i = 0; i < n; i++) y[i] = Math.floor(x[i]!);
  },
});

/**
 * The largest whole number not above x.
 *
 * @example
 * ```ts
 * floor(tensor([1.5, -1.5])); // → [1, -2]
 * ```
 */
export function floor(x: TensorLike): Tensor {
  return elementwise(floorPrimitive, x);
}

/** Names of the arithmetic primitives. */
export type ArithmeticName =
  'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum' | 'neg' | 'abs' | 'sign' | 'floor';

/** The arithmetic primitives. */
export const arithmeticPrimitives: Readonly<Record<ArithmeticName, Primitive>> = {
  add: addPrimitive,
  sub: subPrimitive,
  mul: mulPrimitive,
  div: divPrimitive,
  pow: powPrimitive,
  maximum: maximumPrimitive,
  minimum: minimumPrimitive,
  neg: negPrimitive,
  abs: absPrimitive,
  sign: signPrimitive,
  floor: floorPrimitive,
};
