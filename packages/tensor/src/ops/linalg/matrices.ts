import { isHalf, type DType } from '../../dtypes.js';
import { ShapeError } from '../../errors.js';
import type { TensorType } from '../../graph/primitive.js';
import { broadcastShapes, formatShape, type Shape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { iota } from '../create.js';
import { greater, greaterEqual } from '../elementwise/comparison.js';
import { checkKind } from '../elementwise/define.js';
import { slice } from '../slice.js';
import { swapLastAxes } from '../shape.js';

/** Throws unless x is a matrix of floats, or a stack of them. */
export function checkMatrix(operation: string, x: TensorType): void {
  checkKind(operation, x, ['float']);
  if (x.shape.length >= 2) return;
  throw new ShapeError(
    `${operation}: ${formatShape(x.shape)} is not a matrix; it takes [..., rows, columns]: use .reshape or .expandDims(…)`,
  );
}

/** Throws unless x is a square matrix of floats, or a stack of them. */
export function checkSquare(operation: string, x: TensorType): void {
  checkMatrix(operation, x);
  const [rows, columns] = x.shape.slice(-2);
  if (rows === columns) return;
  throw new ShapeError(
    `${operation}: ${formatShape(x.shape)} is not square (${rows} rows, ${columns} columns); it takes [..., n, n]`,
  );
}

/** Throws unless b has as many rows as a, and returns the leading axes of both together. */
export function checkRows(operation: string, a: TensorType, b: TensorType): Shape {
  checkMatrix(operation, b);
  const shapes = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
  const rows = a.shape[a.shape.length - 2];
  const other = b.shape[b.shape.length - 2];
  if (rows !== other) {
    throw new ShapeError(
      `${operation}: ${shapes} differ in their number of rows (${rows} ≠ ${other}); it must be equal`,
    );
  }
  return broadcastShapes(`${operation}: leading axes of ${shapes}`, leadingShape(a), leadingShape(b));
}

/** The axes in front of the matrices. */
export function leadingShape({ shape }: TensorType): Shape {
  return shape.slice(0, -2);
}

/** Rows and columns of the matrices. */
export function matrixShape({ shape }: TensorType): readonly [rows: number, columns: number] {
  return [shape[shape.length - 2]!, shape[shape.length - 1]!];
}

/** The identity [n, n]. */
export function identity(n: number, dtype: DType): Tensor {
  const positions = iota(n);
  return positions.expandDims(1).equal(positions).cast(dtype);
}

/** 1 on and below the diagonal, 0 above; `strict`: 0 on the diagonal too. */
function lowerMask(rows: number, columns: number, dtype: DType, strict: boolean): Tensor {
  const below = (strict ? greater : greaterEqual)(iota(rows).expandDims(1), iota(columns));
  return below.cast(dtype);
}

/** The elements on and below the diagonal, or below it alone; zeros elsewhere. */
export function lowerTriangle(x: Tensor, strict = false): Tensor {
  const [rows, columns] = matrixShape(x);
  return x.mul(lowerMask(rows, columns, x.dtype, strict));
}

/** The elements on and above the diagonal, or above it alone; zeros elsewhere. */
export function upperTriangle(x: Tensor, strict = false): Tensor {
  const [rows, columns] = matrixShape(x);
  return x.mul(lowerMask(rows, columns, x.dtype, !strict).neg().add(1));
}

/** The lower triangle with half the diagonal: what the gradient of a symmetric matrix is to one that is read in half. */
export function halfLower(x: Tensor): Tensor {
  const [n] = matrixShape(x);
  return x.mul(lowerMask(n, n, x.dtype, false).sub(identity(n, x.dtype).mul(0.5)));
}

/** The diagonal of each matrix: [..., m, n] → [..., min(m, n)]. */
export function diagonalOf(x: Tensor): Tensor {
  const [rows, columns] = matrixShape(x);
  const leading = leadingShape(x);
  const length = Math.min(rows, columns);
  const flat = x.reshape([...leading, rows * columns]);
  const whole = leading.map(() => null);
  return length === 0
    ? flat.reshape([...leading, 0])
    : slice(flat, ...whole, [0, (length - 1) * (columns + 1) + 1, columns + 1]);
}

/** Matrices with their rows `range` alone. */
export function rowsOf(x: Tensor, start: number, stop: number): Tensor {
  return slice(x, ...leadingShape(x).map(() => null), [start, stop]);
}

/** Matrices with their columns `range` alone. */
export function columnsOf(x: Tensor, start: number, stop: number): Tensor {
  return slice(x, ...leadingShape(x).map(() => null), null, [start, stop]);
}

/** aᵀ · b. */
export function transposedProduct(a: Tensor, b: Tensor): Tensor {
  return swapLastAxes(a).matmul(b);
}

/** a · bᵀ. */
export function productTransposed(a: Tensor, b: Tensor): Tensor {
  return a.matmul(swapLastAxes(b));
}

/**
 * Whether a matrix, of at least as many rows as columns, is taken apart into blocks: it has more than `least` of them. Halves
 * keep the precision of one kernel. Source of the forms in blocks: Golub & Van Loan, "Matrix Computations" (4th ed.),
 * 3.1.4, 3.2.11 and 4.2.9, recursively.
 */
export function isInBlocks(a: Tensor, matrixBlock: number | null, least: number): matrixBlock is number {
  const [m, n] = matrixShape(a);
  return matrixBlock !== null && m >= n && n > least * matrixBlock && !isHalf(a.dtype);
}

/** Where to cut n rows in two, so that all but the last block have the full size. */
export function middleBlock(n: number, block: number): number {
  return Math.ceil(n / 2 / block) * block;
}
