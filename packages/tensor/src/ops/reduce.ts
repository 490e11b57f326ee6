import { isFloat, sumDType, type DTypeKind } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive, type VjpContext } from '../graph/primitive.js';
import {
  foldKernel,
  integerProductOfRow,
  largestOfRow,
  productOfRow,
  smallestOfRow,
  sumRow,
  type Fold,
} from '../kernels/reduce.js';
import { formatShape, normalizeAxes, sizeOf, type Shape } from '../shapes.js';
import type { ReduceOptions, Tensor } from '../tensor.js';
import { flip, sliceAxis } from './axes.js';
import { constant } from './create.js';
import { cumProd } from './cumulative.js';
import { checkKind } from './elementwise/define.js';
import { inversePermutation, transpose } from './shape.js';
import { concat } from './slice.js';

/** Attributes of reductions: sorted axes that the result no longer has. */
export interface ReduceAttributes {
  readonly axes: readonly number[];
}

/** The shape without the given axes. */
export function without(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The shape with the given axes of size 1. */
export function kept(shape: Shape, axes: readonly number[]): Shape {
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
  /** The same for integers of up to 32 bits, where it differs. */
  readonly integerFold?: Fold;
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
  integerFold = fold,
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
    reference: ({ operands: [x], results: [y], attributes: { axes } }) =>
      foldKernel(x!, axes, y!, isFloat(x!.dtype) ? fold : integerFold, wide),
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

/** For each element the product of the others along the reduced axes: right where some are zero, which division is not. */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const order = [...[...x.shape.keys()].filter((axis) => !axes.includes(axis)), ...axes];
  const moved = transpose(x, order);
  const rows = moved.reshape([...without(x.shape, axes), sizeOf(axes.map((axis) => x.shape[axis]!))]);
  const last = rows.rank - 1;
  const before = (y: Tensor): Tensor =>
    cumProd(
      concat([constant(1, [...rows.shape.slice(0, -1), 1], x.dtype), sliceAxis(y, last, 0, y.shape[last]! - 1)], last),
      last,
    );
  const others = before(rows).mul(flip(before(flip(rows, last)), last));
  return transpose(others.reshape(moved.shape), inversePermutation(order));
}

const prodPrimitive: Primitive<ReduceAttributes> = reduction({
  name: 'prod',
  accepts: ['float', 'int', 'uint'],
  acceptsEmpty: false,
  vjp: ({ cotangent, operands: [x], attributes: { axes } }) => [
    expand(cotangent, x!.shape, axes).mul(productOfOthers(x!, axes)),
  ],
  fold: productOfRow,
  integerFold: integerProductOfRow,
  wide: (a, b) => a * b,
});

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
export function sum(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return reduce(sumPrimitive, x.cast(sumDType(x.dtype)), axis, options.keepDims ?? false);
}

/** Mean over axes (default all); integers and bool give float32. */
export function mean(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const axes = normalizeAxes('mean', axis, x.shape);
  const count = sizeOf(axes.map((i) => x.shape[i]!));
  const floats = isFloat(x.dtype) ? x : x.cast('float32');
  return sum(floats, axes, options).mul(1 / count);
}

/** Largest element over axes (default all); equal elements share the gradient. Throws a ShapeError on an empty axis. */
export function max(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return reduce(maxPrimitive, x, axis, options.keepDims ?? false);
}

/** Smallest element over axes (default all); equal elements share the gradient. Throws a ShapeError on an empty axis. */
export function min(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return reduce(minPrimitive, x, axis, options.keepDims ?? false);
}

/** Product over axes (default all), 1 over none; bool and small integers give int32 or uint32, which wrap around. */
export function prod(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  const axes = normalizeAxes('prod', axis, x.shape);
  const numbers = x.cast(sumDType(x.dtype));
  if (axes.some((i) => x.shape[i] === 0)) return constant(1, remaining(x.shape, axes, options), numbers.dtype);
  return reduce(prodPrimitive, numbers, axes, options.keepDims ?? false);
}

/** The shape of a reduction's result. */
function remaining(shape: Shape, axes: readonly number[], { keepDims = false }: ReduceOptions): Shape {
  return keepDims ? kept(shape, axes) : without(shape, axes);
}

function reduceTruth(
  operation: 'any' | 'all',
  x: Tensor,
  axis: number | readonly number[] | undefined,
  options: ReduceOptions,
): Tensor {
  checkKind(operation, x, ['float', 'int', 'uint', 'bool']);
  const axes = normalizeAxes(operation, axis, x.shape);
  if (axes.some((i) => x.shape[i] === 0)) {
    return constant(operation === 'all' ? 1 : 0, remaining(x.shape, axes, options), 'bool');
  }
  const bits = x.cast('bool').cast('uint8');
  return reduce(operation === 'any' ? maxPrimitive : minPrimitive, bits, axes, options.keepDims ?? false).cast('bool');
}

/** Whether an element is not 0, over axes (default all), as bool; false over none. */
export function any(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return reduceTruth('any', x, axis, options);
}

/** Whether all elements are not 0, over axes (default all), as bool; true over none. */
export function all(x: Tensor, axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
  return reduceTruth('all', x, axis, options);
}

/** Names of the reductions. */
export type ReduceName = 'sum' | 'prod' | 'max' | 'min';

/** The reductions. */
export const reducePrimitives: Readonly<Record<ReduceName, Primitive<ReduceAttributes>>> = {
  sum: sumPrimitive,
  prod: prodPrimitive,
  max: maxPrimitive,
  min: minPrimitive,
};
