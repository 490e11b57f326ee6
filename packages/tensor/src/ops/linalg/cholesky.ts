import type { NumericArray } from '../../dtypes.js';
import { applyPlain } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, storeMatrix } from '../../kernels/linalg/batches.js';
import { choleskyInPlace } from '../../kernels/linalg/cholesky.js';
import { sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { constant } from '../create.js';
import { swapLastAxes } from '../shape.js';
import { concat } from '../slice.js';
import {
  checkSquare,
  columnsOf,
  halfLower,
  isInBlocks,
  leadingShape,
  matrixShape,
  middleBlock,
  productTransposed,
  rowsOf,
  transposedProduct,
} from './matrices.js';
import { inverseOf, solveTriangle } from './triangular-solve.js';

/** Factor of a symmetric matrix of which the lower triangle is read. */
const choleskyPrimitive: Primitive = definePrimitive({
  name: 'cholesky',
  shape([a]) {
    checkSquare('cholesky', a!);
    return a!;
  },
  // Murray, "Differentiation of the Cholesky decomposition" (2016), 3.2.
  vjp: ({ cotangent, result: l }) => {
    const inner = halfLower(transposedProduct(l, cotangent));
    const system = { lower: true, transpose: true, unitDiagonal: false };
    const half = solveTriangle(l, inner, system); // l⁻ᵀ · inner
    const whole = solveTriangle(l, swapLastAxes(half), system); // its transpose, times l⁻¹ from the right
    return [halfLower(whole.add(swapLastAxes(whole)))];
  },
  batch: ({ operands }) => applyPlain(choleskyPrimitive, ...operands),
  // Each block waits for the one before it, in a run of its own: on ONNX Runtime with blocks of 64, a factor of 256 rows
  // takes twice as long in blocks, one of 512 a third and one of 1024 a seventh of the time.
  expand({ operands: [a], matrixBlock }) {
    if (!isInBlocks(a!, matrixBlock, 4)) return null;
    const { l, lastPivot } = factorInBlocks(a!, matrixBlock);
    return [l.add(lastPivot.mul(constant(0, [], a!.dtype)))]; // NaN everywhere, where the factor does not exist
  },
  reference({ operands: [a] }) {
    const [n] = matrixShape(a!);
    const count = sizeOf(leadingShape(a!));
    return ([x], [y]) => {
      const work = new Float64Array(n * n);
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        choleskyInPlace(work, n);
        storeMatrix(work, y as NumericArray, i);
      }
    };
  },
});

/** A lower triangular factor, and how systems with it are solved. */
interface Factor {
  readonly l: Tensor;
  readonly lastPivot: Tensor;
  readonly solve: (b: Tensor) => Tensor;
}

/** The factors of the halves are used where they are made, so that each block is inverted once and beside its making. */
function factorInBlocks(a: Tensor, block: number): Factor {
  const [n] = matrixShape(a);
  if (n <= block) {
    const l = applyPlain(choleskyPrimitive, a);
    const inverse = inverseOf(l, { lower: true, transpose: false, unitDiagonal: false });
    return { l, lastPivot: rowsOf(columnsOf(l, n - 1, n), n - 1, n), solve: (b) => inverse.matmul(b) };
  }
  const cut = middleBlock(n, block);
  const first = factorInBlocks(rowsOf(columnsOf(a, 0, cut), 0, cut), block);
  const below = swapLastAxes(first.solve(swapLastAxes(rowsOf(columnsOf(a, 0, cut), cut, n))));
  const rest = rowsOf(columnsOf(a, cut, n), cut, n).sub(productTransposed(below, below));
  const last = factorInBlocks(rest, block);
  const zeros = constant(0, [...leadingShape(a), cut, n - cut], a.dtype);
  return {
    l: concat([concat([first.l, zeros], -1), concat([below, last.l], -1)], -2),
    lastPivot: last.lastPivot,
    solve: (b) => {
      const x = first.solve(rowsOf(b, 0, cut));
      return concat([x, last.solve(rowsOf(b, cut, n).sub(below.matmul(x)))], -2);
    },
  };
}

/** Options of `cholesky`. */
export interface CholeskyOptions {
  /** Give the upper triangular factor u with uᵀ · u = a. Default false. */
  readonly upper?: boolean;
  /** Factor (a + aᵀ) / 2, so that the gradient is symmetric too; else the lower triangle alone is read. Default true. */
  readonly symmetrizeInput?: boolean;
}

/** (x + xᵀ) / 2. */
export function symmetrized(x: Tensor): Tensor {
  return x.add(swapLastAxes(x)).mul(0.5);
}

/**
 * Cholesky factor of symmetric positive definite matrices: a: [..., n, n] → lower triangular l: [..., n, n] with
 * l · lᵀ = a, in a's float dtype. A matrix that is not positive definite gives NaN.
 * Throws a ShapeError when a is not square. Gradient: Murray (2016).
 *
 * @example
 * ```ts
 * linalg.cholesky(tensor([[4, 2], [2, 5]])); // → [[2, 0], [1, 2]]
 * ```
 */
export function cholesky(a: Tensor, options: CholeskyOptions = {}): Tensor {
  const { upper = false, symmetrizeInput = true } = options;
  checkSquare('cholesky', a);
  const l = applyPlain(choleskyPrimitive, symmetrizeInput ? symmetrized(a) : a);
  return upper ? swapLastAxes(l) : l;
}

/** The Cholesky primitive. */
export const choleskyPrimitives: Readonly<Record<'cholesky', Primitive>> = { cholesky: choleskyPrimitive };
