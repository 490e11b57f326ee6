import type { NumericArray } from '../../dtypes.js';
import { apply, bind, noAttributes } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, storeMatrix } from '../../kernels/linalg/batches.js';
import { luInPlace } from '../../kernels/linalg/lu.js';
import { broadcastShapes, sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { indexingPrimitives, takeAlongAxis } from '../indexing.js';
import { concat, slice } from '../slice.js';
import { swapLastAxes } from '../shape.js';
import {
  checkMatrix,
  columnsOf,
  identity,
  isInBlocks,
  leadingShape,
  lowerTriangle,
  matrixShape,
  middleBlock,
  productTransposed,
  rowsOf,
  transposedProduct,
  upperTriangle,
} from './matrices.js';
import { solveInBlocks, solveTriangle } from './triangular-solve.js';

const unitLowerTransposed = { lower: true, transpose: true, unitDiagonal: true };
const upper = { lower: false, transpose: false, unitDiagonal: false };

/** x · u⁻ᵀ for upper triangular u. */
function overUpperTransposed(x: Tensor, u: Tensor): Tensor {
  return swapLastAxes(solveTriangle(u, swapLastAxes(x), upper));
}

/** Cotangent of a, with its rows in the order of the factors, from that of both factors in one matrix: [..., m, n]. */
function orderedCotangent(factors: Tensor, cotangent: Tensor): Tensor {
  const [m, n] = matrixShape(factors);
  const count = Math.min(m, n);
  const square = rowsOf(columnsOf(factors, 0, count), 0, count);
  let dl = lowerTriangle(rowsOf(columnsOf(cotangent, 0, count), 0, count), true);
  let du = upperTriangle(rowsOf(columnsOf(cotangent, 0, count), 0, count));
  const parts: { below?: Tensor; right?: Tensor } = {};
  if (m > n) {
    // The rows below are those of a, times u⁻¹.
    const below = overUpperTransposed(rowsOf(cotangent, n, m), square);
    du = du.sub(upperTriangle(transposedProduct(rowsOf(factors, n, m), below)));
    parts.below = below;
  } else if (m < n) {
    // The columns to the right are those of a, times l⁻¹.
    const right = solveTriangle(square, columnsOf(cotangent, m, n), unitLowerTransposed);
    dl = dl.sub(lowerTriangle(productTransposed(right, columnsOf(factors, m, n)), true));
    parts.right = right;
  }
  const l = lowerTriangle(square, true).add(identity(count, factors.dtype));
  const inner = lowerTriangle(transposedProduct(l, dl), true).add(
    upperTriangle(productTransposed(du, upperTriangle(square))),
  );
  const da = overUpperTransposed(solveTriangle(square, inner, unitLowerTransposed), square);
  if (parts.below !== undefined) return concat([da, parts.below], -2);
  return parts.right === undefined ? da : concat([da, parts.right], -1);
}

const luPrimitive: Primitive = definePrimitive({
  name: 'lu',
  shape([a]) {
    checkMatrix('lu', a!);
    const leading = leadingShape(a!);
    return [a!, { shape: [...leading, matrixShape(a!)[0]], dtype: 'int32' }, { shape: leading, dtype: 'int32' }];
  },
  vjp: ({ cotangent, results: [factors, order] }) => [restoreRows(orderedCotangent(factors!, cotangent), order!)],
  batch: ({ operands }) => bind(luPrimitive, operands, noAttributes),
  expand: ({ operands: [a], matrixBlock }) => (isInBlocks(a!, matrixBlock, 4) ? luInBlocks(a!, matrixBlock) : null),
  reference({ operands: [a] }) {
    const [m, n] = matrixShape(a!);
    const count = sizeOf(leadingShape(a!));
    return ([x], [factors, order, swaps]) => {
      const work = new Float64Array(m * n);
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        swaps![i] = luInPlace(work, (order as Int32Array).subarray(i * m, (i + 1) * m), m, n);
        storeMatrix(work, factors as NumericArray, i);
      }
    };
  },
});

/** Both triangular factors in one matrix, the order of the rows, and how many exchanges of rows make it. */
export function factorLu(a: Tensor): readonly [factors: Tensor, order: Tensor, swaps: Tensor] {
  return bind(luPrimitive, [a], noAttributes) as readonly [Tensor, Tensor, Tensor];
}

function alignRows(x: Tensor, order: Tensor): readonly [x: Tensor, indices: Tensor] {
  const leading = broadcastShapes('lu', leadingShape(x), order.shape.slice(0, -1));
  const shape = [...leading, ...matrixShape(x)];
  return [x.broadcastTo(shape), order.expandDims(-1).broadcastTo(shape)];
}

/** Row i of the result is row `order[i]` of x. */
export function orderRows(x: Tensor, order: Tensor): Tensor {
  return takeAlongAxis(...alignRows(x, order), -2);
}

/** Row `order[i]` of the result is row i of x. */
export function restoreRows(x: Tensor, order: Tensor): Tensor {
  const operands = alignRows(x, order);
  const attributes = { axis: operands[0].rank - 2, length: matrixShape(x)[0], uniqueIndices: true };
  return apply(indexingPrimitives.addAlongAxis, operands, attributes);
}

/** What the lu primitive gives, for at least as many rows as columns: the left half, then the right one in its order. */
function luInBlocks(a: Tensor, block: number): readonly [factors: Tensor, order: Tensor, swaps: Tensor] {
  const [m, n] = matrixShape(a);
  if (n <= block) return factorLu(a);
  const cut = middleBlock(n, block);
  const [left, order, swaps] = luInBlocks(columnsOf(a, 0, cut), block);
  const right = orderRows(columnsOf(a, cut, n), order);
  const [corner, below] = [rowsOf(left, 0, cut), rowsOf(left, cut, m)];
  const unitLower = { lower: true, transpose: false, unitDiagonal: true };
  const beside = solveInBlocks(corner, rowsOf(right, 0, cut), unitLower, block);
  const rest = luInBlocks(rowsOf(right, cut, m).sub(below.matmul(beside)), block);
  const open = order.shape.slice(0, -1).map(() => null);
  const [done, moved] = [slice(order, ...open, [0, cut]), slice(order, ...open, [cut, m])];
  return [
    concat([concat([corner, beside], -1), concat([orderRows(below, rest[1]), rest[0]], -1)], -2),
    concat([done, takeAlongAxis(moved, rest[1], -1)], -1),
    swaps.add(rest[2]),
  ];
}

/** Factors of `lu`. */
export interface LuFactors {
  /** [..., m], int32: row i of l · u is row permutation[i] of a. */
  readonly permutation: Tensor;
  /** [..., m, min(m, n)], ones on the diagonal. */
  readonly l: Tensor;
  /** [..., min(m, n), n]. */
  readonly u: Tensor;
}

/**
 * LU factorization with partial pivoting: a: [..., m, n] → { permutation, l, u }, where l · u has the rows of a in the
 * order of `permutation`. Differentiable where the first min(m, n) pivots are not 0.
 * Throws a ShapeError for less than two axes.
 *
 * @example
 * ```ts
 * linalg.lu(tensor([[0, 2], [1, 3]])); // → { l: [[1, 0], [0, 1]], u: [[1, 3], [0, 2]], permutation: [1, 0] }
 * ```
 */
export function lu(a: Tensor): LuFactors {
  checkMatrix('lu', a);
  const [factors, permutation] = factorLu(a);
  const [m, n] = matrixShape(a);
  const count = Math.min(m, n);
  const l = lowerTriangle(columnsOf(factors, 0, count), true);
  const ones = identity(Math.max(m, count), a.dtype);
  return { permutation, l: l.add(columnsOf(ones, 0, count)), u: upperTriangle(rowsOf(factors, 0, count)) };
}

/** The primitive of LU factorization. */
export const luPrimitives: Readonly<Record<'lu', Primitive>> = { lu: luPrimitive };
