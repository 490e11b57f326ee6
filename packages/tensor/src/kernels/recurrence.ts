import { isInteger, isWideInteger, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import type { AxisRows } from './cumulative.js';

/** y[t] = a[t] · y[t − 1] + b[t] along an axis, y[0] = b[0]; without b the running products of a. */
export type Recurrence = (
  a: NumericArray,
  b: NumericArray | null,
  y: NumericArray,
  rows: AxisRows,
  reverse: boolean,
) => void;

/** Calls `visit` with the range of each block in the order of the steps, and with the way to an element's predecessor. */
function eachBlock(
  { outer, length, inner }: AxisRows,
  reverse: boolean,
  visit: (first: number, end: number, step: number, back: number) => void,
): void {
  const size = length * inner;
  for (let start = 0; start < outer * size; start += size) {
    if (reverse) visit(start + size - 1, start - 1, -1, inner);
    else visit(start, start + size, 1, -inner);
  }
}

/** Copies the first row of a block, and returns where the second begins. */
function copyFirst(from: HostArray, y: HostArray, first: number, step: number, inner: number): number {
  for (let i = 0, p = first; i < inner; i++, p += step) y[p] = from[p]!;
  return first + inner * step;
}

const floats: Recurrence = (a, b, y, rows, reverse) => {
  eachBlock(rows, reverse, (first, end, step, back) => {
    let p = copyFirst(b ?? a, y, first, step, rows.inner);
    if (b === null) for (; p !== end; p += step) y[p] = a[p]! * y[p + back]!;
    else for (; p !== end; p += step) y[p] = a[p]! * y[p + back]! + b[p]!;
  });
};

/** Integers of up to 32 bits, which wrap around. */
const integers: Recurrence = (a, b, y, rows, reverse) => {
  eachBlock(rows, reverse, (first, end, step, back) => {
    let p = copyFirst(b ?? a, y, first, step, rows.inner);
    if (b === null) for (; p !== end; p += step) y[p] = Math.imul(a[p]!, y[p + back]!);
    else for (; p !== end; p += step) y[p] = Math.imul(a[p]!, y[p + back]!) + b[p]!;
  });
};

function wideIntegers(
  a: BigInt64Array,
  b: BigInt64Array | null,
  y: BigInt64Array,
  rows: AxisRows,
  reverse: boolean,
): void {
  eachBlock(rows, reverse, (first, end, step, back) => {
    let p = copyFirst(b ?? a, y, first, step, rows.inner);
    for (; p !== end; p += step) y[p] = a[p]! * y[p + back]! + (b === null ? 0n : b[p]!);
  });
}

/** The loop for a dtype. */
export function recurrenceOf(dtype: DType): Recurrence {
  if (isWideInteger(dtype)) return wideIntegers as unknown as Recurrence;
  return isInteger(dtype) ? integers : floats;
}
