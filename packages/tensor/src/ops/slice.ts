import { wordsPerElement } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensors, apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { copyRows, copyStrided, placeStrided } from '../kernels/broadcast.js';
import { formatShape, normalizeAxis, sizeOf, stridesOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { commonDType } from './elementwise/define.js';

/** [start, stop, step?] along one axis; null means open, negative positions count from the end, a negative step walks back. */
export type Range = readonly [start: number | null, stop: number | null, step?: number | null];

/** Attributes of `slice`: the first index, the number of elements and the step per axis. */
export interface SliceAttributes {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

function walk(shape: Shape, { starts, steps }: SliceAttributes): { strides: number[]; offset: number } {
  const strides = stridesOf(shape);
  let offset = 0;
  starts.forEach((start, axis) => (offset += start * strides[axis]!));
  return { strides: strides.map((stride, axis) => stride * steps[axis]!), offset };
}

function batchAttributes({ starts, sizes, steps }: SliceAttributes, size: number): SliceAttributes {
  return { starts: [0, ...starts], sizes: [size, ...sizes], steps: [1, ...steps] };
}

const slicePrimitive: Primitive<SliceAttributes> = definePrimitive<SliceAttributes>({
  name: 'slice',
  linear: true,
  shape: ([x], { sizes }) => ({ shape: sizes, dtype: x!.dtype }),
  vjp: ({ cotangent, operands: [x], attributes }) => [
    apply(unslicePrimitive, [cotangent], { ...attributes, shape: x!.shape }),
  ],
  batch: ({ operands, attributes, size }) => apply(slicePrimitive, operands, batchAttributes(attributes, size)),
  reference({ operands, results, attributes }) {
    const { strides, offset } = walk(operands[0]!.shape, attributes);
    const { shape, dtype } = results[0]!;
    return ([x], [y]) => {
      copyStrided(x!, y!, shape, strides, offset, wordsPerElement(dtype));
    };
  },
});

/** Attributes of `unslice`: those of the slice that it undoes, and the shape of the result. */
export interface UnsliceAttributes extends SliceAttributes {
  readonly shape: Shape;
}

/** Places x where a slice of the result would read it, and zeros elsewhere: the transpose of `slice`. */
const unslicePrimitive: Primitive<UnsliceAttributes> = definePrimitive<UnsliceAttributes>({
  name: 'unslice',
  linear: true,
  shape: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  vjp: ({ cotangent, attributes: { starts, sizes, steps } }) => [
    apply(slicePrimitive, [cotangent], { starts, sizes, steps }),
  ],
  batch: ({ operands, attributes, size }) =>
    apply(unslicePrimitive, operands, {
      ...batchAttributes(attributes, size),
      shape: [size, ...attributes.shape],
    }),
  reference({ operands, attributes }) {
    const { strides, offset } = walk(attributes.shape, attributes);
    const { shape, dtype } = operands[0]!;
    return ([x], [y]) => {
      placeStrided(x!, y!, shape, strides, offset, wordsPerElement(dtype));
    };
  },
});

/** First index and number of elements of a range; clamps like NumPy. */
export function resolveRange(
  operation: string,
  [start, stop, step]: Range,
  length: number,
): [start: number, size: number, step: number] {
  const stride = step ?? 1;
  if (!Number.isInteger(stride) || stride === 0) {
    throw new ArgumentError(`${operation}: step ${String(step)} is not accepted; use a whole number other than 0`);
  }
  for (const bound of [start, stop]) {
    if (bound !== null && !Number.isInteger(bound)) {
      throw new ArgumentError(`${operation}: bound ${bound} is not accepted; use whole numbers or null`);
    }
  }
  const wrap = (index: number): number => (index < 0 ? index + length : index);
  const clamp = (index: number, low: number, high: number): number => Math.min(Math.max(index, low), high);
  if (stride > 0) {
    const first = clamp(start === null ? 0 : wrap(start), 0, length);
    const last = clamp(stop === null ? length : wrap(stop), 0, length);
    return [first, Math.max(0, Math.ceil((last - first) / stride)), stride];
  }
  const first = clamp(start === null ? length - 1 : wrap(start), -1, length - 1);
  const last = stop === null ? -1 : clamp(wrap(stop), -1, length - 1);
  return [Math.max(first, 0), Math.max(0, Math.ceil((last - first) / stride)), stride];
}

/**
 * One range [start, stop, step?] per axis, from the first axis on; null or a missing range keeps the axis whole.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * x.slice(null, [null, null, -1]); // → [[3, 2, 1], [6, 5, 4]]
 * ```
 */
export function slice(x: Tensor, ...ranges: readonly (Range | null)[]): Tensor {
  if (ranges.length > x.rank) {
    throw new ShapeError(`slice: ${ranges.length} ranges for ${formatShape(x.shape)}; give one per axis at most`);
  }
  const resolved = x.shape.map((length, axis) => resolveRange('slice', ranges[axis] ?? [null, null], length));
  return sliceBox(x, {
    starts: resolved.map(([start]) => start),
    sizes: resolved.map(([, size]) => size),
    steps: resolved.map(([, , step]) => step),
  });
}

/** The elements of resolved ranges. */
export function sliceBox(x: Tensor, box: SliceAttributes): Tensor {
  return isWhole(x.shape, box) ? x : apply(slicePrimitive, [x], box);
}

/** x where `sliceBox` reads it, and zeros elsewhere. */
export function unsliceBox(x: Tensor, box: SliceAttributes, shape: Shape): Tensor {
  return isWhole(shape, box) ? x : apply(unslicePrimitive, [x], { ...box, shape });
}

function isWhole(shape: Shape, { starts, sizes, steps }: SliceAttributes): boolean {
  return shape.every((length, axis) => starts[axis] === 0 && sizes[axis] === length && steps[axis] === 1);
}

/** Attributes of `concat`. */
export interface ConcatAttributes {
  readonly axis: number;
}

const concatPrimitive: Primitive<ConcatAttributes> = definePrimitive<ConcatAttributes>({
  name: 'concat',
  linear: true,
  shape(operands, { axis }) {
    const dtype = commonDType('concat', operands);
    const [first] = operands;
    for (const { shape } of operands) {
      if (shape.length !== first!.shape.length || shape.some((n, i) => i !== axis && n !== first!.shape[i])) {
        throw new ShapeError(
          `concat: shapes ${operands.map((type) => formatShape(type.shape)).join(', ')} differ elsewhere than at axis ${axis}`,
        );
      }
    }
    const length = operands.reduce((total, { shape }) => total + shape[axis]!, 0);
    return { shape: first!.shape.map((n, i) => (i === axis ? length : n)), dtype };
  },
  vjp({ cotangent, operands, attributes: { axis } }) {
    let start = 0;
    return operands.map(({ shape }) => {
      const from = start;
      start += shape[axis]!;
      return slice(cotangent, ...shape.map((_, i): Range | null => (i === axis ? [from, start] : null)));
    });
  },
  batch({ operands, batched, size, attributes: { axis } }) {
    const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return apply(concatPrimitive, full, { axis: axis + 1 });
  },
  reference({ operands, results, attributes: { axis } }) {
    const { shape, dtype } = results[0]!;
    const rows = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1)) * wordsPerElement(dtype);
    const width = shape[axis]! * inner;
    return (inputs, [y]) => {
      let start = 0;
      inputs.forEach((x, i) => {
        const own = operands[i]!.shape[axis]! * inner;
        copyRows(x, y!, rows, own, start, width);
        start += own;
      });
    };
  },
});

/**
 * Joins tensors along an axis (default 0); the other sizes must be equal.
 *
 * @example
 * ```ts
 * concat([zeros([2, 3]), zeros([2, 1])], 1).shape; // → [2, 4]
 * ```
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensors('concat', tensors);
  const [first] = tensors;
  if (first === undefined) throw new ArgumentError('concat: no tensors given; pass one or more');
  const position = normalizeAxis('concat', axis, first.shape);
  return tensors.length === 1 ? first : apply(concatPrimitive, tensors, { axis: position });
}

/** Names of the primitives that take tensors apart and put them together. */
export type SliceName = 'slice' | 'unslice' | 'concat';

/** The primitives that take tensors apart and put them together. */
export const slicePrimitives: Readonly<{
  slice: Primitive<SliceAttributes>;
  unslice: Primitive<UnsliceAttributes>;
  concat: Primitive<ConcatAttributes>;
}> = { slice: slicePrimitive, unslice: unslicePrimitive, concat: concatPrimitive };
