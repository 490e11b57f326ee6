import { wordsPerElement, type HostArray } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive, type TensorType } from '../graph/primitive.js';
import { copyStrided, placeStrided } from '../kernels/broadcast.js';
import { checkShape, formatShape, sameShape, stridesOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { moveAxis } from './axes.js';
import { constant, iota } from './create.js';
import { commonDType } from './elementwise/define.js';
import { where } from './elementwise/select.js';
import { checkIndexType, exampleNumbers, gatherPrimitives } from './gather.js';
import { placeBox } from './place-box.js';
import { stack } from './shape.js';
import { concat, sliceBox } from './slice.js';

/** Attributes of `dynamicSlice`. */
export interface DynamicSliceAttributes {
  readonly sizes: Shape;
}

/** A start as it is used: from the end if negative, then moved so that the window fits. */
function clampStart(start: number, size: number, length: number): number {
  return Math.min(Math.max(start < 0 ? start + length : start, 0), length - size);
}

function offsetOf(starts: HostArray, sizes: Shape, shape: Shape, strides: readonly number[]): number {
  let offset = 0;
  shape.forEach((length, axis) => (offset += clampStart(Number(starts[axis]!), sizes[axis]!, length) * strides[axis]!));
  return offset;
}

/** Throws unless starts are one vector of integers, one for each axis of x. */
function checkStarts(operation: string, x: TensorType, starts: TensorType): void {
  checkIndexType(operation, starts);
  if (sameShape(starts.shape, [x.shape.length])) return;
  throw new ShapeError(
    `${operation}: starts are ${formatShape(starts.shape)}; ${formatShape(x.shape)} takes one per axis: [${x.shape.length}]`,
  );
}

/** Which places batched starts name: indices of the axes from `first` on, after the examples' own. */
function windowIndices(starts: Tensor, sizes: Shape, shape: Shape): { first: number; indices: Tensor[] } | null {
  const partial = [...shape.keys()].filter((axis) => sizes[axis] !== shape[axis]);
  const [first] = partial;
  if (first === undefined) return null;
  const window = sizes.slice(first, partial[partial.length - 1]! + 1);
  const [examples] = starts.shape;
  const indices = window.map((size, i) => {
    const axis = first + i;
    const start = starts.slice(null, [axis, axis + 1]).cast('int32');
    const wrapped = where(start.less(0), start.add(shape[axis]!), start);
    const clamped = wrapped.maximum(0).minimum(shape[axis]! - size);
    const places = clamped.add(iota(size));
    return places
      .reshape([examples!, ...window.map((_, k) => (k === i ? size : 1))])
      .broadcastTo([examples!, ...window]);
  });
  return { first, indices };
}

/** Starts of one example for a tensor with a whole batch axis in front. */
function batchStarts(starts: Tensor): Tensor {
  return concat([constant(0, [1], starts.dtype), starts]);
}

const dynamicSlicePrimitive: Primitive<DynamicSliceAttributes> = definePrimitive<DynamicSliceAttributes>({
  name: 'dynamicSlice',
  linear: [0],
  takesBits: true,
  shape([x, starts], { sizes }) {
    checkStarts('dynamicSlice', x!, starts!);
    return { shape: sizes, dtype: x!.dtype };
  },
  vjp: ({ cotangent, operands: [x, starts] }) => [
    apply(dynamicUpdateSlicePrimitive, [constant(0, x!.shape, cotangent.dtype), cotangent, starts!], {}),
    null,
  ],
  batch({ operands: [x, starts], batched: [own, moving], size, attributes: { sizes } }) {
    if (moving !== true) return apply(dynamicSlicePrimitive, [x!, batchStarts(starts!)], { sizes: [size, ...sizes] });
    const shape = own === true ? x!.shape.slice(1) : x!.shape;
    const window = windowIndices(starts!, sizes, shape);
    if (window === null) return own === true ? x! : x!.broadcastTo([size, ...x!.shape]);
    const { first, indices } = window;
    const operands =
      own === true ? [moveAxis(x!, 0, first), exampleNumbers(indices[0]!.shape), ...indices] : [x!, ...indices];
    return moveAxis(apply(gatherPrimitives.gather, operands, { axis: first }), first, 0);
  },
  reference({ operands: [x], results: [y], attributes: { sizes } }) {
    const strides = stridesOf(x!.shape);
    const words = wordsPerElement(y!.dtype);
    return ([source, starts], [target]) => {
      copyStrided(source!, target!, sizes, strides, offsetOf(starts!, sizes, x!.shape, strides), words);
    };
  },
});

const dynamicUpdateSlicePrimitive: Primitive = definePrimitive<object>({
  name: 'dynamicUpdateSlice',
  takesBits: true,
  shape([x, update, starts]) {
    commonDType('dynamicUpdateSlice', [x!, update!]);
    checkStarts('dynamicUpdateSlice', x!, starts!);
    return x!;
  },
  vjp: ({ cotangent, operands: [, update, starts] }) => [
    apply(dynamicUpdateSlicePrimitive, [cotangent, constant(0, update!.shape, cotangent.dtype), starts!], {}),
    apply(dynamicSlicePrimitive, [cotangent, starts!], { sizes: update!.shape }),
    null,
  ],
  batch({ operands: [x, update, starts], batched: [own, other, moving], size }) {
    const full = own === true ? x! : x!.broadcastTo([size, ...x!.shape]);
    const rows = other === true ? update! : update!.broadcastTo([size, ...update!.shape]);
    if (moving !== true) return apply(dynamicUpdateSlicePrimitive, [full, rows, batchStarts(starts!)], {});
    const window = windowIndices(starts!, rows.shape.slice(1), full.shape.slice(1));
    if (window === null) return rows;
    const { first, indices } = window;
    const operands = [
      moveAxis(full, 0, first),
      moveAxis(rows, 0, first),
      exampleNumbers(indices[0]!.shape),
      ...indices,
    ];
    return moveAxis(apply(gatherPrimitives.scatterSet, operands, { axis: first, uniqueIndices: true }), first, 0);
  },
  reference({ operands: [x, update] }) {
    const { shape, dtype } = x!;
    const strides = stridesOf(shape);
    return ([source, part, starts], [y]) => {
      y!.set(source as never);
      const offset = offsetOf(starts!, update!.shape, shape, strides);
      placeStrided(part!, y!, update!.shape, strides, offset, wordsPerElement(dtype));
    };
  },
});

function checkWindow(operation: string, x: Tensor, sizes: Shape): void {
  if (sizes.length === x.rank && sizes.every((size, axis) => size <= x.shape[axis]!)) return;
  throw new ShapeError(
    `${operation}: a window of ${formatShape(sizes)} does not fit ${formatShape(x.shape)}; give one size per axis, not above the axis's own`,
  );
}

/** One start per axis: numbers as they are, anything else as one vector of integers. */
function startsOf(
  operation: string,
  x: Tensor,
  starts: Tensor | readonly (number | Tensor)[],
): readonly number[] | Tensor {
  if (!Array.isArray(starts)) {
    checkStarts(operation, x, starts as Tensor);
    return starts as Tensor;
  }
  const list = starts as readonly (number | Tensor)[];
  if (list.length !== x.rank) {
    throw new ShapeError(`${operation}: ${list.length} starts for ${formatShape(x.shape)}; give one per axis`);
  }
  for (const start of list) {
    if (typeof start === 'number') {
      if (Number.isInteger(start)) continue;
      throw new ArgumentError(`${operation}: start ${start} is not accepted; use whole numbers or integer tensors`);
    }
    checkIndexType(operation, start);
    if (start.rank === 0) continue;
    throw new ShapeError(`${operation}: a start is ${formatShape(start.shape)}; use scalars, or one vector of starts`);
  }
  if (list.every((start) => typeof start === 'number')) return list;
  return stack(list.map((start) => (typeof start === 'number' ? constant(start, [], 'int32') : start.cast('int32'))));
}

/** The window at starts that are known. */
function fixedWindow(
  x: Tensor,
  starts: readonly number[],
  sizes: Shape,
): { starts: readonly number[]; sizes: Shape; steps: readonly number[] } {
  return {
    starts: starts.map((start, axis) => clampStart(start, sizes[axis]!, x.shape[axis]!)),
    sizes,
    steps: sizes.map(() => 1),
  };
}

/**
 * The window of x of the given sizes at starts that may depend on values: one start per axis, numbers or integer scalars, or
 * one vector. A negative start counts from the end; then starts are moved so that the window fits, as in JAX. Any dtype.
 * Throws a ShapeError for a window larger than x.
 *
 * @example
 * ```ts
 * const position = tensor(2, { dtype: 'int32' });
 * dynamicSlice(arange(6), [position], [3]); // → [2, 3, 4]
 * ```
 */
export function dynamicSlice(x: Tensor, starts: Tensor | readonly (number | Tensor)[], sizes: Shape): Tensor {
  checkShape('dynamicSlice', sizes);
  checkWindow('dynamicSlice', x, sizes);
  const at = startsOf('dynamicSlice', x, starts);
  if (Array.isArray(at)) return sliceBox(x, fixedWindow(x, at as readonly number[], sizes));
  return sameShape(x.shape, sizes) ? x : apply(dynamicSlicePrimitive, [x, at as Tensor], { sizes: [...sizes] });
}

/**
 * x with the window at `starts` replaced by `update`; starts as for `dynamicSlice`. What a cache of fixed size is filled with.
 * Throws a ShapeError for an update larger than x, and a DTypeError for one of another dtype.
 *
 * @example
 * ```ts
 * const position = tensor(1, { dtype: 'int32' });
 * dynamicUpdateSlice(zeros([4]), tensor([5, 6]), [position]); // → [0, 5, 6, 0]
 * ```
 */
export function dynamicUpdateSlice(x: Tensor, update: Tensor, starts: Tensor | readonly (number | Tensor)[]): Tensor {
  commonDType('dynamicUpdateSlice', [x, update]);
  checkWindow('dynamicUpdateSlice', x, update.shape);
  const at = startsOf('dynamicUpdateSlice', x, starts);
  if (Array.isArray(at)) return placeBox(x, fixedWindow(x, at as readonly number[], update.shape), update);
  return apply(dynamicUpdateSlicePrimitive, [x, update, at as Tensor], {});
}

/** Names of the primitives that read and write a window. */
export type DynamicSliceName = 'dynamicSlice' | 'dynamicUpdateSlice';

/** The primitives that read and write a window. */
export const dynamicSlicePrimitives: Readonly<{
  dynamicSlice: Primitive<DynamicSliceAttributes>;
  dynamicUpdateSlice: Primitive;
}> = { dynamicSlice: dynamicSlicePrimitive, dynamicUpdateSlice: dynamicUpdateSlicePrimitive };
