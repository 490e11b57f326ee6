import { allocate, isWideInteger, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import type { Kernel, TensorType } from '../graph/primitive.js';
import { sizeOf, stridesOf, type Shape } from '../shapes.js';
import { copyStrided } from './broadcast.js';
import { intoCommon, toCommon } from './common-arrays.js';

/** How a reduction walks its operand: outer × inner rows of `length` elements that lie `stride` apart. */
export interface ReductionPlan {
  readonly outer: number;
  readonly length: number;
  readonly stride: number;
  /** The operand, copied so that the reduced axes are adjacent if they are not. */
  arrange(x: HostArray): NumericArray;
}

/** Plans a reduction over sorted axes; adjacent axes are reduced in place, others after one transposing copy. */
export function reductionPlan(shape: Shape, axes: readonly number[], dtype: DType): ReductionPlan {
  const length = sizeOf(axes.map((axis) => shape[axis]!));
  const adjacent = axes.every((axis, i) => i === 0 || axis === axes[i - 1]! + 1);
  if (adjacent) {
    const last = axes[axes.length - 1] ?? shape.length - 1;
    const inner = sizeOf(shape.slice(last + 1));
    const outer = sizeOf(shape.slice(0, axes[0] ?? 0));
    return { outer, length, stride: inner, arrange: (x) => x as NumericArray };
  }
  const order = [...shape.keys()].sort((a, b) => Number(axes.includes(a)) - Number(axes.includes(b)) || a - b);
  const strides = stridesOf(shape);
  const arranged = order.map((axis) => shape[axis]!);
  const arrangedStrides = order.map((axis) => strides[axis]!);
  return {
    outer: sizeOf(arranged) / Math.max(length, 1),
    length,
    stride: 1,
    arrange(x) {
      const copy = allocate(dtype, sizeOf(shape));
      copyStrided(x, copy, arranged, arrangedStrides, 0);
      return copy as NumericArray;
    },
  };
}

/** Folds one row of at least one element, `stride` apart, into one number. */
export type Fold = (x: NumericArray, start: number, length: number, stride: number) => number;

/** A kernel that folds the rows of its operand; 64-bit integers are folded two by two. */
export function foldKernel(
  x: TensorType,
  axes: readonly number[],
  result: TensorType,
  fold: Fold,
  wide: (a: bigint, b: bigint) => bigint,
): Kernel {
  const plan = reductionPlan(x.shape, axes, x.dtype);
  const { outer, length, stride } = plan;
  if (length === 0) return () => undefined; // the result stays 0
  if (isWideInteger(x.dtype)) {
    return ([input], [output]) => {
      foldWide(plan.arrange(input!) as HostArray as BigInt64Array, output as BigInt64Array, plan, wide);
    };
  }
  return ([input], [output]) => {
    const source = toCommon(plan.arrange(input!), x.dtype);
    intoCommon(output!, result, (target) => {
      for (let o = 0, row = 0; o < outer; o++) {
        const start = o * length * stride;
        for (let i = 0; i < stride; i++) target[row++] = fold(source, start + i, length, stride);
      }
    });
  };
}

function foldWide(
  x: BigInt64Array,
  y: BigInt64Array,
  { outer, length, stride }: ReductionPlan,
  wide: (a: bigint, b: bigint) => bigint,
): void {
  for (let row = 0; row < outer * stride; row++) {
    const start = Math.floor(row / stride) * length * stride + (row % stride);
    let total = x[start]!;
    for (let i = 1; i < length; i++) total = wide(total, x[start + i * stride]!);
    y[row] = total;
  }
}

/** The sum of a row; long rows have four running sums, so that none waits for the other. */
export function sumRow(x: NumericArray, start: number, length: number, stride: number): number {
  let total = x[start]!; // not 0, which would lose the sign of −0
  let i = 1;
  let p = start + stride;
  if (length >= 8) {
    let b = x[p]!;
    let c = x[p + stride]!;
    let d = x[p + 2 * stride]!;
    p += 3 * stride;
    for (i = 4; i + 4 <= length; i += 4, p += 4 * stride) {
      total += x[p]!;
      b += x[p + stride]!;
      c += x[p + 2 * stride]!;
      d += x[p + 3 * stride]!;
    }
    total = total + b + (c + d);
  }
  for (; i < length; i++, p += stride) total += x[p]!;
  return total;
}

/** The largest element of a row; NaN if there is one. */
export function largestOfRow(x: NumericArray, start: number, length: number, stride: number): number {
  let best = x[start]!;
  if (best !== best) return best;
  const end = start + length * stride;
  for (let p = start + stride; p < end; p += stride) {
    const value = x[p]!;
    if (value <= best) continue;
    if (value !== value) return value;
    best = value;
  }
  return best;
}

/** The smallest element of a row; NaN if there is one. */
export function smallestOfRow(x: NumericArray, start: number, length: number, stride: number): number {
  let best = x[start]!;
  if (best !== best) return best;
  const end = start + length * stride;
  for (let p = start + stride; p < end; p += stride) {
    const value = x[p]!;
    if (value >= best) continue;
    if (value !== value) return value;
    best = value;
  }
  return best;
}

/** The product of a row of floats. */
export function productOfRow(x: NumericArray, start: number, length: number, stride: number): number {
  let product = x[start]!;
  for (let i = 1, p = start + stride; i < length; i++, p += stride) product *= x[p]!;
  return product;
}

/** The product of a row of integers, modulo 2^32. */
export function integerProductOfRow(x: NumericArray, start: number, length: number, stride: number): number {
  let product = x[start]!;
  for (let i = 1, p = start + stride; i < length; i++, p += stride) product = Math.imul(product, x[p]!);
  return product;
}

/** Finds an element of a row: its index within the row. */
export type Find = (x: NumericArray, start: number, length: number, stride: number) => number;

/** Index within a row of the first largest element, or of the first NaN. */
export const indexOfLargest: Find = (x, start, length, stride) => {
  let index = 0;
  let best = x[start]!;
  for (let i = 1, p = start + stride; i < length && best === best; i++, p += stride) {
    const value = x[p]!;
    if (value > best || value !== value) {
      best = value;
      index = i;
    }
  }
  return index;
};

/** Index within a row of the first smallest element, or of the first NaN. */
export const indexOfSmallest: Find = (x, start, length, stride) => {
  let index = 0;
  let best = x[start]!;
  for (let i = 1, p = start + stride; i < length && best === best; i++, p += stride) {
    const value = x[p]!;
    if (value < best || value !== value) {
      best = value;
      index = i;
    }
  }
  return index;
};

/** The largest among 64-bit integers. */
export const indexOfLargestWide: Find = (x, start, length, stride) => {
  const elements = x as HostArray as BigInt64Array;
  let index = 0;
  for (let i = 1; i < length; i++) if (elements[start + i * stride]! > elements[start + index * stride]!) index = i;
  return index;
};

/** The smallest among 64-bit integers. */
export const indexOfSmallestWide: Find = (x, start, length, stride) => {
  const elements = x as HostArray as BigInt64Array;
  let index = 0;
  for (let i = 1; i < length; i++) if (elements[start + i * stride]! < elements[start + index * stride]!) index = i;
  return index;
};
