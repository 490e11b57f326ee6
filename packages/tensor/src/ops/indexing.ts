import { isInteger, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import { DTypeError, ShapeError } from '../errors.js';
import { apply, checkTensor } from '../graph/bind.js';
import { definePrimitive, type Primitive, type TensorType } from '../graph/primitive.js';
import { resolveIndex, type IndexRule } from '../kernels/gather.js';
import { checkDType, checkShape, formatShape, normalizeAxis, sizeOf } from '../shapes.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { iota } from './create.js';
import { checkKind } from './elementwise/define.js';
import {
  broadcastIndices,
  fittedUpdates,
  indexAttributes,
  indexRule,
  setAt,
  type IndexAttributes,
  type ScatterOptions,
} from './gather.js';

/** Attributes of takeAlongAxis. */
export interface AlongAxisAttributes extends IndexAttributes {
  readonly axis: number;
}

/** Attributes of addAlongAxis: the size of the result along the axis, and whether no index occurs twice in a row. */
export interface AddAlongAxisAttributes extends AlongAxisAttributes {
  readonly length: number;
  readonly uniqueIndices: boolean;
}

function checkIndices(operation: string, x: TensorType, indices: TensorType, axis: number): void {
  if (!isInteger(indices.dtype)) {
    throw new DTypeError(
      `${operation}: indices are ${indices.dtype} ${formatShape(indices.shape)}; they must be integers: use .cast('int32')`,
    );
  }
  if (x.shape.length !== indices.shape.length || x.shape.some((n, i) => i !== axis && n !== indices.shape[i])) {
    throw new ShapeError(
      `${operation}: shapes ${formatShape(x.shape)} and indices ${formatShape(indices.shape)} differ elsewhere than at axis ${axis}`,
    );
  }
}

/** Calls `visit` with matching positions in a full and an indexed array; throws for an index out of range. */
function eachIndex(
  rule: IndexRule,
  indices: HostArray,
  shape: readonly number[],
  axis: number,
  length: number,
  visit: (full: number, indexed: number) => void,
): void {
  const inner = sizeOf(shape.slice(axis + 1));
  const count = shape[axis]!;
  const outer = sizeOf(shape.slice(0, axis));
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < inner; i++) {
        const position = (o * count + c) * inner + i;
        const index = resolveIndex(rule, Number(indices[position]!), axis, length); // may be a bigint
        visit((o * length + index) * inner + i, position);
      }
    }
  }
}

const takeAlongAxisPrimitive: Primitive<AlongAxisAttributes> = definePrimitive<AlongAxisAttributes>({
  name: 'takeAlongAxis',
  linear: [0],
  shape([x, indices], { axis }) {
    checkKind('takeAlongAxis', x!, ['float', 'int', 'uint', 'bool']);
    checkIndices('takeAlongAxis', x!, indices!, axis);
    return { shape: indices!.shape, dtype: x!.dtype };
  },
  vjp: ({ cotangent, operands: [x, indices], attributes }) => [
    apply(addAlongAxisPrimitive, [cotangent, indices!], {
      axis: attributes.axis,
      length: x!.shape[attributes.axis]!,
      uniqueIndices: indices!.shape[attributes.axis] === 1,
      ...indexAttributes(attributes, 'takeAlongAxis', 'addAlongAxis'),
    }),
    null,
  ],
  batch({ operands, batched, size, attributes }) {
    const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return apply(takeAlongAxisPrimitive, full, { ...attributes, axis: attributes.axis + 1 });
  },
  reference({ operands, attributes }) {
    const { axis } = attributes;
    const rule = indexRule('takeAlongAxis', attributes);
    const [x, indices] = operands;
    return ([source, at], [y]) => {
      eachIndex(rule, at!, indices!.shape, axis, x!.shape[axis]!, (full, indexed) => {
        y![indexed] = source![full]!;
      });
    };
  },
});

const addAlongAxisPrimitive: Primitive<AddAlongAxisAttributes> = definePrimitive<AddAlongAxisAttributes>({
  name: 'addAlongAxis',
  linear: [0],
  shape([x, indices], { axis, length }) {
    checkKind('addAlongAxis', x!, ['float', 'int', 'uint']);
    checkIndices('addAlongAxis', x!, indices!, axis);
    return { shape: x!.shape.map((n, i) => (i === axis ? length : n)), dtype: x!.dtype };
  },
  vjp: ({ cotangent, operands: [, indices], attributes }) => [
    apply(takeAlongAxisPrimitive, [cotangent, indices!], {
      axis: attributes.axis,
      ...indexAttributes(attributes, 'addAlongAxis', 'takeAlongAxis'),
    }),
    null,
  ],
  batch({ operands, batched, size, attributes }) {
    const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return apply(addAlongAxisPrimitive, full, { ...attributes, axis: attributes.axis + 1 });
  },
  reference({ operands, attributes }) {
    const { axis, length } = attributes;
    const rule = indexRule('addAlongAxis', attributes);
    return ([x, at], [y]) => {
      const source = x as NumericArray;
      const target = y as NumericArray;
      eachIndex(rule, at!, operands[1]!.shape, axis, length, (full, indexed) => {
        target[full]! += source[indexed]!;
      });
    };
  },
});

/**
 * Picks elements along an axis: y[i, j] = x[i, indices[i, j]] for axis 1. Negative indices count from the end; an index
 * out of range is an ExecutionError at the read.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * takeAlongAxis(x, x.argmax(1, { keepDims: true }), 1); // → [[3], [6]]
 * ```
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  return apply(takeAlongAxisPrimitive, [x, indices], { axis: normalizeAxis('takeAlongAxis', axis, x.shape) });
}

/**
 * x with the elements that `takeAlongAxis` with the same indices picks set to values: for axis 1, y[i, indices[i, j]] =
 * values[i, j]. Of several values for one place the last stays, and it alone has a gradient. Values broadcast to the shape
 * of the indices. Throws a DTypeError or ShapeError where they do not fit; an index out of range is an ExecutionError at
 * the read.
 *
 * @example
 * ```ts
 * putAlongAxis(tensor([[1, 2], [3, 4]]), tensor([[1], [0]], { dtype: 'int32' }), 9, 1); // → [[1, 9], [9, 4]]
 * ```
 */
export function putAlongAxis(
  x: Tensor,
  indices: Tensor,
  values: TensorLike,
  axis: number,
  options: ScatterOptions = {},
): Tensor {
  const along = normalizeAxis('putAlongAxis', axis, x.shape);
  checkIndices('putAlongAxis', x, indices, along);
  const updates = fittedUpdates('putAlongAxis', x, values, indices.shape);
  const places = x.shape.map((n, i) =>
    i === along ? indices : iota(n, indices.dtype).reshape(x.shape.map((_, k) => (k === i ? n : 1))),
  );
  return setAt('putAlongAxis', x, updates, broadcastIndices('putAlongAxis', places), 0, options.uniqueIndices);
}

/**
 * 1 where the position along a new last axis equals the index, else 0: indices [...] → [..., depth].
 *
 * @example
 * ```ts
 * nn.oneHot(tensor([1, 0], { dtype: 'int32' }), 3); // → [[0, 1, 0], [1, 0, 0]]
 * ```
 */
export function oneHot(indices: Tensor, depth: number, dtype: DType = 'float32'): Tensor {
  checkTensor('oneHot', indices);
  if (!isInteger(indices.dtype)) {
    throw new DTypeError(
      `oneHot: indices are ${indices.dtype} ${formatShape(indices.shape)}; they must be integers: use .cast('int32')`,
    );
  }
  checkShape('oneHot', [depth]);
  checkDType('oneHot', dtype);
  const classes = iota(depth, indices.dtype);
  return indices.expandDims(-1).equal(classes).cast(dtype);
}

/** Names of the indexing primitives. */
export type IndexingName = 'takeAlongAxis' | 'addAlongAxis';

/** The indexing primitives. */
export const indexingPrimitives: Readonly<{
  takeAlongAxis: Primitive<AlongAxisAttributes>;
  addAlongAxis: Primitive<AddAlongAxisAttributes>;
}> = { takeAlongAxis: takeAlongAxisPrimitive, addAlongAxis: addAlongAxisPrimitive };
