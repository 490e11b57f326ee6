import { notDifferentiable, type Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operandPair } from '../operands.js';
import { binary, elementwise, type BinaryLoop } from './define.js';

/** Loops convert the comparison's result: V8 compiles that without a branch, which random data would mispredict. */
function comparison(
  name: ComparisonName,
  ordered: boolean,
  wide: (a: bigint, b: bigint) => boolean,
  loop: BinaryLoop,
): Primitive {
  return binary({
    name,
    accepts: ordered ? ['float', 'int', 'uint'] : ['float', 'int', 'uint', 'bool'],
    resultDType: 'bool',
    vjp: notDifferentiable('integer or bool result'),
    wide: (a, b) => Number(wide(a, b)),
    loop,
  });
}

const equalPrimitive: Primitive = comparison(
  'equal',
  false,
  (a, b) => a === b,
  (a, strideA, b, strideB, y, n) => {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Number(a[p]! === b[q]!);
  },
);

/**
 * a = b as bool, with broadcasting; NaN equals nothing.
 *
 * @example
 * ```ts
 * equal(tensor([1, 2, NaN]), tensor([1, 3, NaN])); // → [true, false, false]
 * ```
 */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(equalPrimitive, ...operandPair('equal', a, b));
}

const notEqualPrimitive: Primitive = comparison(
  'notEqual',
  false,
  (a, b) => a !== b,
  (a, strideA, b, strideB, y, n) => {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Number(a[p]! !== b[q]!);
  },
);

/**
 * a ≠ b as bool, with broadcasting; NaN differs from everything.
 *
 * @example
 * ```ts
 * notEqual(tensor([1, 2, NaN]), tensor([1, 3, NaN])); // → [false, true, true]
 * ```
 */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(notEqualPrimitive, ...operandPair('notEqual', a, b));
}

const lessPrimitive: Primitive = comparison(
  'less',
  true,
  (a, b) => a < b,
  (a, strideA, b, strideB, y, n) => {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Number(a[p]! < b[q]!);
  },
);

/**
 * a < b as bool, with broadcasting.
 *
 * @example
 * ```ts
 * less(tensor([1, 2, 3]), 2); // → [true, false, false]
 * ```
 */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(lessPrimitive, ...operandPair('less', a, b));
}

const lessEqualPrimitive: Primitive = comparison(
  'lessEqual',
  true,
  (a, b) => a <= b,
  (a, strideA, b, strideB, y, n) => {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Number(a[p]! <= b[q]!);
  },
);

/**
 * a ≤ b as bool, with broadcasting.
 *
 * @example
 * ```ts
 * lessEqual(tensor([1, 2, 3]), 2); // → [true, true, false]
 * ```
 */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(lessEqualPrimitive, ...operandPair('lessEqual', a, b));
}

const greaterPrimitive: Primitive = comparison(
  'greater',
  true,
  (a, b) => a > b,
  (a, strideA, b, strideB, y, n) => {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Number(a[p]! > b[q]!);
  },
);

/**
 * a > b as bool, with broadcasting.
 *
 * @example
 * ```ts
 * greater(tensor([1, 2, 3]), 2); // → [false, false, true]
 * ```
 */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(greaterPrimitive, ...operandPair('greater', a, b));
}

const greaterEqualPrimitive: Primitive = comparison(
  'greaterEqual',
  true,
  (a, b) => a >= b,
  (a, strideA, b, strideB, y, n) => {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) y[i] = Number(a[p]! >= b[q]!);
  },
);

/**
 * a ≥ b as bool, with broadcasting.
 *
 * @example
 * ```ts
 * greaterEqual(tensor([1, 2, 3]), 2); // → [false, true, true]
 * ```
 */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return elementwise(greaterEqualPrimitive, ...operandPair('greaterEqual', a, b));
}

/** Names of the comparison primitives. */
export type ComparisonName = 'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual';

/** The comparison primitives. */
export const comparisonPrimitives: Readonly<Record<ComparisonName, Primitive>> = {
  equal: equalPrimitive,
  notEqual: notEqualPrimitive,
  less: lessPrimitive,
  lessEqual: lessEqualPrimitive,
  greater: greaterPrimitive,
  greaterEqual: greaterEqualPrimitive,
};
