import { isFloat } from '../dtypes.js';
import { asOperation } from '../graph/as-operation.js';
import { broadcastShapes } from '../shapes.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { isFinite, isNaN } from './elementwise/classify.js';
import { equal, lessEqual } from './elementwise/comparison.js';
import { commonDType } from './elementwise/define.js';
import { logicalAnd, logicalNot, logicalOr } from './elementwise/logical.js';
import { where } from './elementwise/select.js';
import { operandPair } from './operands.js';

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** In place of NaN. Default 0. */
  readonly nan?: number;
  /** In place of Infinity. Default: the largest number of the dtype. */
  readonly posInf?: number;
  /** In place of −Infinity. Default: the smallest number of the dtype. */
  readonly negInf?: number;
}

const largest: Readonly<Record<string, number>> = {
  float64: Number.MAX_VALUE,
  float32: (2 - 2 ** -23) * 2 ** 127,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
  float16: 65504,
};

/**
 * Replaces NaN and infinities by numbers; integers and bool stay as they are. Replaced elements have no gradient.
 *
 * @example
 * ```ts
 * nanToNum(tensor([NaN, 1, -Infinity]), { negInf: -1 }); // → [0, 1, -1]
 * ```
 */
export function nanToNum(x: Tensor, options: NanToNumOptions = {}): Tensor {
  const limit = largest[x.dtype];
  if (limit === undefined) return x;
  const { nan = 0, posInf = limit, negInf = -limit } = options;
  const numbers = where(isNaN(x), nan, x);
  return where(equal(x, Infinity), posInf, where(equal(x, -Infinity), negInf, numbers));
}

/** Options of `isClose` and `allClose`, with NumPy's names. */
export interface CloseOptions {
  /** Part of |b| by which elements may differ. Default 1e-5. */
  readonly rtol?: number;
  /** By how much elements may differ in any case. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN equals NaN. Default false. */
  readonly equalNaN?: boolean;
}

/**
 * Whether |a − b| <= atol + rtol · |b|, elementwise as bool, with broadcasting. Infinities are close to themselves alone.
 *
 * @example
 * ```ts
 * isClose(tensor([1, 2]), tensor([1, 2.1])); // → [true, false]
 * ```
 */
export function isClose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): Tensor {
  const { rtol = 1e-5, atol = 1e-8, equalNaN = false } = options;
  const operands = operandPair('isClose', a, b);
  commonDType('isClose', operands);
  const [left, right] = operands.map((x) => (isFloat(x.dtype) ? x : asOperation('isClose', () => x.cast('float64'))));
  broadcastShapes('isClose', left!.shape, right!.shape);
  const near = lessEqual(left!.sub(right!).abs(), right!.abs().mul(rtol).add(atol));
  const close = logicalOr(equal(left!, right!), logicalAnd(near, isFinite(right!)));
  return equalNaN ? logicalOr(close, logicalAnd(isNaN(left!), isNaN(right!))) : close;
}

/**
 * Whether all elements are close, as one bool; see `isClose`.
 *
 * @example
 * ```ts
 * allClose(tensor([1, 2]), tensor([1, 2.00001])); // → true
 * ```
 */
export function allClose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): Tensor {
  return equal(logicalNot(asOperation('allClose', () => isClose(a, b, options))).sum(), 0);
}
