import type { NumericArray } from '../../dtypes.js';
import { bind, noAttributes } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, storeMatrix, transposeInto } from '../../kernels/linalg/batches.js';
import { symmetricEigen } from '../../kernels/linalg/symmetric-eigen.js';
import { sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { where } from '../elementwise/select.js';
import { swapLastAxes } from '../shape.js';
import { symmetrized } from './cholesky.js';
import { checkSquare, halfLower, leadingShape, matrixShape, productTransposed, transposedProduct } from './matrices.js';

/** 1 / x, and 0 for 0: directions that values do not tell apart contribute nothing. */
export function reciprocalOrZero(x: Tensor): Tensor {
  const zero = x.equal(0);
  return where(zero, 0, where(zero, 1, x).pow(-1));
}

/** Eigenvalues and eigenvectors of a symmetric matrix of which the lower triangle is read. */
const eighPrimitive: Primitive = definePrimitive({
  name: 'eigh',
  shape([a]) {
    checkSquare('eigh', a!);
    return [{ shape: a!.shape.slice(0, -1), dtype: a!.dtype }, a!];
  },
  // Giles, "Collected matrix derivative results" (2008), 3.1.
  vjp: ({ cotangents: [dw, dv], results: [w, v] }) => {
    const differences = w!.expandDims(-2).sub(w!.expandDims(-1));
    const mixed = reciprocalOrZero(differences).mul(transposedProduct(v!, dv!));
    const spread = productTransposed(v!.mul(dw!.expandDims(-2)).add(v!.matmul(mixed)), v!);
    return [halfLower(spread.add(swapLastAxes(spread)))];
  },
  batch: ({ operands }) => bind(eighPrimitive, operands, noAttributes),
  reference({ operands: [a] }) {
    const [n] = matrixShape(a!);
    const count = sizeOf(leadingShape(a!));
    return ([x], [values, vectors]) => {
      const [work, rows, columns] = [new Float64Array(n * n), new Float64Array(n * n), new Float64Array(n * n)];
      const w = new Float64Array(n);
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        symmetricEigen(work, n, w, rows);
        transposeInto(rows, columns, n, n);
        (values as NumericArray).set(w, i * n);
        storeMatrix(columns, vectors as NumericArray, i);
      }
    };
  },
});

/** Result of `eigh`. */
export interface SymmetricEigen {
  /** [..., n], ascending. */
  readonly values: Tensor;
  /** [..., n, n]; column i belongs to values[i]. */
  readonly vectors: Tensor;
}

/** Options of `eigh`. */
export interface EighOptions {
  /** Decompose (a + aᵀ) / 2, so that the gradient is symmetric too; else the lower triangle alone is read. Default true. */
  readonly symmetrizeInput?: boolean;
}

/**
 * Eigenvalues, ascending, and orthonormal eigenvectors of symmetric matrices: a: [..., n, n] → { values: [..., n],
 * vectors: [..., n, n] } with vectors · diag(values) · vectorsᵀ = a, in a's float dtype. The element of largest magnitude of
 * each eigenvector is positive. Between equal eigenvalues the gradient of the eigenvectors does not exist and counts as 0;
 * that of the eigenvalues stays right. Elements that are not finite give NaN. Throws a ShapeError when a is not square.
 *
 * @example
 * ```ts
 * const { values, vectors } = linalg.eigh(tensor([[2, 1], [1, 2]]));
 * values; // → [1, 3]
 * ```
 */
export function eigh(a: Tensor, options: EighOptions = {}): SymmetricEigen {
  const { symmetrizeInput = true } = options;
  checkSquare('eigh', a);
  const [values, vectors] = bind(eighPrimitive, [symmetrizeInput ? symmetrized(a) : a], noAttributes);
  return { values: values!, vectors: vectors! };
}

/** The primitive of symmetric eigenproblems. */
export const eighPrimitives: Readonly<Record<'eigh', Primitive>> = { eigh: eighPrimitive };
