import { isFloat, isWideInteger, type DType, type DTypeKind } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, notDifferentiable, type Primitive, type VjpContext } from '../graph/primitive.js';
import { toCommon } from '../kernels/common-arrays.js';
import {
  foldKernel,
  indexOfLargest,
  indexOfLargestWide,
  largestOfRow,
  reductionPlan,
  smallestOfRow,
  sumRow,
  type Fold,
} from '../kernels/reduce.js';
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

interface Reduction {
  readonly name: ReduceName;
  readonly accepts: readonly DTypeKind[];
  readonly linear?: boolean;
  readonly vjp: (context: VjpContext<ReduceAttributes>) => readonly (Tensor | null)[];
  readonly fold: Fold;
  /** Two 64-bit integers folded into one. */
  readonly wide: (a: bigint, b: bigint) => bigint;
  /** Whether a row without elements has a value (sum: 0). */
  readonly acceptsEmpty: boolean;
}

function reduction({
  name,
  accepts,
  linear = false,
  vjp,
  fold,
  wide,
  acceptsEmpty,
}: Reduction): Primitive<ReduceAttributes> {
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
    reference: ({ operands: [x], results: [y], attributes: { axes } }) => foldKernel(x!, axes, y!, fold, wide),
  });
  return primitive;
}

const sumPrimitive: Primitive<ReduceAttributes> = reduction({
  name: 'sum',
  accepts: ['float', 'int', 'uint'],
  linear: true,
  acceptsEmpty: true,
  vjp: ({ cotangent, operands: [x], attributes: { axes } }) => [expand(cotangent, x!.shape, axes)],
  fold: sumRow,
  wide: (a, b) => a + b,
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
  fold: largestOfRow,
  wide: (a, b) => (a > b ? a : b),
});

const minPrimitive: Primitive<ReduceAttributes> = reduction({
  name: 'min',
  accepts: ['float', 'int', 'uint'],
  acceptsEmpty: false,
  vjp: chosenVjp,
  fold: smallestOfRow,
  wide: (a, b) => (a < b ? a : b),
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
    const { shape, dtype } = operands[0]!;
    const { outer, length, stride } = reductionPlan(shape, [axis], dtype);
    const find = isWideInteger(dtype) ? indexOfLargestWide : indexOfLargest;
    return ([x], [y]) => {
      const source = toCommon(x!, dtype);
      for (let o = 0, row = 0; o < outer; o++) {
        const start = o * length * stride;
        for (let i = 0; i < stride; i++) y![row++] = find(source, start + i, length, stride);
      }
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
