import type { HostArray, NumericArray } from '../dtypes.js';
import { ExecutionError } from '../errors.js';

/** Which indices an operation takes, and its name in errors. */
export interface IndexRule {
  /** What the user called. */
  readonly operation: string;
  /** Takes numbers from 0 on; others count negative ones from the end. */
  readonly refuseNegative: boolean;
}

/** The error for an index that an axis does not have. */
function outOfRange(
  { operation, refuseNegative }: IndexRule,
  index: number,
  axis: number,
  size: number,
): ExecutionError {
  const fix = size === 0 ? 'the axis is empty' : `use whole numbers from ${refuseNegative ? 0 : -size} to ${size - 1}`;
  return new ExecutionError(`${operation}: index ${index} is out of range for axis ${axis} of size ${size}; ${fix}`);
}

/** An index from 0 on; throws an ExecutionError for one that is out of range. */
export function resolveIndex(rule: IndexRule, given: number, axis: number, size: number): number {
  const index = given < 0 && !rule.refuseNegative ? given + size : given;
  if (!(index >= 0 && index < size)) throw outOfRange(rule, given, axis, size);
  return index;
}

/** Where each tuple of indices lies on the axes of `sizes` merged into one; `axis` is that of the first index. */
export function mergedPositions(
  rule: IndexRule,
  indices: readonly HostArray[],
  sizes: readonly number[],
  axis: number,
): Int32Array {
  const positions = new Int32Array(indices[0]!.length);
  indices.forEach((index, k) => {
    const size = sizes[k]!;
    for (let i = 0; i < positions.length; i++) {
      // The index may be a bigint.
      positions[i] = positions[i]! * size + resolveIndex(rule, Number(index[i]!), axis + k, size);
    }
  });
  return positions;
}

/** How rows of `inner` elements lie in an array of `outer` × `length` of them, of which `positions` are named. */
export interface RowGeometry {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** From this length on, a typed array's own copy is faster than a loop. */
const longRow = 32;

/** target[o, i] = source[o, positions[i]], row by row. */
export function gatherRows(source: HostArray, target: HostArray, positions: Int32Array, geometry: RowGeometry): void {
  const { outer, length, inner } = geometry;
  const from = source as NumericArray;
  const to = target as NumericArray;
  let write = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < positions.length; i++, write += inner) {
      const read = (o * length + positions[i]!) * inner;
      if (inner < longRow) for (let k = 0; k < inner; k++) to[write + k] = from[read + k]!;
      else to.set(from.subarray(read, read + inner), write);
    }
  }
}

/** target[o, positions[i]] = source[o, i], row by row; of rows for one place the last stays. */
export function placeRows(source: HostArray, target: HostArray, positions: Int32Array, geometry: RowGeometry): void {
  const { outer, length, inner } = geometry;
  const from = source as NumericArray;
  const to = target as NumericArray;
  let read = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < positions.length; i++, read += inner) {
      const write = (o * length + positions[i]!) * inner;
      if (inner < longRow) for (let k = 0; k < inner; k++) to[write + k] = from[read + k]!;
      else to.set(from.subarray(read, read + inner), write);
    }
  }
}

/** target[o, positions[i]] += source[o, i], row by row. */
export function addRows(source: HostArray, target: HostArray, positions: Int32Array, geometry: RowGeometry): void {
  const { outer, length, inner } = geometry;
  const from = source as NumericArray;
  const to = target as NumericArray;
  let read = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < positions.length; i++) {
      const write = (o * length + positions[i]!) * inner;
      for (let k = 0; k < inner; k++) to[write + k]! += from[read++]!;
    }
  }
}
