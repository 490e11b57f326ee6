import type { HostArray, NumericArray } from '../dtypes.js';
import { ExecutionError } from '../errors.js';

/**
 * Where each tuple of indices lies on the axes of `sizes` merged into one. Negative indices count from the end; throws an
 * ExecutionError naming `operation` for an index out of range. `axis` is that of the first index.
 */
export function mergedPositions(
  operation: string,
  indices: readonly HostArray[],
  sizes: readonly number[],
  axis: number,
): Int32Array {
  const positions = new Int32Array(indices[0]!.length);
  indices.forEach((index, k) => {
    const size = sizes[k]!;
    for (let i = 0; i < positions.length; i++) {
      const given = Number(index[i]!); // may be a bigint
      const own = given < 0 ? given + size : given;
      if (!(own >= 0 && own < size)) {
        throw new ExecutionError(`${operation}: index ${given} is out of range for axis ${axis + k} of size ${size}`);
      }
      positions[i] = positions[i]! * size + own;
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
