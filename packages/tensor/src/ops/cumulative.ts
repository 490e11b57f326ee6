import { isWideInteger, sumDType } from '../dtypes.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { runningSums, runningSumsWide } from '../kernels/cumulative.js';
import { intoCommon, toCommon } from '../kernels/common-arrays.js';
import { normalizeAxis, sizeOf } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { sliceAxis } from './axes.js';
import { checkKind } from './elementwise/define.js';
import { concat } from './slice.js';

/** Attributes of `cumSum`: `reverse` adds up from the end. */
export interface CumulativeAttributes {
  readonly axis: number;
  readonly reverse: boolean;
}

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
    const rows = { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
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
  checkKind('cumProd', numbers, ['float', 'int', 'uint']);
  return doubling(numbers, position, (a, b) => a.mul(b));
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

/** The primitive of running sums. */
export const cumulativePrimitives: Readonly<Record<'cumSum', Primitive<CumulativeAttributes>>> = {
  cumSum: cumSumPrimitive,
};
