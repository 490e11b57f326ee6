import { isWideInteger, sumDType } from '../dtypes.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { runningSums, runningSumsWide } from '../kernels/cumulative.js';
import { intoCommon, toCommon } from '../kernels/common-arrays.js';
import { recurrenceOf } from '../kernels/recurrence.js';
import { normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { sliceAxis } from './axes.js';
import { axisRows, type CumulativeAttributes } from './cumulative-rows.js';
import { checkKind } from './elementwise/define.js';
import { backThrough, delayed } from './recurrence.js';
import { concat } from './slice.js';

const cumSumPrimitive: Primitive<CumulativeAttributes> = definePrimitive<CumulativeAttributes>({
  name: 'cumSum',
  linear: true,
  shape([x]) {
    checkKind('cumSum', x!, ['float', 'int', 'uint']);
    return x!;
  },
  vjp: ({ cotangent, attributes: { axis, reverse } }) => [
    apply(cumSumPrimitive, [cotangent], { axis, reverse: !reverse }),
  ],
  batch: ({ operands, attributes }) => apply(cumSumPrimitive, operands, { ...attributes, axis: attributes.axis + 1 }),
  reference({ operands: [x], results: [y], attributes: { axis, reverse } }) {
    const { shape, dtype } = x!;
    const rows = axisRows(shape, axis);
    if (isWideInteger(dtype)) {
      return ([input], [output]) => {
        runningSumsWide(input as BigInt64Array, output as BigInt64Array, rows, reverse);
      };
    }
    return ([input], [output]) => {
      const source = toCommon(input!, dtype);
      intoCommon(output!, y!, (target) => {
        runningSums(source, target, rows, reverse);
      });
    };
  },
});

const cumProdPrimitive: Primitive<CumulativeAttributes> = definePrimitive<CumulativeAttributes>({
  name: 'cumProd',
  shape([x]) {
    checkKind('cumProd', x!, ['float', 'int', 'uint']);
    return x!;
  },
  // Each product is a recurrence whose factors are the elements: right where some are zero, which division is not.
  vjp: ({ cotangent, operands: [x], result, attributes }) => [
    backThrough(x!, cotangent, attributes).mul(delayed(result, attributes, 1)),
  ],
  batch: ({ operands, attributes }) => apply(cumProdPrimitive, operands, { ...attributes, axis: attributes.axis + 1 }),
  reference({ operands: [x], results: [y], attributes: { axis, reverse } }) {
    const { shape, dtype } = x!;
    const rows = axisRows(shape, axis);
    const run = recurrenceOf(dtype);
    return ([input], [output]) => {
      intoCommon(output!, y!, (target) => {
        run(toCommon(input!, dtype), null, target, rows, reverse);
      });
    };
  },
});

/** The axis of a running result: the given one, or that of the flattened tensor. */
function axisOf(operation: string, x: Tensor, axis: number | undefined): readonly [Tensor, number] {
  if (axis === undefined) return [x.rank === 1 ? x : x.flatten(), 0];
  return [x, normalizeAxis(operation, axis, x.shape)];
}

/** Running sum along an axis (default: of the flattened x); bool and small integers give int32 or uint32. */
export function cumSum(x: Tensor, axis?: number): Tensor {
  const [numbers, position] = axisOf('cumSum', x.cast(sumDType(x.dtype)), axis);
  return apply(cumSumPrimitive, [numbers], { axis: position, reverse: false });
}

/** A running result of an associative operation: each step combines with what lies twice as far back as the step before. */
function doubling(x: Tensor, axis: number, combine: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const length = x.shape[axis]!;
  let result = x;
  for (let step = 1; step < length; step *= 2) {
    const combined = combine(sliceAxis(result, axis, 0, length - step), sliceAxis(result, axis, step, length));
    result = concat([sliceAxis(result, axis, 0, step), combined], axis);
  }
  return result;
}

/** Running product along an axis (default: of the flattened x); bool and small integers give int32 or uint32. */
export function cumProd(x: Tensor, axis?: number): Tensor {
  const [numbers, position] = axisOf('cumProd', x.cast(sumDType(x.dtype)), axis);
  return apply(cumProdPrimitive, [numbers], { axis: position, reverse: false });
}

/** Largest element so far along an axis (default: of the flattened x); NaN from the first NaN on. */
export function cumMax(x: Tensor, axis?: number): Tensor {
  checkKind('cumMax', x, ['float', 'int', 'uint']);
  return doubling(...axisOf('cumMax', x, axis), (a, b) => a.maximum(b));
}

/** Smallest element so far along an axis (default: of the flattened x); NaN from the first NaN on. */
export function cumMin(x: Tensor, axis?: number): Tensor {
  checkKind('cumMin', x, ['float', 'int', 'uint']);
  return doubling(...axisOf('cumMin', x, axis), (a, b) => a.minimum(b));
}

/** The primitives of running sums and products. */
export const cumulativePrimitives: Readonly<Record<'cumSum' | 'cumProd', Primitive<CumulativeAttributes>>> = {
  cumSum: cumSumPrimitive,
  cumProd: cumProdPrimitive,
};
