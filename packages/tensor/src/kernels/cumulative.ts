import type { NumericArray } from '../dtypes.js';

/** How rows along an axis lie: `outer` blocks of `length` rows of `inner` elements. */
export interface AxisRows {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** y = running sums of x along the axis, from the start or from the end. */
export function runningSums(
  x: NumericArray,
  y: NumericArray,
  { outer, length, inner }: AxisRows,
  reverse: boolean,
): void {
  const size = length * inner;
  for (let o = 0; o < outer; o++) {
    const start = o * size;
    const end = start + size;
    if (reverse) {
      for (let p = end - 1; p >= end - inner && p >= start; p--) y[p] = x[p]!;
      for (let p = end - inner - 1; p >= start; p--) y[p] = y[p + inner]! + x[p]!;
    } else {
      for (let p = start; p < start + inner && p < end; p++) y[p] = x[p]!;
      for (let p = start + inner; p < end; p++) y[p] = y[p - inner]! + x[p]!;
    }
  }
}

/** The same for 64-bit integers. */
export function runningSumsWide(
  x: BigInt64Array,
  y: BigInt64Array,
  { outer, length, inner }: AxisRows,
  reverse: boolean,
): void {
  const size = length * inner;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < size; i++) {
      const p = o * size + (reverse ? size - 1 - i : i);
      const before = i < inner ? 0n : y[reverse ? p + inner : p - inner]!;
      y[p] = before + x[p]!;
    }
  }
}
