import {
  diagonal,
  eye,
  matmul,
  moveAxis,
  onesLike,
  scan,
  tril,
  triu,
  where,
  type Tensor,
  type TriangularSystem,
} from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { factorization, stackOf } from './matrices.js';

/** a and b with their leading axes repeated to a common shape, as stacks, and the shape of the solution. */
function aligned(a: Tensor, b: Tensor): { readonly a: Tensor; readonly b: Tensor; readonly shape: readonly number[] } {
  const rank = Math.max(a.rank, b.rank) - 2;
  const size = ({ shape }: Tensor, axis: number): number => shape[shape.length - 2 - rank + axis] ?? 1;
  const leading = Array.from({ length: rank }, (_, axis) => (size(a, axis) === 1 ? size(b, axis) : size(a, axis)));
  const [wideA, wideB] = [a, b].map((x) => x.broadcastTo([...leading, ...x.shape.slice(-2)]));
  return { a: stackOf(wideA!), b: stackOf(wideB!), shape: wideB!.shape };
}

/** What a step is given. */
interface Row {
  readonly coefficients: Tensor;
  readonly pivot: Tensor;
  readonly right: Tensor;
  readonly place: Tensor;
}

/** A row of the solution per step, from those before. */
function triangularSolve(a: Tensor, b: Tensor, { lower, transpose, unitDiagonal }: TriangularSystem): Tensor {
  const { a: matrices, b: right, shape } = aligned(a, b);
  const forward = lower !== transpose;
  const own = transpose ? matrices.transpose([0, 2, 1]) : matrices;
  const coefficients = moveAxis(forward ? tril(own, -1) : triu(own, 1), 1, 0);
  const pivots = moveAxis(diagonal(own, { axis1: 1, axis2: 2 }), 1, 0);
  const rows = {
    coefficients,
    pivot: unitDiagonal ? onesLike(pivots) : pivots,
    right: moveAxis(right, 1, 0),
    place: eye(own.shape[1]!, own.shape[1], { dtype: 'bool' }),
  };
  const step = (x: Tensor, row: Row): readonly [Tensor, null] => {
    const known = matmul(row.coefficients.expandDims(1), x).squeeze(1);
    const found = row.right.sub(known).div(row.pivot.expandDims(1));
    return [where(row.place.expandDims(1), found.expandDims(1), x), null];
  };
  const [x] = scan(step, right.mul(0), rows, { reverse: !forward });
  return x.reshape(shape);
}

/** The lowering of triangular systems. */
export const triangularSolveLowerings: Readonly<Record<'triangularSolve', Lowering>> = {
  triangularSolve: factorization<TriangularSystem>(([a, b], system) => triangularSolve(a!, b!, system)),
};
