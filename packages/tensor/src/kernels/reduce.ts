import { allocate, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import { sizeOf, stridesOf, type Shape } from '../shapes.js';
import { copyStrided } from './broadcast.js';

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

/** Calls `visit` for each row of the result with the position of the row's first element. */
export function eachRow(plan: ReductionPlan, visit: (row: number, start: number) => void): void {
  let row = 0;
  for (let o = 0; o < plan.outer; o++) {
    for (let i = 0; i < plan.stride; i++) visit(row++, o * plan.length * plan.stride + i);
  }
}
