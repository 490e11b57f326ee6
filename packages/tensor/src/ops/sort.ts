import { isWideInteger } from '../dtypes.js';
import { ArgumentError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, notDifferentiable, type Primitive } from '../graph/primitive.js';
import { toCommon } from '../kernels/common-arrays.js';
import { RowSorter, sortWide } from '../kernels/sort.js';
import { reductionPlan } from '../kernels/reduce.js';
import { formatShape, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkKind } from './elementwise/define.js';
import { takeAlongAxis } from './indexing.js';

/** Attributes of `argsort`: how many of the sorted elements are wanted, from the first on. */
export interface ArgsortAttributes {
  readonly axis: number;
  readonly descending: boolean;
  readonly count: number;
}

const argsortPrimitive: Primitive<ArgsortAttributes> = definePrimitive<ArgsortAttributes>({
  name: 'argsort',
  shape([x], { axis, count }) {
    checkKind('argsort', x!, ['float', 'int', 'uint', 'bool']);
    return { shape: x!.shape.map((size, i) => (i === axis ? count : size)), dtype: 'int32' };
  },
  vjp: notDifferentiable('integer or bool result'),
  batch: ({ operands, attributes }) => apply(argsortPrimitive, operands, { ...attributes, axis: attributes.axis + 1 }),
  reference({ operands: [x], attributes: { axis, descending, count } }) {
    const { shape, dtype } = x!;
    const { outer, length, stride } = reductionPlan(shape, [axis], dtype);
    return ([input], [y]) => {
      const sorter = new RowSorter(isWideInteger(dtype) ? 0 : length);
      const keys = toCommon(input!, dtype);
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < stride; i++) {
          const start = o * length * stride + i;
          const order = isWideInteger(dtype)
            ? sortWide(input as BigInt64Array, start, length, stride, descending)
            : sorter.sort(keys, start, length, stride, descending);
          for (let k = 0, p = o * count * stride + i; k < count; k++, p += stride) y![p] = order[k]!;
        }
      }
    };
  },
});

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Largest first. Default false. */
  readonly descending?: boolean;
}

/** The first `count` indices of an order. */
function order(operation: string, x: Tensor, axis: number, descending: boolean, count?: number): [Tensor, number] {
  checkKind(operation, x, ['float', 'int', 'uint', 'bool']);
  const position = normalizeAxis(operation, axis, x.shape);
  const length = x.shape[position]!;
  if (count !== undefined && (!Number.isInteger(count) || count < 0 || count > length)) {
    throw new ArgumentError(
      `${operation}: k ${count} is not possible along axis ${position} of ${formatShape(x.shape)}; use 0 to ${length}`,
    );
  }
  return [apply(argsortPrimitive, [x], { axis: position, descending, count: count ?? length }), position];
}

/**
 * The elements in order along an axis (default the last). NaN counts as the largest, as in NumPy: last, or first when
 * descending. Floats, integers and bool; the gradient goes where the elements came from.
 *
 * @example
 * ```ts
 * sort(tensor([3, 1, 2])); // → [1, 2, 3]
 * ```
 */
export function sort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): Tensor {
  const [indices, position] = order('sort', x, axis, descending);
  return takeAlongAxis(x, indices, position);
}

/**
 * The int32 indices that `sort` takes elements from; equal elements keep their order (the sort is stable, also when descending).
 *
 * @example
 * ```ts
 * argsort(tensor([3, 1, 2]), -1, { descending: true }); // → [0, 2, 1]
 * ```
 */
export function argsort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): Tensor {
  return order('argsort', x, axis, descending)[0];
}

/** Options of `topK`. */
export interface TopKOptions {
  /** False: the k smallest, smallest first. Default true. */
  readonly largest?: boolean;
}

/** What `topK` gives. */
export interface TopK {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/**
 * The k largest elements along an axis (default the last), largest first, and their int32 indices; of equal elements the first
 * ones. NaN counts as the largest. Throws an ArgumentError for a k beyond the axis.
 *
 * @example
 * ```ts
 * topK(tensor([1, 9, 5]), 2); // → { values: [9, 5], indices: [1, 2] }
 * ```
 */
export function topK(x: Tensor, k: number, axis = -1, { largest = true }: TopKOptions = {}): TopK {
  const [indices, position] = order('topK', x, axis, largest, k);
  return { values: takeAlongAxis(x, indices, position), indices };
}

/** The primitive of orders. */
export const sortPrimitives: Readonly<Record<'argsort', Primitive<ArgsortAttributes>>> = { argsort: argsortPrimitive };
