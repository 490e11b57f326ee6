import { ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { intoCommon, toCommon } from '../kernels/common-arrays.js';
import { recurrenceOf } from '../kernels/recurrence.js';
import { broadcastShapes, formatShape, normalizeAxis, sameShape } from '../shapes.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { sliceAxis } from './axes.js';
import { constant } from './create.js';
import { axisRows, type CumulativeAttributes } from './cumulative-rows.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { operandPair } from './operands.js';
import { concat } from './slice.js';

/** x one step later along an axis, where steps go from the end if `reverse`; the first step gets a number. */
export function delayed(x: Tensor, { axis, reverse }: CumulativeAttributes, first: number): Tensor {
  const length = x.shape[axis]!;
  if (length === 0) return x;
  const one = constant(
    first,
    x.shape.map((size, i) => (i === axis ? 1 : size)),
    x.dtype,
  );
  return reverse
    ? concat([sliceAxis(x, axis, 1, length), one], axis)
    : concat([one, sliceAxis(x, axis, 0, length - 1)], axis);
}

const recurrencePrimitive: Primitive<CumulativeAttributes> = definePrimitive<CumulativeAttributes>({
  name: 'linearRecurrence',
  linear: [1],
  shape([a, b]) {
    const dtype = commonDType('linearRecurrence', [a!, b!]);
    checkKind('linearRecurrence', a!, ['float', 'int', 'uint']);
    if (!sameShape(a!.shape, b!.shape)) {
      throw new ShapeError(
        `linearRecurrence: factors ${formatShape(a!.shape)} and terms ${formatShape(b!.shape)} differ; they must have one shape`,
      );
    }
    return { shape: a!.shape, dtype };
  },
  vjp: ({ cotangent, operands: [a], result, attributes }) => {
    const gradient = backThrough(a!, cotangent, attributes);
    return [gradient.mul(delayed(result, attributes, 0)), gradient];
  },
  batch({ operands, batched, size, attributes }) {
    const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return apply(recurrencePrimitive, full, { ...attributes, axis: attributes.axis + 1 });
  },
  reference({ operands: [x], results: [y], attributes: { axis, reverse } }) {
    const { shape, dtype } = x!;
    const rows = axisRows(shape, axis);
    const run = recurrenceOf(dtype);
    return ([a, b], [output]) => {
      intoCommon(output!, y!, (target) => {
        run(toCommon(a!, dtype), toCommon(b!, dtype), target, rows, reverse);
      });
    };
  },
});

/** The cotangent of the terms: each step's own, and that of the next step times its factor. */
export function backThrough(factors: Tensor, cotangent: Tensor, { axis, reverse }: CumulativeAttributes): Tensor {
  const back = { axis, reverse: !reverse };
  return apply(recurrencePrimitive, [delayed(factors, back, 0), cotangent], back);
}

/** Options of `linearRecurrence`. */
export interface RecurrenceOptions {
  /** Steps go from the last element to the first. Default false. */
  readonly reverse?: boolean;
}

/**
 * y[t] = a[t] · y[t − 1] + b[t] along an axis (default the last), y[0] = b[0]: moving averages, discounted sums, linear state
 * spaces. a and b, floats or integers of one dtype, broadcast together; differentiable in both, zeros included. Throws a
 * DTypeError or ShapeError for what does not fit.
 *
 * @param a - factors of the step before; the first ones are not used.
 * @param b - terms.
 *
 * @example
 * ```ts
 * const rewards = tensor([0, 0, 1]);
 * linearRecurrence(0.5, rewards, 0, { reverse: true }); // → [0.25, 0.5, 1]
 * ```
 */
export function linearRecurrence(
  a: TensorLike,
  b: TensorLike,
  axis = -1,
  { reverse = false }: RecurrenceOptions = {},
): Tensor {
  const [factors, terms] = operandPair('linearRecurrence', a, b);
  const shape = broadcastShapes('linearRecurrence', factors.shape, terms.shape);
  const attributes = { axis: normalizeAxis('linearRecurrence', axis, shape), reverse };
  return apply(recurrencePrimitive, [factors.broadcastTo(shape), terms.broadcastTo(shape)], attributes);
}

/** The primitive of recurrences. */
export const recurrencePrimitives: Readonly<Record<'linearRecurrence', Primitive<CumulativeAttributes>>> = {
  linearRecurrence: recurrencePrimitive,
};
