import type { Primitive } from '../../graph/primitive.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { sub } from '../elementwise/arithmetic.js';
import { binary, checkKind, elementwise } from '../elementwise/define.js';
import { log1p } from '../elementwise/logarithm.js';
import { where } from '../elementwise/select.js';
import { operand, operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { applyPointwise, pointwise } from './define.js';

const xlogyPrimitive: Primitive = binary({
  name: 'xlogy',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x, y] }) => [
    sumTo(cotangent.mul(y!.log()), x!.shape),
    sumTo(cotangent.mul(x!.div(y!)), y!.shape),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      y[i] = a[p]! === 0 && !Number.isNaN(b[q]!) ? 0 : a[p]! * Math.log(b[q]!);
    }
  },
});

/**
 * x·log y, and 0 where x = 0 (unless y is NaN), for floats, with broadcasting.
 *
 * @example
 * ```ts
 * special.xlogy(tensor([0, 2]), tensor([0, 3])); // → [0, 2 * Math.log(3)]
 * ```
 */
export function xlogy(x: TensorLike, y: TensorLike): Tensor {
  return elementwise(xlogyPrimitive, ...operandPair('xlogy', x, y));
}

const xlog1pyPrimitive: Primitive = binary({
  name: 'xlog1py',
  accepts: ['float'],
  vjp: ({ cotangent, operands: [x, y] }) => [
    sumTo(cotangent.mul(log1p(y!)), x!.shape),
    sumTo(cotangent.mul(x!.div(y!.add(1))), y!.shape),
  ],
  loop(a, strideA, b, strideB, y, n) {
    for (let i = 0, p = 0, q = 0; i < n; i++, p += strideA, q += strideB) {
      y[i] = a[p]! === 0 && !Number.isNaN(b[q]!) ? 0 : a[p]! * Math.log1p(b[q]!);
    }
  },
});

/**
 * x·log(1 + y), and 0 where x = 0 (unless y is NaN), for floats, with broadcasting.
 *
 * @example
 * ```ts
 * special.xlog1py(tensor([0, 2]), tensor([-1, 2])); // → [0, 2 * Math.log(3)]
 * ```
 */
export function xlog1py(x: TensorLike, y: TensorLike): Tensor {
  return elementwise(xlog1pyPrimitive, ...operandPair('xlog1py', x, y));
}

/**
 * −x·log x, a summand of entropies, for floats: 0 at 0, −Infinity below.
 *
 * @example
 * ```ts
 * special.entr(tensor([0, 0.5])); // → [0, 0.5 * Math.LN2]
 * ```
 */
export function entr(x: TensorLike): Tensor {
  const value = operand(x, 'entr');
  checkKind('entr', value, ['float']);
  return where(value.less(0), -Infinity, sub(0, xlogy(value, value)));
}

/**
 * log(p / (1 − p)), for floats: ±Infinity at 1 and 0, NaN beyond. The inverse of `expit`.
 *
 * @example
 * ```ts
 * special.logit(tensor([0.5, 1])); // → [0, Infinity]
 * ```
 */
export function logit(p: TensorLike): Tensor {
  const value = operand(p, 'logit');
  checkKind('logit', value, ['float']);
  return value.log().sub(log1p(value.neg()));
}

/**
 * 1 / (1 + e^−x), for floats: the logistic function.
 *
 * @example
 * ```ts
 * special.expit(tensor([0, 1])); // → [0.5, 0.7311]
 * ```
 */
export function expit(x: TensorLike): Tensor {
  const value = operand(x, 'expit');
  checkKind('expit', value, ['float']);
  return value.sigmoid();
}

/** Attributes of sinc. */
export interface SincAttributes {
  /** How often the function is differentiated. */
  readonly order: number;
}

/** The k-th derivative of sin z / z: by the recurrence of z·f = sin z, or by its Taylor series where that loses digits. */
function sincDerivative(k: number, z: number): number {
  if (Math.abs(z) > k + 1) {
    let value = Math.sin(z) / z;
    for (let j = 1; j <= k; j++) value = (Math.sin(z + (j * Math.PI) / 2) - j * value) / z;
    return value;
  }
  // ∫₀¹ t^k·cos(zt + kπ/2) dt, term by term.
  const even = k % 2 === 0;
  let power = even ? 1 : -z;
  let sum = 0;
  for (let j = even ? 0 : 1; j < 40; j += 2) {
    sum += power / (k + j + 1);
    power *= (-z * z) / ((j + 1) * (j + 2));
  }
  return Math.floor(k / 2) % 2 === 0 ? sum : -sum;
}

const sincPrimitive: Primitive<SincAttributes> = pointwise<SincAttributes>({
  name: 'sinc',
  vjp: ({ cotangent, operands: [x], attributes: { order } }) => [
    cotangent.mul(applyPointwise(sincPrimitive, { order: order + 1 }, x!)),
  ],
  evaluate: ({ order }, x) =>
    order === 0 && Number.isInteger(x) ? (x === 0 ? 1 : 0) : Math.PI ** order * sincDerivative(order, Math.PI * x),
});

/**
 * sin(πx) / (πx), and 1 at 0, for floats; differentiable everywhere.
 *
 * @example
 * ```ts
 * special.sinc(tensor([0, 0.5])); // → [1, 2 / Math.PI]
 * ```
 */
export function sinc(x: TensorLike): Tensor {
  return applyPointwise(sincPrimitive, { order: 0 }, x);
}

/** Functions that are elementary but for a limit. */
export const elementaryPrimitives: Readonly<{
  xlogy: Primitive;
  xlog1py: Primitive;
  sinc: Primitive<SincAttributes>;
}> = { xlogy: xlogyPrimitive, xlog1py: xlog1pyPrimitive, sinc: sincPrimitive };
