import type { NumericArray } from '../../dtypes.js';
import { broadcastStrides } from '../broadcast.js';
import { sizeOf, type Shape } from '../../shapes.js';

/** Which matrix of an operand with leading axes `leading` belongs to each matrix of a result with leading axes `result`. */
export function matrixIndices(leading: Shape, result: Shape): Uint32Array {
  const strides = broadcastStrides(leading, result);
  return Uint32Array.from({ length: sizeOf(result) }, (_, i) => {
    let index = 0;
    for (let axis = result.length - 1, rest = i; axis >= 0; axis--) {
      const position = rest % result[axis]!;
      rest = (rest - position) / result[axis]!;
      index += position * strides[axis]!;
    }
    return index;
  });
}

/** Copies matrix `index` of a stack into double precision, in which all factorizations are computed. */
export function loadMatrix(from: NumericArray, index: number, to: Float64Array): void {
  const start = index * to.length;
  for (let i = 0; i < to.length; i++) to[i] = from[start + i]!;
}

/** Writes a matrix to its place in a stack. */
export function storeMatrix(from: Float64Array, to: NumericArray, index: number): void {
  to.set(from, index * from.length);
}

/** Writes the transpose of `from`: [rows, columns] to `to`: [columns, rows]. */
export function transposeInto(from: Float64Array, to: Float64Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j]!;
  }
}
