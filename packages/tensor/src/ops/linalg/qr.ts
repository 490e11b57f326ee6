import type { NumericArray } from '../../dtypes.js';
import { ArgumentError } from '../../errors.js';
import { bind } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, storeMatrix } from '../../kernels/linalg/batches.js';
import { formQ, qrInPlace } from '../../kernels/linalg/householder.js';
import { formatShape, sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { concat } from '../slice.js';
import { swapLastAxes } from '../shape.js';
import {
  checkMatrix,
  columnsOf,
  leadingShape,
  lowerTriangle,
  matrixShape,
  productTransposed,
  transposedProduct,
} from './matrices.js';
import { solveTriangle } from './triangular-solve.js';

/** Attributes of `qr`. */
export interface QrAttributes {
  /** q is square, with more columns than a has. */
  readonly complete: boolean;
}

/** Cotangent of a with at least as many rows as columns. Source: Walter & Lehmann (2010), in the form of Seeger et al. (2017). */
function tallCotangent(q: Tensor, r: Tensor, dq: Tensor, dr: Tensor): Tensor {
  const m = productTransposed(r, dr).sub(transposedProduct(dq, q));
  const symmetric = lowerTriangle(m).add(swapLastAxes(lowerTriangle(m, true)));
  const inner = dq.add(q.matmul(symmetric));
  return swapLastAxes(solveTriangle(r, swapLastAxes(inner), { lower: false, transpose: false, unitDiagonal: false }));
}

const qrPrimitive: Primitive<QrAttributes> = definePrimitive<QrAttributes>({
  name: 'qr',
  shape([a], { complete }) {
    checkMatrix('qr', a!);
    const leading = leadingShape(a!);
    const [m, n] = matrixShape(a!);
    const count = complete ? m : Math.min(m, n);
    return [
      { shape: [...leading, m, count], dtype: a!.dtype },
      { shape: [...leading, count, n], dtype: a!.dtype },
    ];
  },
  vjp: ({ cotangents: [dq, dr], operands: [a], results: [q, r], attributes: { complete } }) => {
    const [m, n] = matrixShape(a!);
    if (complete && m > n) {
      throw new ArgumentError(
        `qr: no gradient in complete mode of ${formatShape(a!.shape)}: a does not determine the columns of q beyond ${n}; use mode 'reduced'`,
      );
    }
    if (m >= n) return [tallCotangent(q!, r!, dq!, dr!)];
    // The first columns determine q, and qᵀ times the others is the rest of r.
    const [square, rest] = [columnsOf(r!, 0, m), columnsOf(dr!, m, n)];
    const moved = dq!.add(productTransposed(columnsOf(a!, m, n), rest));
    return [concat([tallCotangent(q!, square, moved, columnsOf(dr!, 0, m)), q!.matmul(rest)], -1)];
  },
  batch: ({ operands, attributes }) => bind(qrPrimitive, operands, attributes),
  reference({ operands: [a], results: [q] }) {
    const [m, n] = matrixShape(a!);
    const columns = matrixShape(q!)[1];
    const count = sizeOf(leadingShape(a!));
    return ([x], [orthogonal, triangle]) => {
      const [work, r] = [new Float64Array(m * n), new Float64Array(columns * n)];
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        const taus = qrInPlace(work, m, n);
        storeMatrix(formQ(work, taus, m, n, columns), orthogonal as NumericArray, i);
        for (let k = 0; k < Math.min(m, n); k++) r.set(work.subarray(k * n + k, (k + 1) * n), k * n + k);
        storeMatrix(r, triangle as NumericArray, i);
      }
    };
  },
});

/** Factors of `qr`. */
export interface QrFactors {
  /** [..., m, k] with orthonormal columns. */
  readonly q: Tensor;
  /** [..., k, n], upper triangular. */
  readonly r: Tensor;
}

/** Options of `qr`. */
export interface QrOptions {
  /** 'reduced' (default): k = min(m, n) columns in q; 'complete': k = m. */
  readonly mode?: 'reduced' | 'complete';
}

/**
 * QR factorization: a: [..., m, n] → { q, r } with q · r = a, in a's float dtype. Signs are LAPACK's, and so NumPy's: each
 * diagonal element of r has the sign opposite to that of the element that its reflection started from. Differentiable where
 * the first min(m, n) columns are independent, not in complete mode with m > n. Throws a ShapeError for less than two axes.
 *
 * @example
 * ```ts
 * const { q, r } = linalg.qr(tensor([[3, 1], [4, 2]]));
 * r; // → [[-5, -2.2], [0, 0.4]]
 * ```
 */
export function qr(a: Tensor, options: QrOptions = {}): QrFactors {
  const { mode = 'reduced' } = options;
  // A string that the type excludes may come from JavaScript.
  if (!['reduced', 'complete'].includes(mode)) {
    throw new ArgumentError(`qr: mode '${mode}' is not accepted; use 'reduced' or 'complete'`);
  }
  const [q, r] = bind(qrPrimitive, [a], { complete: mode === 'complete' });
  return { q: q!, r: r! };
}

/** The primitive of QR factorization. */
export const qrPrimitives: Readonly<Record<'qr', Primitive<QrAttributes>>> = { qr: qrPrimitive };
