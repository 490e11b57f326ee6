import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { checkShape, formatShape, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { moveAxis } from './axes.js';
import { iota } from './create.js';
import { where } from './elementwise/select.js';
import { pad } from './pad.js';
import { slice, type Range } from './slice.js';

function checkOffset(operation: string, offset: number): void {
  if (Number.isInteger(offset)) return;
  throw new ArgumentError(`${operation}: offset ${offset} is not accepted; use a whole number`);
}

function checkMatrix(operation: string, x: Tensor): void {
  checkTensor(operation, x);
  if (x.rank >= 2) return;
  throw new ShapeError(
    `${operation}: ${formatShape(x.shape)} has no rows and columns; it takes matrices […, rows, columns]`,
  );
}

/** Where columns lie on the diagonal at `offset` or left of it, as bool [rows, columns]. */
export function onOrBelow(rows: number, columns: number, offset: number): Tensor {
  // Beyond the matrix nothing changes, and the sum must stay an int32.
  const within = Math.min(Math.max(offset, -rows), columns);
  return iota(rows).add(within).expandDims(1).greaterEqual(iota(columns));
}

function zeroLike({ dtype }: Tensor): number | boolean {
  return dtype === 'bool' ? false : 0;
}

/**
 * The lower triangle of matrices […, rows, columns], zeros above the diagonal (`offset` 0), or above one further right.
 *
 * @example
 * ```ts
 * tril(tensor([[1, 2], [3, 4]])); // → [[1, 0], [3, 4]]
 * ```
 */
export function tril(x: Tensor, offset = 0): Tensor {
  checkMatrix('tril', x);
  checkOffset('tril', offset);
  return where(onOrBelow(x.shape[x.rank - 2]!, x.shape[x.rank - 1]!, offset), x, zeroLike(x));
}

/**
 * The upper triangle of matrices […, rows, columns], zeros below the diagonal (`offset` 0), or below one further right.
 *
 * @example
 * ```ts
 * triu(tensor([[1, 2], [3, 4]]), 1); // → [[0, 2], [0, 0]]
 * ```
 */
export function triu(x: Tensor, offset = 0): Tensor {
  checkMatrix('triu', x);
  checkOffset('triu', offset);
  return where(onOrBelow(x.shape[x.rank - 2]!, x.shape[x.rank - 1]!, offset - 1), zeroLike(x), x);
}

/** Options of `diagonal` and `trace`. */
export interface DiagonalOptions {
  /** 0: the main diagonal; above 0: further right. Default 0. */
  readonly offset?: number;
  /** Axis of the rows. Default 0. */
  readonly axis1?: number;
  /** Axis of the columns. Default 1. */
  readonly axis2?: number;
}

/** The ranges of the square whose main diagonal is the one at `offset`. */
function squareAt(rows: number, columns: number, offset: number): { length: number; ranges: readonly [Range, Range] } {
  const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
  const length = Math.max(0, Math.min(rows - row, columns - column));
  return {
    length,
    ranges: [
      [row, row + length],
      [column, column + length],
    ],
  };
}

function diagonalOf(operation: string, x: Tensor, { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions): Tensor {
  checkMatrix(operation, x);
  checkOffset(operation, offset);
  const axes = [normalizeAxis(operation, axis1, x.shape), normalizeAxis(operation, axis2, x.shape)];
  if (axes[0] === axes[1]) {
    throw new ShapeError(`${operation}: axis1 and axis2 are both ${axes[0]} of ${formatShape(x.shape)}; name two axes`);
  }
  const matrices = moveAxis(x, axes, [-2, -1]);
  const outer = matrices.shape.slice(0, -2);
  const whole = outer.map(() => null);
  const [rows, columns] = matrices.shape.slice(-2);
  const { length, ranges } = squareAt(rows!, columns!, offset);
  if (length === 0) return slice(matrices, ...whole, [0, 0], [0, 1]).reshape([...outer, 0]);
  // In rows that are one element longer, the diagonal is the first column.
  const flat = slice(matrices, ...whole, ...ranges).reshape([...outer, length * length]);
  const longer = pad(flat, [...outer.map((): [number, number] => [0, 0]), [0, length]]);
  return slice(longer.reshape([...outer, length, length + 1]), ...whole, null, [0, 1]).reshape([...outer, length]);
}

/**
 * The diagonals of the matrices that two axes span, along a new last axis.
 *
 * @example
 * ```ts
 * diagonal(tensor([[1, 2], [3, 4]])); // → [1, 4]
 * ```
 */
export function diagonal(x: Tensor, options: DiagonalOptions = {}): Tensor {
  return diagonalOf('diagonal', x, options);
}

/**
 * The sum along diagonals.
 *
 * @example
 * ```ts
 * trace(tensor([[1, 2], [3, 4]])); // → 5
 * ```
 */
export function trace(x: Tensor, options: DiagonalOptions = {}): Tensor {
  return diagonalOf('trace', x, options).sum(-1);
}

/**
 * Of a vector: the square matrix with it on a diagonal. Of a matrix: its diagonal.
 *
 * @example
 * ```ts
 * diag(tensor([1, 2])); // → [[1, 0], [0, 2]]
 * ```
 */
export function diag(x: Tensor, offset = 0): Tensor {
  checkTensor('diag', x);
  checkOffset('diag', offset);
  if (x.rank === 2) return diagonalOf('diag', x, { offset });
  if (x.rank !== 1) {
    throw new ShapeError(`diag: ${formatShape(x.shape)} is no vector or matrix; use diagonal for stacks of matrices`);
  }
  const [length] = x.shape;
  const size = length! + Math.abs(offset);
  checkShape('diag', [size, size]);
  // In rows that are one element longer, the diagonal is the first column.
  const longer = pad(x.expandDims(1), [
    [0, 0],
    [0, size],
  ]).flatten();
  const square = longer.slice([0, length! * size]).reshape([length!, size]);
  const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
  if (offset === 0) return square;
  return pad(square.slice(null, [0, length!]), [
    [row, column],
    [column, row],
  ]);
}
