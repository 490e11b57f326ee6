import { isFloat } from '../../dtypes.js';
import { broadcastShapes } from '../../shapes.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { operand, operandPair } from '../operands.js';
import { div } from './arithmetic.js';
import { checkKind, commonDType } from './define.js';
import { logicalOr } from './logical.js';
import { where } from './select.js';

const numbers = ['float', 'int', 'uint', 'bool'] as const;

/**
 * Whether x is not a number, as bool; never for integers.
 *
 * @example
 * ```ts
 * isNaN(tensor([1, NaN, Infinity])); // → [false, true, false]
 * ```
 */
export function isNaN(x: TensorLike): Tensor {
  const value = operand(x, 'isNaN');
  checkKind('isNaN', value, numbers);
  return value.notEqual(value);
}

/**
 * Whether x is Infinity or −Infinity, as bool; never for integers.
 *
 * @example
 * ```ts
 * isInf(tensor([1, NaN, -Infinity])); // → [false, false, true]
 * ```
 */
export function isInf(x: TensorLike): Tensor {
  const value = operand(x, 'isInf');
  checkKind('isInf', value, numbers);
  return isFloat(value.dtype) ? value.abs().equal(Infinity) : value.notEqual(value);
}

/**
 * Whether x is neither NaN nor ±Infinity, as bool; always for integers.
 *
 * @example
 * ```ts
 * isFinite(tensor([1, NaN, Infinity])); // → [true, false, false]
 * ```
 */
export function isFinite(x: TensorLike): Tensor {
  const value = operand(x, 'isFinite');
  checkKind('isFinite', value, numbers);
  return isFloat(value.dtype) ? value.abs().less(Infinity) : value.equal(value);
}

/**
 * |a| with the sign of b, −0 included, for floats, with broadcasting.
 *
 * @example
 * ```ts
 * copySign(tensor([1, 2]), tensor([-5, 5])); // → [-1, 2]
 * ```
 */
export function copySign(a: TensorLike, b: TensorLike): Tensor {
  const [magnitude, sign] = operandPair('copySign', a, b);
  commonDType('copySign', [magnitude, sign]);
  checkKind('copySign', magnitude, ['float']);
  broadcastShapes('copySign', magnitude.shape, sign.shape);
  // Only the reciprocal tells −0 from 0.
  const negative = logicalOr(sign.less(0), div(1, sign).less(0));
  const size = magnitude.abs();
  return where(negative, size.neg(), size);
}
