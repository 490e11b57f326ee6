import type { NumericArray } from '../../dtypes.js';
import { ArgumentError } from '../../errors.js';
import { bind } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix } from '../../kernels/linalg/batches.js';
import { singularValues } from '../../kernels/linalg/svd.js';
import { formatShape, sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { swapLastAxes } from '../shape.js';
import { reciprocalOrZero } from './eigh.js';
import { checkMatrix, leadingShape, matrixShape, productTransposed, transposedProduct } from './matrices.js';

/** Attributes of `svd`. */
export interface SvdAttributes {
  /** u and vt are square. */
  readonly fullMatrices: boolean;
}

const svdPrimitive: Primitive<SvdAttributes> = definePrimitive<SvdAttributes>({
  name: 'svd',
  shape([a], { fullMatrices }) {
    checkMatrix('svd', a!);
    const leading = leadingShape(a!);
    const [m, n] = matrixShape(a!);
    const count = Math.min(m, n);
    const { dtype } = a!;
    return [
      { shape: [...leading, m, fullMatrices ? m : count], dtype },
      { shape: [...leading, count], dtype },
      { shape: [...leading, fullMatrices ? n : count, n], dtype },
    ];
  },
  // Townsend, "Differentiating the singular value decomposition" (2016).
  vjp: ({ cotangents: [du, ds, dvt], operands: [a], results: [u, s, vt], attributes: { fullMatrices } }) => {
    const [m, n] = matrixShape(a!);
    if (fullMatrices && m !== n) {
      throw new ArgumentError(
        `svd: no gradient with fullMatrices of ${formatShape(a!.shape)}, which does not determine the rest of the basis; use fullMatrices: false`,
      );
    }
    const [row, column] = [s!.expandDims(-2), s!.expandDims(-1)];
    const gaps = reciprocalOrZero(row.sub(column).mul(row.add(column)));
    const skew = (x: Tensor): Tensor => x.sub(swapLastAxes(x)).mul(gaps);
    const left = skew(transposedProduct(u!, du!)).mul(row);
    const right = skew(productTransposed(vt!, dvt!)).mul(column);
    let inner = u!.matmul(left.add(right)).add(u!.mul(ds!.expandDims(-2)));
    const inverse = reciprocalOrZero(row);
    if (m > n) inner = inner.add(du!.sub(u!.matmul(transposedProduct(u!, du!))).mul(inverse));
    const da = inner.matmul(vt!);
    if (m >= n) return [da];
    const outside = dvt!.sub(productTransposed(dvt!, vt!).matmul(vt!));
    return [da.add(u!.mul(inverse).matmul(outside))];
  },
  batch: ({ operands, attributes }) => bind(svdPrimitive, operands, attributes),
  reference({ operands: [a], results }) {
    const [m, n] = matrixShape(a!);
    const columns = matrixShape(results[0]!)[1];
    const rows = matrixShape(results[2]!)[0];
    const count = sizeOf(leadingShape(a!));
    return ([x], outputs) => {
      const [left, values, right] = outputs as NumericArray[];
      const work = new Float64Array(m * n);
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        const { u, s, vt } = singularValues(work, m, n);
        for (let r = 0; r < m; r++) left!.set(u.subarray(r * m, r * m + columns), (i * m + r) * columns);
        values!.set(s, i * s.length);
        right!.set(vt.subarray(0, rows * n), i * rows * n);
      }
    };
  },
});

/** Result of `svd`. */
export interface SingularValueDecomposition {
  /** [..., m, k] with orthonormal columns. */
  readonly u: Tensor;
  /** [..., min(m, n)], descending. */
  readonly s: Tensor;
  /** [..., k, n] with orthonormal rows. */
  readonly vt: Tensor;
}

/** Options of `svd`. */
export interface SvdOptions {
  /** u: [..., m, m] and vt: [..., n, n] are whole bases; else k = min(m, n). Default false. */
  readonly fullMatrices?: boolean;
}

/**
 * Singular value decomposition: a: [..., m, n] → { u, s, vt } with u · diag(s) · vt = a and s descending, in a's float
 * dtype. The element of largest magnitude in each column of u is positive. One-sided Jacobi: small singular values of a
 * matrix whose columns are scaled badly are accurate too. Between equal singular values the gradient of u and vt does not
 * exist and counts as 0; that of s stays right. No gradient with fullMatrices unless m = n. Elements that are not finite
 * give NaN. Throws a ShapeError for less than two axes. Source: Drmač & Veselić (2008).
 *
 * @example
 * ```ts
 * const { u, s, vt } = linalg.svd(tensor([[0, 3], [2, 0]]));
 * s; // → [3, 2]
 * ```
 */
export function svd(a: Tensor, options: SvdOptions = {}): SingularValueDecomposition {
  const { fullMatrices = false } = options;
  const [u, s, vt] = bind(svdPrimitive, [a], { fullMatrices });
  return { u: u!, s: s!, vt: vt! };
}

/** Singular values of a matrix on behalf of `operation`. */
export function singularValuesOf(operation: string, a: Tensor): Tensor {
  checkMatrix(operation, a);
  return svd(a).s;
}

/** The primitive of singular values. */
export const svdPrimitives: Readonly<Record<'svd', Primitive<SvdAttributes>>> = { svd: svdPrimitive };
