import { outerProduct, positions, columnOf, elementOf, factorization, stackOf } from './matrices.js';
import { scan, where, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';

/** A column per step, which is then taken out of the rest (Golub & Van Loan, "Matrix Computations", 4th ed., 4.2). */
function cholesky(a: Tensor): Tensor {
  const n = a.shape.at(-1)!;
  const index = positions(n);
  const step = (rest: Tensor, k: Tensor): readonly [Tensor, Tensor] => {
    const column = columnOf(rest, k);
    const pivot = elementOf(column, k).sqrt();
    const l = where(index.greater(k), column.div(pivot), where(index.equal(k), pivot, 0));
    return [rest.sub(outerProduct(l, l)), l];
  };
  const [, columns] = scan(step, stackOf(a), index);
  const l = columns.transpose([1, 2, 0]);
  // A pivot that is NaN spoils all that follow; the whole factor says so.
  const last = l.slice(null, [n - 1, n], [n - 1, n]);
  return where(last.isNaN(), NaN, l).reshape(a.shape);
}

/** The lowering of Cholesky factors. */
export const choleskyLowerings: Readonly<Record<'cholesky', Lowering>> = {
  cholesky: factorization(([a]) => cholesky(a!)),
};
