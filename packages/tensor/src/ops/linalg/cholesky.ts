import type { NumericArray } from '../../dtypes.js';
import { applyPlain } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, storeMatrix } from '../../kernels/linalg/batches.js';
import { choleskyInPlace } from '../../kernels/linalg/cholesky.js';
import { sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { swapLastAxes } from '../shape.js';
import { checkSquare, halfLower, leadingShape, matrixShape, transposedProduct } from './matrices.js';
import { solveTriangle } from './triangular-solve.js';

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
