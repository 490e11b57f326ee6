import type { NumericArray } from '../../dtypes.js';
import { apply } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, matrixIndices, storeMatrix } from '../../kernels/linalg/batches.js';
import { solveTriangular, type TriangularSystem } from '../../kernels/linalg/triangular.js';
import type { Tensor } from '../../tensor.js';
import { alignBatched } from '../align.js';
import { commonDType } from '../elementwise/define.js';
import { operandPair } from '../operands.js';
import { swapLastAxes } from '../shape.js';
import { concat } from '../slice.js';
import { sumTo } from '../sum-to.js';
import {
  checkRows,
  checkSquare,
  columnsOf,
  identity,
  isInBlocks,
  leadingShape,
  lowerTriangle,
  matrixShape,
  middleBlock,
  productTransposed,
  rowsOf,
  upperTriangle,
} from './matrices.js';

const triangularSolvePrimitive: Primitive<TriangularSystem> = definePrimitive<TriangularSystem>({
  name: 'triangularSolve',
  linear: [1],
  shape([a, b]) {
    const dtype = commonDType('triangularSolve', [a!, b!]);
    checkSquare('triangularSolve', a!);
    return { shape: [...checkRows('triangularSolve', a!, b!), ...matrixShape(b!)], dtype };
  },
  vjp: ({ cotangent, operands: [a, b], result: x, attributes }) => {
    const { lower, transpose, unitDiagonal } = attributes;
    const db = solveTriangle(a!, cotangent, { ...attributes, transpose: !transpose });
    const product = (transpose ? productTransposed(x, db) : productTransposed(db, x)).neg();
    const da = (lower ? lowerTriangle : upperTriangle)(product, unitDiagonal);
    return [sumTo(da, a!.shape), sumTo(db, b!.shape)];
  },
  batch: ({ operands, batched, attributes }) =>
    apply(triangularSolvePrimitive, alignBatched(operands, batched), attributes),
  // All blocks are inverted in one run of the reference backend.
  expand: ({ operands: [a, b], attributes, matrixBlock }) =>
    isInBlocks(a!, matrixBlock, 1) ? [solveInBlocks(a!, b!, attributes, matrixBlock)] : null,
  reference({ operands: [a, b], results: [x], attributes }) {
    const [n, m] = matrixShape(b!);
    const leading = leadingShape(x!);
    const [matrixOf, columnsOf] = [matrixIndices(leadingShape(a!), leading), matrixIndices(leadingShape(b!), leading)];
    return ([matrices, columns], [y]) => {
      const [matrix, work] = [new Float64Array(n * n), new Float64Array(n * m)];
      for (let i = 0; i < matrixOf.length; i++) {
        loadMatrix(matrices as NumericArray, matrixOf[i]!, matrix);
        loadMatrix(columns as NumericArray, columnsOf[i]!, work);
        solveTriangular(matrix, work, n, m, attributes);
        storeMatrix(work, y as NumericArray, i);
      }
    };
  },
});

/** Applies the primitive. */
export function solveTriangle(a: Tensor, b: Tensor, system: TriangularSystem): Tensor {
  return apply(triangularSolvePrimitive, [a, b], system);
}

/** The inverse of one diagonal block, by the primitive. */
export function inverseOf(a: Tensor, system: TriangularSystem): Tensor {
  return solveTriangle(a, identity(matrixShape(a)[0], a.dtype), system);
}

/** x of op(a) · x = b, where blocks on the diagonal are inverted and all else is matrix products. */
export function solveInBlocks(a: Tensor, b: Tensor, system: TriangularSystem, block: number): Tensor {
  const [n] = matrixShape(a);
  if (n <= block) return inverseOf(a, system).matmul(b);
  const cut = middleBlock(n, block);
  const corner = (from: number, to: number): Tensor => rowsOf(columnsOf(a, from, to), from, to);
  const [first, last] = [corner(0, cut), corner(cut, n)];
  const beside = system.lower ? columnsOf(rowsOf(a, cut, n), 0, cut) : columnsOf(rowsOf(a, 0, cut), cut, n);
  const coupling = system.transpose ? swapLastAxes(beside) : beside;
  const [top, bottom] = [rowsOf(b, 0, cut), rowsOf(b, cut, n)];
  if (system.lower !== system.transpose) {
    const x = solveInBlocks(first, top, system, block);
    return concat([x, solveInBlocks(last, bottom.sub(coupling.matmul(x)), system, block)], -2);
  }
  const x = solveInBlocks(last, bottom, system, block);
  return concat([solveInBlocks(first, top.sub(coupling.matmul(x)), system, block), x], -2);
}

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions {
  /** a is lower triangular; otherwise it is upper triangular. Default false. */
  readonly lower?: boolean;
  /** Solve with aᵀ in place of a. Default false. */
  readonly transpose?: boolean;
  /** Take the diagonal of a as ones. Default false. */
  readonly unitDiagonal?: boolean;
  /** Solve a · x = b; otherwise x · a = b. Default true. */
  readonly left?: boolean;
}

/**
 * Solves a · x = b for triangular a: [..., n, n] and b: [..., n, m] or [n] → x of b's shape; leading axes broadcast. The
 * other triangle of a is not read. Floats of one dtype. A zero on the diagonal gives Infinity or NaN.
 * Throws a ShapeError when a is not square or the sizes differ.
 *
 * @example
 * ```ts
 * linalg.triangularSolve(tensor([[2, 0], [1, 4]]), tensor([2, 9]), { lower: true }); // → [1, 2]
 * ```
 */
export function triangularSolve(a: Tensor, b: Tensor, options: TriangularSolveOptions = {}): Tensor {
  const { lower = false, transpose = false, unitDiagonal = false, left = true } = options;
  checkSquare('triangularSolve', a);
  const [matrix, right] = operandPair('triangularSolve', a, b);
  if (b.rank === 1) {
    const column = solveTriangle(matrix, right.expandDims(1), {
      lower,
      transpose: transpose !== !left,
      unitDiagonal,
    });
    return column.squeeze(-1);
  }
  if (left) return solveTriangle(matrix, right, { lower, transpose, unitDiagonal });
  return swapLastAxes(solveTriangle(matrix, swapLastAxes(right), { lower, transpose: !transpose, unitDiagonal }));
}

/** The primitive of triangular systems. */
export const triangularSolvePrimitives: Readonly<Record<'triangularSolve', Primitive<TriangularSystem>>> = {
  triangularSolve: triangularSolvePrimitive,
};
