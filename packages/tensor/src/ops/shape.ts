import { wordsPerElement } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor, checkTensors, apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { broadcastStrides, copyStrided } from '../kernels/broadcast.js';
import {
  broadcastAxes,
  broadcastShapes,
  checkKnown,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { concat, slice, type Range } from './slice.js';
import { sumTo } from './sum-to.js';

/** Attributes of reshape and broadcastTo. */
export interface ShapeAttributes {
  readonly shape: Shape;
}

const reshapePrimitive: Primitive<ShapeAttributes> = definePrimitive<ShapeAttributes>({
  name: 'reshape',
  linear: true,
  alias: true,
  shape([x], { shape }) {
    if (sizeOf(x!.shape) !== sizeOf(shape)) {
      throw new ShapeError(
        `reshape: ${formatShape(x!.shape)} has ${sizeOf(x!.shape)} elements, ${formatShape(shape)} has ${sizeOf(shape)}; ` +
          'the number of elements must stay',
      );
    }
    return { shape, dtype: x!.dtype };
  },
  vjp: ({ cotangent, operands: [x] }) => [reshape(cotangent, x!.shape)],
  batch: ({ operands, attributes, size }) => apply(reshapePrimitive, operands, { shape: [size, ...attributes.shape] }),
  reference:
    () =>
    ([x], [y]) => {
      y!.set(x as never);
    },
});

/**
 * The same elements, row-major, in another shape; one size may be −1. Throws a ShapeError when the count differs.
 *
 * @example
 * ```ts
 * reshape(arange(4), [2, -1]); // → [[0, 1], [2, 3]]
 * ```
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor('reshape', x);
  checkKnown('reshape', shape);
  const open = shape.indexOf(-1);
  let full: Shape = [...shape];
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_, axis) => axis !== open));
    if (rest === 0 || x.size % rest !== 0 || shape.indexOf(-1, open + 1) >= 0) {
      throw new ShapeError(
        `reshape: ${formatShape(x.shape)} does not fit ${formatShape(shape)}; one size may be -1, and the others must divide ${x.size}`,
      );
    }
    full = shape.map((dimension, axis) => (axis === open ? x.size / rest : dimension));
  }
  checkShape('reshape', full);
  return sameShape(full, x.shape) ? x : apply(reshapePrimitive, [x], { shape: full });
}

/** Attributes of `transpose`. */
export interface TransposeAttributes {
  readonly permutation: readonly number[];
}

/** The order that undoes a permutation of axes. */
export function inversePermutation(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => (result[axis] = i));
  return result;
}

const transposePrimitive: Primitive<TransposeAttributes> = definePrimitive<TransposeAttributes>({
  name: 'transpose',
  linear: true,
  shape: ([x], { permutation }) => ({ shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  vjp: ({ cotangent, attributes: { permutation } }) => [transpose(cotangent, inversePermutation(permutation))],
  batch: ({ operands, attributes: { permutation } }) =>
    apply(transposePrimitive, operands, { permutation: [0, ...permutation.map((axis) => axis + 1)] }),
  reference({ operands, results, attributes: { permutation } }) {
    const strides = stridesOf(operands[0]!.shape);
    const { shape, dtype } = results[0]!;
    const order = permutation.map((axis) => strides[axis]!);
    return ([x], [y]) => {
      copyStrided(x!, y!, shape, order, 0, wordsPerElement(dtype));
    };
  },
});

/**
 * Axes in another order: axis i of the result is axis `permutation[i]` of x; reversed by default.
 *
 * @example
 * ```ts
 * transpose(zeros([2, 3, 4]), [0, 2, 1]).shape; // → [2, 4, 3]
 * ```
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  checkTensor('transpose', x);
  if (permutation === undefined) return transpose(x, [...x.shape.keys()].reverse());
  if (typeof permutation !== 'object') {
    throw new ShapeError('transpose: the permutation is no list; pass all axes in their new order, such as [1, 0]');
  }
  const axes = permutation.map((axis) => normalizeAxis('transpose', axis, x.shape));
  if (axes.length !== x.rank || new Set(axes).size !== axes.length) {
    throw new ShapeError(
      `transpose: [${String(permutation)}] is not an order of the ${x.rank} axes of ${formatShape(x.shape)}; name each axis once`,
    );
  }
  return axes.every((axis, i) => axis === i) ? x : apply(transposePrimitive, [x], { permutation: axes });
}

/** Matrices transposed: the last two axes exchanged. */
export function swapLastAxes(x: Tensor): Tensor {
  const axes = [...x.shape.keys()];
  [axes[x.rank - 2], axes[x.rank - 1]] = [axes[x.rank - 1]!, axes[x.rank - 2]!];
  return transpose(x, axes);
}

const broadcastToPrimitive: Primitive<ShapeAttributes> = definePrimitive<ShapeAttributes>({
  name: 'broadcastTo',
  linear: true,
  shape: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  vjp: ({ cotangent, operands: [x] }) => [sumTo(cotangent, x!.shape)],
  batch({ operands: [x], attributes: { shape }, size }) {
    const [, ...rest] = x!.shape;
    const aligned = reshape(x!, [size, ...new Array<number>(shape.length - rest.length).fill(1), ...rest]);
    return apply(broadcastToPrimitive, [aligned], { shape: [size, ...shape] });
  },
  reference({ operands, results }) {
    const { shape, dtype } = results[0]!;
    const strides = broadcastStrides(operands[0]!.shape, shape);
    return ([x], [y]) => {
      copyStrided(x!, y!, shape, strides, 0, wordsPerElement(dtype));
    };
  },
});

/**
 * Repeats axes of size 1, and adds leading axes, to reach a shape. Throws a ShapeError when they do not broadcast.
 *
 * @example
 * ```ts
 * broadcastTo(tensor([1, 2]), [2, 2]); // → [[1, 2], [1, 2]]
 * ```
 */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor('broadcastTo', x);
  checkShape('broadcastTo', shape);
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape)) {
    throw new ShapeError(
      `broadcastTo: ${formatShape(x.shape)} cannot become the smaller ${formatShape(shape)}; use slice or a reduction`,
    );
  }
  if (sameShape(x.shape, shape)) return x;
  const repeated = broadcastAxes(x.shape, shape).some((axis) => shape[axis] !== 1);
  return repeated ? apply(broadcastToPrimitive, [x], { shape: [...shape] }) : reshape(x, shape);
}

/**
 * Adds axes of size 1 at the given positions of the result.
 *
 * @example
 * ```ts
 * expandDims(zeros([2, 3]), 1).shape; // → [2, 1, 3]
 * ```
 */
export function expandDims(x: Tensor, axis: number | readonly number[]): Tensor {
  const list = typeof axis === 'number' ? [axis] : axis;
  const added = normalizeAxes('expandDims', list, x.shape, list.length);
  let next = 0;
  return reshape(
    x,
    Array.from({ length: x.rank + list.length }, (_, i) => (added.includes(i) ? 1 : x.shape[next++]!)),
  );
}

/**
 * Removes axes of size 1 (default all of them). Throws a ShapeError for an axis of another size.
 *
 * @example
 * ```ts
 * squeeze(zeros([1, 3, 1])).shape; // → [3]
 * ```
 */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  const axes =
    axis === undefined ? [...x.shape.keys()].filter((i) => x.shape[i] === 1) : normalizeAxes('squeeze', axis, x.shape);
  for (const i of axes) {
    if (x.shape[i] !== 1) {
      throw new ShapeError(
        `squeeze: axis ${i} of ${formatShape(x.shape)} has size ${x.shape[i]}; only axes of size 1 can go`,
      );
    }
  }
  return reshape(
    x,
    x.shape.filter((_, i) => !axes.includes(i)),
  );
}

/**
 * The slices along an axis (default 0), without that axis.
 *
 * @example
 * ```ts
 * unstack(tensor([[1, 2], [3, 4]]), 1); // → [[1, 3], [2, 4]]
 * ```
 */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  const position = normalizeAxis('unstack', axis, x.shape);
  const shape = x.shape.filter((_, i) => i !== position);
  return Array.from({ length: x.shape[position]! }, (_, i) => {
    const ranges: (Range | null)[] = x.shape.map((_, k) => (k === position ? [i, i + 1] : null));
    return reshape(slice(x, ...ranges), shape);
  });
}

/**
 * Joins tensors of one shape along a new axis (default 0).
 *
 * @example
 * ```ts
 * stack([tensor([1, 2]), tensor([3, 4])], 1); // → [[1, 3], [2, 4]]
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensors('stack', tensors);
  const [first] = tensors;
  if (first === undefined) throw new ArgumentError('stack: no tensors given; pass one or more');
  for (const tensor of tensors) {
    if (!sameShape(tensor.shape, first.shape)) {
      throw new ShapeError(
        `stack: shapes ${formatShape(first.shape)} and ${formatShape(tensor.shape)} differ; all must be equal`,
      );
    }
  }
  const position = normalizeAxis('stack', axis, first.shape, 1);
  return concat(
    tensors.map((tensor) => expandDims(tensor, position)),
    position,
  );
}

/** Names of the primitives that only change the shape. */
export type ShapeName = 'reshape' | 'transpose' | 'broadcastTo';

/** The primitives that only change the shape. */
export const shapePrimitives: Readonly<{
  reshape: Primitive<ShapeAttributes>;
  transpose: Primitive<TransposeAttributes>;
  broadcastTo: Primitive<ShapeAttributes>;
}> = { reshape: reshapePrimitive, transpose: transposePrimitive, broadcastTo: broadcastToPrimitive };
