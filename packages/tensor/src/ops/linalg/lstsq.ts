import type { DType, NumericArray } from '../../dtypes.js';
import { ArgumentError } from '../../errors.js';
import { apply } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, matrixIndices, storeMatrix } from '../../kernels/linalg/batches.js';
import { singularValues } from '../../kernels/linalg/svd.js';
import type { Tensor } from '../../tensor.js';
import { alignBatched } from '../align.js';
import { commonDType } from '../elementwise/define.js';
import { operandPair } from '../operands.js';
import { swapLastAxes } from '../shape.js';
import { sumTo } from '../sum-to.js';
import {
  checkMatrix,
  checkRows,
  identity,
  leadingShape,
  matrixShape,
  productTransposed,
  transposedProduct,
} from './matrices.js';
import { singularValuesOf } from './svd.js';

/** Attributes of `lstsq`. */
export interface LeastSquaresAttributes {
  /** Singular values up to this part of the largest count as 0. */
  readonly rcond: number;
}

/** Pseudo-inverse of a times b. */
const lstsqPrimitive: Primitive<LeastSquaresAttributes> = definePrimitive<LeastSquaresAttributes>({
  name: 'lstsq',
  linear: [1],
  shape([a, b]) {
    const dtype = commonDType('lstsq', [a!, b!]);
    checkMatrix('lstsq', a!);
    return { shape: [...checkRows('lstsq', a!, b!), matrixShape(a!)[1], matrixShape(b!)[1]], dtype };
  },
  // Golub & Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems" (1973), (4.12).
  vjp: ({ cotangent, operands: [a, b], result: x, attributes }) => {
    const solveWith = (matrix: Tensor, right: Tensor): Tensor => apply(lstsqPrimitive, [matrix, right], attributes);
    const transposed = swapLastAxes(a!);
    const y = solveWith(transposed, cotangent); // the cotangent of b
    const residual = b!.sub(a!.matmul(x));
    const outside = cotangent.sub(transposedProduct(a!, y)); // what no row of a reaches
    const da = productTransposed(residual, solveWith(a!, y))
      .add(productTransposed(solveWith(transposed, x), outside))
      .sub(productTransposed(y, x));
    return [sumTo(da, a!.shape), sumTo(y, b!.shape)];
  },
  batch: ({ operands, batched, attributes }) => apply(lstsqPrimitive, alignBatched(operands, batched), attributes),
  reference({ operands: [a, b], results: [result], attributes: { rcond } }) {
    const [m, n] = matrixShape(a!);
    const columns = matrixShape(b!)[1];
    const leading = leadingShape(result!);
    const [matrixOf, rightOf] = [matrixIndices(leadingShape(a!), leading), matrixIndices(leadingShape(b!), leading)];
    return ([matrices, rights], [y]) => {
      const [matrix, right] = [new Float64Array(m * n), new Float64Array(m * columns)];
      const x = new Float64Array(n * columns);
      const row = new Float64Array(columns);
      for (let i = 0; i < matrixOf.length; i++) {
        loadMatrix(matrices as NumericArray, matrixOf[i]!, matrix);
        loadMatrix(rights as NumericArray, rightOf[i]!, right);
        const { u, s, vt } = singularValues(matrix, m, n);
        x.fill(s.length > 0 && Number.isNaN(s[0]!) ? NaN : 0);
        for (let k = 0; k < s.length && s[k]! > rcond * s[0]!; k++) {
          row.fill(0);
          for (let r = 0; r < m; r++) addRow(row, 0, u[r * m + k]! / s[k]!, right, r * columns);
          for (let c = 0; c < n; c++) addRow(x, c * columns, vt[k * n + c]!, row, 0);
        }
        storeMatrix(x, y as NumericArray, i);
      }
    };

    function addRow(to: Float64Array, at: number, factor: number, from: Float64Array, start: number): void {
      for (let c = 0; c < columns; c++) to[at + c]! += factor * from[start + c]!;
    }
  },
});

const epsilons: Partial<Record<DType, number>> = {
  float64: 2 ** -52,
  float32: 2 ** -23,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

/** Distance from 1 to the next number of a float dtype. */
function epsilonOf(dtype: DType): number {
  return epsilons[dtype] ?? 0;
}

/** The part of the largest singular value up to which others count as 0. */
function cutoff(operation: string, a: Tensor, rcond: number | undefined): number {
  const value = rcond ?? epsilonOf(a.dtype) * Math.max(...matrixShape(a));
  if (value >= 0 && value < Infinity) return value;
  throw new ArgumentError(`${operation}: rcond ${value} is not accepted; use a number >= 0`);
}

/** Options of `lstsq` and `pinv`. */
export interface LeastSquaresOptions {
  /** Singular values up to rcond times the largest count as 0. Default: the dtype's precision times max(m, n). */
  readonly rcond?: number;
}

/** Result of `lstsq`. */
export interface LeastSquares {
  /** [..., n, columns] or [..., n]: of all minimizers of |a · x − b|, the one of smallest norm. */
  readonly x: Tensor;
  /** [..., columns] or [...]: sums of squares of b − a · x. */
  readonly residuals: Tensor;
  /** [...], int32: how many singular values count. */
  readonly rank: Tensor;
  /** [..., min(m, n)], descending. */
  readonly singularValues: Tensor;
}

/**
 * Least-squares solution of a · x = b for a: [..., m, n] of any rank and b: [..., m, columns] or one vector [m]; leading
 * axes broadcast. Floats of one dtype. Residuals are given for every shape and rank, unlike NumPy's. Differentiable where
 * the rank does not change. Throws a ShapeError when the numbers of rows differ.
 *
 * @example
 * ```ts
 * const line = linalg.lstsq(tensor([[0, 1], [1, 1], [2, 1]]), tensor([1, 3, 5]));
 * line.x; // → [2, 1]
 * ```
 */
export function lstsq(a: Tensor, b: Tensor, options: LeastSquaresOptions = {}): LeastSquares {
  checkMatrix('lstsq', a);
  const rcond = cutoff('lstsq', a, options.rcond);
  const [matrix, right] = operandPair('lstsq', a, b);
  const vector = b.rank === 1;
  const columns = vector ? right.expandDims(1) : right;
  const x = apply(lstsqPrimitive, [matrix, columns], { rcond });
  const residuals = columns.sub(matrix.matmul(x)).square().sum(-2);
  const values = singularValuesOf('lstsq', a);
  return {
    x: vector ? x.squeeze(-1) : x,
    residuals: vector ? residuals.squeeze(-1) : residuals,
    rank: countAbove(values, rcond),
    singularValues: values,
  };
}

/** How many of descending values are more than a part of the first. */
function countAbove(values: Tensor, part: number): Tensor {
  const count = values.shape[values.rank - 1]!;
  if (count === 0) return values.sum(-1).cast('int32');
  const first = values.max(-1, { keepDims: true });
  return values.greater(first.mul(part)).sum(-1);
}

/**
 * Moore–Penrose pseudo-inverse: a: [..., m, n] → [..., n, m], in a's float dtype. Differentiable where the rank does not
 * change. Throws a ShapeError for less than two axes.
 *
 * @example
 * ```ts
 * linalg.pinv(tensor([[2, 0], [0, 0]])); // → [[0.5, 0], [0, 0]]
 * ```
 */
export function pinv(a: Tensor, options: LeastSquaresOptions = {}): Tensor {
  checkMatrix('pinv', a);
  const rcond = cutoff('pinv', a, options.rcond);
  return apply(lstsqPrimitive, [a, identity(matrixShape(a)[0], a.dtype)], { rcond });
}

/**
 * Rank of matrices by their singular values: a: [..., m, n] → int32 [...]. Throws a ShapeError for less than two axes.
 *
 * @example
 * ```ts
 * linalg.matrixRank(tensor([[1, 2], [2, 4]])); // → 1
 * ```
 */
export function matrixRank(a: Tensor, options: LeastSquaresOptions = {}): Tensor {
  const values = singularValuesOf('matrixRank', a);
  return countAbove(values, cutoff('matrixRank', a, options.rcond));
}

/** The primitive of least squares. */
export const lstsqPrimitives: Readonly<Record<'lstsq', Primitive<LeastSquaresAttributes>>> = { lstsq: lstsqPrimitive };
