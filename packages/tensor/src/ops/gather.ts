import { isInteger, wordsPerElement } from '../dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { checkTensor, apply } from '../graph/bind.js';
import { definePrimitive, type Primitive, type TensorType } from '../graph/primitive.js';
import {
  addRows,
  gatherRows,
  mergedPositions,
  placeRows,
  type IndexRule,
  type RowGeometry,
} from '../kernels/gather.js';
import { broadcastShapes, formatShape, normalizeAxis, sameShape, sizeOf, type Shape } from '../shapes.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { moveAxis } from './axes.js';
import { constant, iota } from './create.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { where } from './elementwise/select.js';
import { operandPair } from './operands.js';

/** What reading and writing by indices does with those that are out of range; left out where the default holds. */
export interface IndexAttributes {
  /** The operation that the user called, which errors name. Default: the primitive. */
  readonly operation?: string;
  /** Negative indices are out of range. Default: they count from the end. */
  readonly refuseNegative?: true;
}

/** Attributes of `gather`: the first of the axes that the indices name, one axis for each tensor of indices. */
export interface GatherAttributes extends IndexAttributes {
  readonly axis: number;
}

/** Attributes of `scatterSet`: the first named axis, and whether no place is named twice. */
export interface ScatterSetAttributes extends GatherAttributes {
  readonly uniqueIndices: boolean;
}

/** Attributes of `scatterAdd`: those of `scatterSet`, and the sizes of the named axes in the result. */
export interface ScatterAddAttributes extends ScatterSetAttributes {
  readonly sizes: readonly number[];
}

/** The attributes about indices, for another primitive that uses the same ones. */
export function indexAttributes(
  { operation, refuseNegative }: IndexAttributes,
  from: string,
  to: string,
): IndexAttributes {
  const name = operation ?? from;
  return { ...(name === to ? {} : { operation: name }), ...(refuseNegative === true ? { refuseNegative } : {}) };
}

/** The rule by which a primitive's kernel reads indices. */
export function indexRule(primitive: string, { operation, refuseNegative }: IndexAttributes): IndexRule {
  return { operation: operation ?? primitive, refuseNegative: refuseNegative ?? false };
}

/** Throws a DTypeError unless indices are integers. */
export function checkIndexType(operation: string, indices: TensorType): void {
  checkTensor(operation, indices);
  const { dtype, shape } = indices;
  if (isInteger(dtype)) return;
  const fix = dtype === 'bool' ? 'choose by a mask with where(mask, a, b)' : "use .cast('int32')";
  throw new DTypeError(`${operation}: indices are ${dtype} ${formatShape(shape)}; they must be integers: ${fix}`);
}

function checkIndices(operation: string, rank: number, axis: number, indices: readonly TensorType[]): Shape {
  for (const index of indices) checkIndexType(operation, index);
  if (axis + indices.length > rank) {
    throw new ShapeError(
      `${operation}: ${indices.length} tensors of indices from axis ${axis} on; the tensor has ${rank} axes`,
    );
  }
  return indices[0]!.shape;
}

/** Shape with the axes that the indices name replaced by `middle`. */
function replaceAxes(shape: Shape, axis: number, count: number, middle: Shape): Shape {
  return [...shape.slice(0, axis), ...middle, ...shape.slice(axis + count)];
}

function geometry({ shape, dtype }: TensorType, axis: number, count: number): RowGeometry {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: sizeOf(shape.slice(axis, axis + count)),
    inner: sizeOf(shape.slice(axis + count)) * wordsPerElement(dtype),
  };
}

/** One example's index, and all indices, with the batch axis first. */
function batchIndices(indices: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] {
  return indices.map((index, i) => (batched[i] === true ? index : index.broadcastTo([size, ...index.shape])));
}

/** The number of each example, in the shape of the batched indices. */
export function exampleNumbers(shape: Shape): Tensor {
  const [size, ...rest] = shape;
  return iota(size!)
    .reshape([size!, ...rest.map(() => 1)])
    .broadcastTo(shape);
}

function withBatch(x: Tensor, batched: boolean, size: number): Tensor {
  return batched ? x : x.broadcastTo([size, ...x.shape]);
}

const gatherPrimitive: Primitive<GatherAttributes> = definePrimitive<GatherAttributes>({
  name: 'gather',
  linear: [0],
  takesBits: true,
  shape([x, ...indices], { axis }) {
    const picked = checkIndices('gather', x!.shape.length, axis, indices);
    return { shape: replaceAxes(x!.shape, axis, indices.length, picked), dtype: x!.dtype };
  },
  vjp({ cotangent, operands: [x, ...indices], attributes }) {
    const { axis } = attributes;
    const sizes = x!.shape.slice(axis, axis + indices.length);
    const added = { axis, sizes, uniqueIndices: false, ...indexAttributes(attributes, 'gather', 'scatterAdd') };
    return [apply(scatterAddPrimitive, [cotangent, ...indices], added), ...indices.map(() => null)];
  },
  batch({ operands: [x, ...indices], batched: [own, ...flags], size, attributes }) {
    const { axis } = attributes;
    if (!flags.includes(true)) return apply(gatherPrimitive, [x!, ...indices], { ...attributes, axis: axis + 1 });
    const full = batchIndices(indices, flags, size);
    // A batched tensor gets one more named axis, its examples'.
    const operands = own === true ? [moveAxis(x!, 0, axis), exampleNumbers(full[0]!.shape), ...full] : [x!, ...full];
    return moveAxis(apply(gatherPrimitive, operands, attributes), axis, 0);
  },
  reference({ operands: [x, ...indices], attributes }) {
    const { axis } = attributes;
    const rule = indexRule('gather', attributes);
    const sizes = x!.shape.slice(axis, axis + indices.length);
    const rows = geometry(x!, axis, indices.length);
    return ([source, ...at], [y]) => {
      gatherRows(source!, y!, mergedPositions(rule, at, sizes, axis), rows);
    };
  },
});

/** Adds up rows of the first operand in zeros, at the places that the indices name: the transpose of `gather`. */
const scatterAddPrimitive: Primitive<ScatterAddAttributes> = definePrimitive<ScatterAddAttributes>({
  name: 'scatterAdd',
  linear: [0],
  shape([updates, ...indices], { axis, sizes }) {
    checkKind('scatterAdd', updates!, ['float', 'int', 'uint']);
    const named = indices[0]!.shape.length;
    const shape = replaceAxes(updates!.shape, axis, named, sizes);
    checkIndices('scatterAdd', shape.length, axis, indices);
    return { shape, dtype: updates!.dtype };
  },
  vjp: ({ cotangent, operands: [, ...indices], attributes }) => [
    apply(gatherPrimitive, [cotangent, ...indices], {
      axis: attributes.axis,
      ...indexAttributes(attributes, 'scatterAdd', 'gather'),
    }),
    ...indices.map(() => null),
  ],
  batch({ operands: [updates, ...indices], batched: [own, ...flags], size, attributes }) {
    const { axis, sizes } = attributes;
    if (!flags.includes(true)) {
      return apply(scatterAddPrimitive, [updates!, ...indices], { ...attributes, axis: axis + 1 });
    }
    const full = batchIndices(indices, flags, size);
    const rows = moveAxis(withBatch(updates!, own === true, size), 0, axis);
    const operands = [rows, exampleNumbers(full[0]!.shape), ...full];
    return moveAxis(apply(scatterAddPrimitive, operands, { ...attributes, sizes: [size, ...sizes] }), axis, 0);
  },
  reference({ operands: [, ...indices], results, attributes }) {
    const { axis, sizes } = attributes;
    const rule = indexRule('scatterAdd', attributes);
    const rows = geometry(results[0]!, axis, indices.length);
    return ([updates, ...at], [y]) => {
      addRows(updates!, y!, mergedPositions(rule, at, sizes, axis), rows);
    };
  },
});

/** True where an update is the last one for its place, and so the one that stays. */
function lasting(indices: readonly Tensor[], sizes: Shape, attributes: IndexAttributes): Tensor {
  const { shape } = indices[0]!;
  const order = iota(sizeOf(shape)).reshape(shape);
  const places = apply(scatterSetPrimitive, [constant(0, sizes, 'int32'), order, ...indices], {
    axis: 0,
    uniqueIndices: false,
    ...attributes,
  });
  return apply(gatherPrimitive, [places, ...indices], {
    axis: 0,
    ...indexAttributes(attributes, 'scatterSet', 'gather'),
  }).equal(order);
}

const scatterSetPrimitive: Primitive<ScatterSetAttributes> = definePrimitive<ScatterSetAttributes>({
  name: 'scatterSet',
  takesBits: true,
  shape([x, updates, ...indices], { axis }) {
    commonDType('scatterSet', [x!, updates!]);
    const picked = checkIndices('scatterSet', x!.shape.length, axis, indices);
    const expected = replaceAxes(x!.shape, axis, indices.length, picked);
    if (!sameShape(updates!.shape, expected)) {
      throw new ShapeError(
        `scatterSet: updates are ${formatShape(updates!.shape)}; these indices of ${formatShape(x!.shape)} name ${formatShape(expected)}`,
      );
    }
    return x!;
  },
  vjp({ cotangent, operands: [x, updates, ...indices], attributes }) {
    const { axis, uniqueIndices } = attributes;
    const zeros = constant(0, updates!.shape, cotangent.dtype);
    const kept = apply(scatterSetPrimitive, [cotangent, zeros, ...indices], attributes);
    const reading = indexAttributes(attributes, 'scatterSet', 'gather');
    const picked = apply(gatherPrimitive, [cotangent, ...indices], { axis, ...reading });
    if (uniqueIndices) return [kept, picked, ...indices.map(() => null)];
    const writing = indexAttributes(attributes, 'scatterSet', 'scatterSet');
    const stays = lasting(indices, x!.shape.slice(axis, axis + indices.length), writing);
    const inner = x!.shape.slice(axis + indices.length).map(() => 1);
    return [kept, where(stays.reshape([...stays.shape, ...inner]), picked, 0), ...indices.map(() => null)];
  },
  batch({ operands: [x, updates, ...indices], batched: [own, other, ...flags], size, attributes }) {
    const { axis } = attributes;
    const [full, rows] = [withBatch(x!, own === true, size), withBatch(updates!, other === true, size)];
    if (!flags.includes(true)) {
      return apply(scatterSetPrimitive, [full, rows, ...indices], { ...attributes, axis: axis + 1 });
    }
    const at = batchIndices(indices, flags, size);
    const operands = [moveAxis(full, 0, axis), moveAxis(rows, 0, axis), exampleNumbers(at[0]!.shape), ...at];
    return moveAxis(apply(scatterSetPrimitive, operands, attributes), axis, 0);
  },
  reference({ operands: [x, , ...indices], attributes }) {
    const { axis } = attributes;
    const rule = indexRule('scatterSet', attributes);
    const sizes = x!.shape.slice(axis, axis + indices.length);
    const rows = geometry(x!, axis, indices.length);
    return ([source, updates, ...at], [y]) => {
      y!.set(source as never);
      placeRows(updates!, y!, mergedPositions(rule, at, sizes, axis), rows);
    };
  },
});

/** Several tensors of indices in the shape to which they broadcast. */
export function broadcastIndices(operation: string, indices: readonly Tensor[]): Tensor[] {
  for (const index of indices) checkIndexType(operation, index);
  const shape = indices.reduce<Shape>((common, index) => broadcastShapes(operation, common, index.shape), []);
  return indices.map((index) => index.broadcastTo(shape));
}

function namedIndices(
  operation: string,
  x: Tensor,
  indices: Tensor | readonly Tensor[],
  axis: number,
): { readonly at: Tensor[]; readonly first: number; readonly shape: Shape } {
  const list = Array.isArray(indices) ? (indices as readonly Tensor[]) : [indices as Tensor];
  if (list.length === 0) throw new ArgumentError(`${operation}: no indices given; pass one tensor or more`);
  const first = normalizeAxis(operation, axis, x.shape);
  const at = broadcastIndices(operation, list);
  checkIndices(operation, x.rank, first, at);
  return { at, first, shape: replaceAxes(x.shape, first, at.length, at[0]!.shape) };
}

/** Updates as a tensor of the dtype of `x`, repeated to fill `shape`. Throws a DTypeError or ShapeError. */
export function fittedUpdates(operation: string, x: Tensor, updates: TensorLike, shape: Shape): Tensor {
  const [same, values] = operandPair(operation, x, updates);
  if (same.dtype !== x.dtype || values.dtype !== x.dtype) commonDType(operation, [x, values]);
  if (sameShape(values.shape, shape)) return values;
  if (!sameShape(broadcastShapes(operation, values.shape, shape), shape)) {
    throw new ShapeError(
      `${operation}: updates ${formatShape(values.shape)} do not fit the ${formatShape(shape)} that the indices name`,
    );
  }
  return values.broadcastTo(shape);
}

/**
 * Elements of x at indices of an axis: x [a, n, b], indices [i, j], axis 1 → [a, i, j, b]. Several tensors of indices, which
 * broadcast together, name as many axes from `axis` on. Any dtype; indices of any integer dtype, negative ones from the end;
 * an index out of range is an ExecutionError at the read.
 *
 * @example
 * ```ts
 * const table = tensor([[1, 2], [3, 4], [5, 6]]);
 * gather(table, tensor([2, 0], { dtype: 'int32' })); // → [[5, 6], [1, 2]]
 * ```
 */
export function gather(x: Tensor, indices: Tensor | readonly Tensor[], axis = 0): Tensor {
  return gatherAs('gather', x, indices, axis);
}

/** `gather` under the name of the function that the user called. */
export function gatherAs(
  operation: string,
  x: Tensor,
  indices: Tensor | readonly Tensor[],
  axis: number,
  attributes: IndexAttributes = {},
): Tensor {
  const { at, first } = namedIndices(operation, x, indices, axis);
  return apply(gatherPrimitive, [x, ...at], { axis: first, ...indexAttributes(attributes, operation, 'gather') });
}

/**
 * Elements of x at indices along an axis, or of the flattened x without one: NumPy's `take`. See `gather`.
 *
 * @example
 * ```ts
 * take(tensor([[1, 2], [3, 4]]), tensor([1, 1], { dtype: 'int32' }), 1); // → [[2, 2], [4, 4]]
 * ```
 */
export function take(x: Tensor, indices: Tensor, axis?: number): Tensor {
  return axis === undefined ? gatherAs('take', x.flatten(), indices, 0) : gatherAs('take', x, indices, axis);
}

/** Options of `scatterAdd` and `scatterSet`. */
export interface ScatterOptions {
  /** Promises that no place is named twice, which backends use for speed. Default false. */
  readonly uniqueIndices?: boolean;
}

/**
 * x with updates added at the places that `gather` with the same indices reads; a place that is named several times gets
 * the sum. Updates broadcast to the shape that `gather` gives. Throws a DTypeError or ShapeError where they do not fit.
 *
 * @example
 * ```ts
 * scatterAdd(zeros([3]), tensor([0, 2, 0], { dtype: 'int32' }), tensor([1, 2, 3])); // → [4, 0, 2]
 * ```
 */
export function scatterAdd(
  x: Tensor,
  indices: Tensor | readonly Tensor[],
  updates: TensorLike,
  axis = 0,
  { uniqueIndices = false }: ScatterOptions = {},
): Tensor {
  checkKind('scatterAdd', x, ['float', 'int', 'uint']);
  const { at, first, shape } = namedIndices('scatterAdd', x, indices, axis);
  return x.add(
    addedAt('scatterAdd', fittedUpdates('scatterAdd', x, updates, shape), at, first, x.shape, { uniqueIndices }),
  );
}

/** Updates added up in zeros of a shape, under the name of the function that the user called. */
export function addedAt(
  operation: string,
  updates: Tensor,
  indices: readonly Tensor[],
  axis: number,
  shape: Shape,
  { uniqueIndices = false, ...attributes }: ScatterOptions & IndexAttributes = {},
): Tensor {
  const sizes = shape.slice(axis, axis + indices.length);
  return apply(scatterAddPrimitive, [updates, ...indices], {
    axis,
    sizes,
    uniqueIndices,
    ...indexAttributes(attributes, operation, 'scatterAdd'),
  });
}

/**
 * x with the places that `gather` with the same indices reads set to updates; of several updates for one place the last
 * stays, and it alone has a gradient. Updates broadcast. Throws a DTypeError or ShapeError where they do not fit.
 *
 * @example
 * ```ts
 * scatterSet(zeros([3]), tensor([0, 2], { dtype: 'int32' }), tensor([5, 7])); // → [5, 0, 7]
 * ```
 */
export function scatterSet(
  x: Tensor,
  indices: Tensor | readonly Tensor[],
  updates: TensorLike,
  axis = 0,
  { uniqueIndices = false }: ScatterOptions = {},
): Tensor {
  const { at, first, shape } = namedIndices('scatterSet', x, indices, axis);
  return setAt('scatterSet', x, fittedUpdates('scatterSet', x, updates, shape), at, first, uniqueIndices);
}

/** Updates in the places of x that indices name, under the name of the function that the user called. */
export function setAt(
  operation: string,
  x: Tensor,
  updates: Tensor,
  indices: readonly Tensor[],
  axis: number,
  uniqueIndices = false,
): Tensor {
  const attributes = { axis, uniqueIndices, ...indexAttributes({}, operation, 'scatterSet') };
  return apply(scatterSetPrimitive, [x, updates, ...indices], attributes);
}

/** Names of the primitives that read and write by indices. */
export type GatherName = 'gather' | 'scatterAdd' | 'scatterSet';

/** The primitives that read and write by indices. */
export const gatherPrimitives: Readonly<{
  gather: Primitive<GatherAttributes>;
  scatterAdd: Primitive<ScatterAddAttributes>;
  scatterSet: Primitive<ScatterSetAttributes>;
}> = { gather: gatherPrimitive, scatterAdd: scatterAddPrimitive, scatterSet: scatterSetPrimitive };
