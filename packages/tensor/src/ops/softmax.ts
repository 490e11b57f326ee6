import type { NumericArray } from '../dtypes.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive, type VjpContext } from '../graph/primitive.js';
import { reductionPlan } from '../kernels/reduce.js';
import { normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkKind } from './elementwise/define.js';

/** Attributes of softmax and logSoftmax. */
export interface SoftmaxAttributes {
  readonly axis: number;
}

function alongAxis(
  name: SoftmaxName,
  vjp: (context: VjpContext<SoftmaxAttributes>) => Tensor[],
  row: (x: NumericArray, y: NumericArray, start: number, length: number, stride: number) => void,
): Primitive<SoftmaxAttributes> {
  const primitive: Primitive<SoftmaxAttributes> = definePrimitive<SoftmaxAttributes>({
    name,
    shape([x]) {
      checkKind(name, x!, ['float']);
      return x!;
    },
    vjp,
    batch: ({ operands, attributes: { axis } }) => apply(primitive, operands, { axis: axis + 1 }),
    reference({ operands, attributes: { axis } }) {
      const { outer, length, stride } = reductionPlan(operands[0]!.shape, [axis], operands[0]!.dtype);
      return ([x], [y]) => {
        for (let o = 0; o < outer; o++) {
          const start = o * length * stride;
          for (let i = 0; i < stride; i++) row(x as NumericArray, y as NumericArray, start + i, length, stride);
        }
      };
    },
  });
  return primitive;
}

function largest(x: NumericArray, start: number, length: number, stride: number): number {
  let best = -Infinity;
  for (let i = 0, p = start; i < length; i++, p += stride) best = Math.max(best, x[p]!);
  return best;
}

const softmaxPrimitive: Primitive<SoftmaxAttributes> = alongAxis(
  'softmax',
  ({ cotangent, result, attributes: { axis } }) => {
    const weighted = cotangent.mul(result);
    return [weighted.sub(result.mul(weighted.sum(axis, { keepDims: true })))];
  },
  (x, y, start, length, stride) => {
    const shift = largest(x, start, length, stride);
    let total = 0;
    for (let i = 0, p = start; i < length; i++, p += stride) {
      const value = Math.exp(x[p]! - shift);
      y[p] = value;
      total += value;
    }
    for (let i = 0, p = start; i < length; i++, p += stride) y[p] = y[p]! / total;
  },
);

/**
 * e^x / Σ e^x along an axis (default the last).
 *
 * @example
 * ```ts
 * nn.softmax(tensor([0, Math.log(3)])); // → [0.25, 0.75]
 * ```
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  return apply(softmaxPrimitive, [x], { axis: normalizeAxis('softmax', axis, x.shape) });
}

const logSoftmaxPrimitive: Primitive<SoftmaxAttributes> = alongAxis(
  'logSoftmax',
  ({ cotangent, result, attributes: { axis } }) => [
    cotangent.sub(result.exp().mul(cotangent.sum(axis, { keepDims: true }))),
  ],
  (x, y, start, length, stride) => {
    const shift = largest(x, start, length, stride);
    let total = 0;
    for (let i = 0, p = start; i < length; i++, p += stride) total += Math.exp(x[p]! - shift);
    const logTotal = Math.log(total);
    for (let i = 0, p = start; i < length; i++, p += stride) y[p] = x[p]! - shift - logTotal;
  },
);

/**
 * log(softmax(x)) along an axis (default the last), without overflow.
 *
 * @example
 * ```ts
 * nn.logSoftmax(tensor([0, 0])); // → [-Math.LN2, -Math.LN2]
 * ```
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return apply(logSoftmaxPrimitive, [x], { axis: normalizeAxis('logSoftmax', axis, x.shape) });
}

/** Names of the softmax primitives. */
export type SoftmaxName = 'softmax' | 'logSoftmax';

/** The softmax primitives. */
export const softmaxPrimitives: Readonly<Record<SoftmaxName, Primitive<SoftmaxAttributes>>> = {
  softmax: softmaxPrimitive,
  logSoftmax: logSoftmaxPrimitive,
};
