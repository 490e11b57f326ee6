import type { NumericArray } from '../../dtypes.js';
import { applyPlain } from '../../graph/bind.js';
import { definePrimitive, type KernelNode, type Kernel, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, storeMatrix } from '../../kernels/linalg/batches.js';
import { cofactors } from '../../kernels/linalg/cofactor.js';
import { luInPlace } from '../../kernels/linalg/lu.js';
import { sizeOf } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { constant } from '../create.js';
import { floor } from '../elementwise/arithmetic.js';
import { factorLu } from './lu.js';
import { checkSquare, diagonalOf, leadingShape, matrixShape, transposedProduct } from './matrices.js';
import { inverseTransposed } from './solve.js';

const detPrimitive: Primitive = definePrimitive({
  name: 'det',
  shape([a]) {
    checkSquare('det', a!);
    return { shape: leadingShape(a!), dtype: a!.dtype };
  },
  vjp: ({ cotangent, operands: [a] }) => [cotangent.expandDims([-2, -1]).mul(applyPlain(cofactorsPrimitive, a!))],
  batch: ({ operands }) => applyPlain(detPrimitive, ...operands),
  reference({ operands: [a] }) {
    const [n] = matrixShape(a!);
    const count = sizeOf(leadingShape(a!));
    return ([x], [y]) => {
      const [work, order] = [new Float64Array(n * n), new Int32Array(n)];
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        let product = luInPlace(work, order, n, n) % 2 === 0 ? 1 : -1;
        for (let k = 0; k < n; k++) product *= work[k * n + k]!;
        y![i] = product;
      }
    };
  },
});

/** The derivatives of the determinant; those of singular matrices too. */
const cofactorsPrimitive: Primitive = definePrimitive({
  name: 'cofactors',
  shape([a]) {
    checkSquare('cofactors', a!);
    return a!;
  },
  vjp: ({ cotangent, operands: [a], result: c }) => {
    if (matrixShape(a!)[0] < 2) return [null];
    const inverse = inverseTransposed(a!);
    const inner = cotangent.mul(c).sum([-2, -1], { keepDims: true });
    return [inner.mul(inverse).sub(inverse.matmul(transposedProduct(cotangent, c)))];
  },
  batch: ({ operands }) => applyPlain(cofactorsPrimitive, ...operands),
  reference({ operands: [a] }: KernelNode<object>): Kernel {
    const [n] = matrixShape(a!);
    const count = sizeOf(leadingShape(a!));
    return ([x], [y]) => {
      const [work, result] = [new Float64Array(n * n), new Float64Array(n * n)];
      for (let i = 0; i < count; i++) {
        loadMatrix(x as NumericArray, i, work);
        cofactors(work, n, result);
        storeMatrix(result, y as NumericArray, i);
      }
    };
  },
});

/**
 * Determinant of square matrices: a: [..., n, n] → [...], in a's float dtype. Its gradient exists for singular matrices
 * too; its second derivative needs a regular one. `slogdet` does not overflow. Throws a ShapeError when a is not square.
 *
 * @example
 * ```ts
 * linalg.det(tensor([[1, 2], [3, 4]])); // → -2
 * ```
 */
export function det(a: Tensor): Tensor {
  checkSquare('det', a);
  return applyPlain(detPrimitive, a);
}

/** Sign and logarithm of a determinant. */
export interface SignAndLog {
  /** −1, 0 or 1. */
  readonly sign: Tensor;
  /** ln |det a|; −Infinity for a singular matrix. */
  readonly logAbsDet: Tensor;
}

/**
 * Sign and logarithm of the determinant: a: [..., n, n] → { sign, logAbsDet }: [...], in a's float dtype, where the
 * determinant itself would overflow. A singular matrix gives sign 0 and −Infinity. Throws a ShapeError when a is not square.
 *
 * @example
 * ```ts
 * linalg.slogdet(tensor([[0, 2], [3, 0]])); // → { sign: -1, logAbsDet: Math.log(6) }
 * ```
 */
export function slogdet(a: Tensor): SignAndLog {
  checkSquare('slogdet', a);
  const shape = leadingShape(a);
  if (matrixShape(a)[0] === 0) return { sign: constant(1, shape, a.dtype), logAbsDet: constant(0, shape, a.dtype) };
  const [factors, , swaps] = factorLu(a);
  const diagonal = diagonalOf(factors);
  const flips = swaps.cast(a.dtype).add(diagonal.less(0).cast(a.dtype).sum(-1));
  const odd = flips.sub(floor(flips.mul(0.5)).mul(2));
  const regular = diagonal.sign().abs().min(-1); // 0 beside a zero, NaN beside NaN
  return { sign: regular.mul(odd.mul(-2).add(1)), logAbsDet: diagonal.abs().log().sum(-1) };
}

/** Names of the primitives of determinants. */
export type DeterminantName = 'det' | 'cofactors';

/** The primitives of determinants. */
export const determinantPrimitives: Readonly<Record<DeterminantName, Primitive>> = {
  det: detPrimitive,
  cofactors: cofactorsPrimitive,
};
