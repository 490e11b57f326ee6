import { isFloat, type DType, type DTypeKind, type NumericArray } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, notDifferentiable, type Primitive, type VjpContext } from '../graph/primitive.js';
import { larger, smaller } from '../kernels/order.js';
import { eachRow, reductionPlan } from '../kernels/reduce.js';
import { formatShape, normalizeAxes, normalizeAxis, sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkKind } from './elementwise/define.js';

/** Attributes of reductions: sorted axes that the result no longer has. */
export interface ReduceAttributes {
  readonly axes: readonly number[];
}

/** The shape without the given axes. */
function without(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The shape with the given axes of size 1. */
function kept(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
}

/** Repeats a cotangent along the reduced axes. */
function expand(cotangent: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return cotangent.reshape(kept(shape, axes)).broadcastTo(shape);
}

/** Folds one row of at least one element, `stride` apart, into one number (or bigint). */
type Fold = (x: NumericArray, start: number, length: number, stride: number) => number;

interface Reduction {
  readonly name: ReduceName;
  readonly accepts: readonly DTypeKind[];
  readonly linear?: boolean;
  readonly vjp: (context: VjpContext<ReduceAttributes>) => readonly (Tensor | null)[];
  readonly fold: Fold;
  /** Whether a row without elements has a value (sum: 0). */
  readonly acceptsEmpty: boolean;
}

function reduction({ name, accepts, linear = false, vjp, fold, acceptsEmpty }: Reduction): Primitive<ReduceAttributes> {
  const primitive: Primitive<ReduceAttributes> = definePrimitive<ReduceAttributes>({
    name,
    linear,
    shape([x], { axes }) {
      checkKind(name, x!, accepts);
      const empty = axes.find((axis) => x!.shape[axis] === 0);
      if (!acceptsEmpty && empty !== undefined) {
        throw new ShapeError(
          `${name}: axis ${empty} of shape ${formatShape(x!.shape)} is empty; nothing to choose from`,
        );
      }
      return { shape: without(x!.shape, axes), dtype: x!.dtype };
    },
    vjp,
    batch: ({ operands, attributes: { axes } }) => apply(primitive, operands, { axes: axes.map((axis) => axis + 1) }),
    reference({ operands, attributes: { axes } }) {
      const plan = reductionPlan(operands[0]!.shape, axes, operands[0]!.dtype);
      return ([x], [y]) => {
        if (plan.length === 0) return; // the result stays 0
        const source = plan.arrange(x!);
        const target = y as NumericArray;
        eachRow(plan, (row, start) => {
          target[row] = fold(source, start, plan.length, plan.stride);
        });
      };
    },
  });
  return primitive;
}

const sumPrimitive: Primitive<ReduceAttributes> = reduction({
  name: 'sum',
  accepts: ['float', 'int', 'uint'],
  linear: true,
  acceptsEmpty: true,
  vjp: ({ cotangent, operands: [x], attributes: { axes } }) => [expand(cotangent, x!.shape, axes)],
  fold(x, start, length, stride) {
    let total = x[start]!;
    for (let i = 1, p = start + stride; i < length; i++, p += stride) total += x[p]!;
    return total;
  },
});

/** Cotangent for the elements equal to the result; ties share it. */
function chosenVjp({ cotangent, operands: [x], result, attributes: { axes } }: VjpContext<ReduceAttributes>): Tensor[] {
  const mask = x!.equal(expand(result, x!.shape, axes)).cast(cotangent.dtype);
  return [mask.mul(expand(cotangent.div(mask.sum(axes)), x!.shape, axes))];
}

const maxPrimitive: Primitive<ReduceAttributes> = reduction({
  name: 'max',
  accepts: ['float', 'int', 'uint'],
  acceptsEmpty: false,
  vjp: chosenVjp,
  fold(x, start, length, stride) {
    let best = x[start]!;
    for (let i = 1, p = start + stride; i < length; i++, p += stride) best = larger(best, x[p]!);
    return best;
  },
});

const minPrimitive: Primitive<ReduceAttributes> = reduction({
  name: 'min',
  accepts: ['float', 'int', 'uint'],
  acceptsEmpty: false,
  vjp: chosenVjp,
  fold(x, start, length, stride) {
    let best = x[start]!;
    for (let i = 1, p = start + stride; i < length; i++, p += stride) best = smaller(best, x[p]!);
    return best;
  },
});

/** Attributes of `argmax`. */
export interface ArgAttributes {
  readonly axis: number;
}

const argmaxPrimitive: Primitive<ArgAttributes> = definePrimitive<ArgAttributes>({
  name: 'argmax',
  shape([x], { axis }) {
    checkKind('argmax', x!, ['float', 'int', 'uint']);
    if (x!.shape[axis] === 0) {
      throw new ShapeError(`argmax: axis ${axis} of shape ${formatShape(x!.shape)} is empty; nothing to choose from`);
    }
    return { shape: without(x!.shape, [axis]), dtype: 'int32' };
  },
  vjp: notDifferentiable('integer or bool result'),
  batch: ({ operands, attributes: { axis } }) => apply(argmaxPrimitive, operands, { axis: axis + 1 }),
  reference({ operands, attributes: { axis } }) {
    const plan = reductionPlan(operands[0]!.shape, [axis], operands[0]!.dtype);
    return ([x], [y]) => {
      const source = plan.arrange(x!);
      const target = y as NumericArray;
      eachRow(plan, (row, start) => {
        let best = 0;
        for (let i = 1; i < plan.length; i++) {
          if (source[start + i * plan.stride]! > source[start + best * plan.stride]!) best = i;
        }
        target[row] = best;
      });
    };
  },
});

/** dtype in which a sum is taken: bool and small integers are added up in 32 bits. */
function sumDType(dtype: DType): DType {
  if (dtype === 'bool' || dtype === 'int8' || dtype === 'int16') return 'int32';
  return dtype === 'uint8' || dtype === 'uint16' ? 'uint32' : dtype;
}

function reduce(
  primitive: Primitive<ReduceAttributes>,
  x: Tensor,
  axis: number | readonly number[] | undefined,
  keepDims: boolean,
): Tensor {
  const axes = normalizeAxes(primitive.name, axis, x.shape);
  const result = axes.length === 0 ? x : apply(primitive, [x], { axes });
  return keepDims ? result.reshape(kept(x.shape, axes)) : result;
}

/** Sum over axes (default all); bool and small integers give int32 or uint32. */
export function sum(
  x: Tensor,
  axis?: number | readonly number[],
  options: { readonly keepDims?: boolean } = {},
): Tensor {
  return reduce(sumPrimitive, x.cast(sumDType(x.dtype)), axis, options.keepDims ?? false);
}

/** Mean over axes (default all); integers and bool give float32. */
export function mean(
  x: Tensor,
  axis?: number | readonly number[],
  options: { readonly keepDims?: boolean } = {},
): Tensor {
  const axes = normalizeAxes('mean', axis, x.shape);
  const count = sizeOf(axes.map((i) => x.shape[i]!));
  const floats = isFloat(x.dtype) ? x : x.cast('float32');
  return sum(floats, axes, options).mul(1 / count);
}

/** Largest element over axes (default all); equal elements share the gradient. Throws a ShapeError on an empty axis. */
export function max(
  x: Tensor,
  axis?: number | readonly number[],
  options: { readonly keepDims?: boolean } = {},
): Tensor {
  return reduce(maxPrimitive, x, axis, options.keepDims ?? false);
}

/** Smallest element over axes (default all); equal elements share the gradient. Throws a ShapeError on an empty axis. */
export function min(
  x: Tensor,
  axis?: number | readonly number[],
  options: { readonly keepDims?: boolean } = {},
): Tensor {
  return reduce(minPrimitive, x, axis, options.keepDims ?? false);
}

/** Index of the first largest element along an axis, as int32. */
export function argmax(x: Tensor, axis: number, options: { readonly keepDims?: boolean } = {}): Tensor {
  const position = normalizeAxis('argmax', axis, x.shape);
  const result = apply(argmaxPrimitive, [x], { axis: position });
  return options.keepDims === true ? result.reshape(kept(x.shape, [position])) : result;
}

/** Names of the reductions. */
export type ReduceName = 'sum' | 'max' | 'min';

/** The reductions. */
export const reducePrimitives: Readonly<
  Record<ReduceName, Primitive<ReduceAttributes>> & { argmax: Primitive<ArgAttributes> }
> = { sum: sumPrimitive, max: maxPrimitive, min: minPrimitive, argmax: argmaxPrimitive };
