import {
  argsort,
  bind,
  concat,
  eye,
  ones,
  primitives,
  scan,
  takeAlongAxis,
  where,
  type Tensor,
} from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import {
  columnOf,
  elementOf,
  exchange,
  factorization,
  orderRows,
  outerProduct,
  positions,
  rowOf,
  stackOf,
} from './matrices.js';

interface State {
  /** The factors so far. */
  readonly matrix: Tensor;
  readonly rows: Tensor;
  readonly columns: Tensor;
  /** Of the permutation: 1 or −1. */
  readonly sign: Tensor;
  /** Product of the pivots so far. */
  readonly minor: Tensor;
}

function transposed(x: Tensor): Tensor {
  return x.transpose([0, 2, 1]);
}

/** Brings the largest remaining element to place (k, k), and eliminates with it. */
function step({ matrix, rows, columns, sign, minor }: State, k: Tensor): readonly [State, null] {
  const [count, n] = matrix.shape as readonly [number, number, number];
  const index = positions(n);
  const remaining = index.greaterEqual(k);
  const open = remaining.expandDims(1).logicalAnd(remaining);
  const best = where(open, matrix.abs(), -1)
    .reshape([count, n * n])
    .argmax(1, { keepDims: true });
  const [row, column] = [best.floorDivide(n), best.remainder(n)];
  const [rowPlaces, columnPlaces] = [exchange(n, row, k), exchange(n, column, k)];
  const ordered = transposed(orderRows(transposed(orderRows(matrix, rowPlaces)), columnPlaces));
  const below = columnOf(ordered, k);
  const pivot = elementOf(below, k);
  const factor = where(index.greater(k), below.div(where(pivot.equal(0), 1, pivot)), 0);
  const rest = ordered.sub(outerProduct(factor, where(index.greater(k), rowOf(ordered, k), 0)));
  const eliminated = index.greater(k).expandDims(1).logicalAnd(index.equal(k));
  const turned = (x: Tensor): Tensor => where(x.equal(k), 1, -1).cast('float64');
  return [
    {
      matrix: where(eliminated, factor.expandDims(2), rest),
      rows: takeAlongAxis(rows, rowPlaces, 1),
      columns: takeAlongAxis(columns, columnPlaces, 1),
      sign: sign.mul(turned(row)).mul(turned(column)),
      minor: minor.mul(pivot),
    },
    null,
  ];
}

/**
 * Cofactors from factors with complete pivoting, of which only the last pivot of a matrix of rank n − 1 is 0: the adjugate
 * of u = [v w; 0 p] is [p·adj(v), −adj(v)·w; 0, det(v)].
 */
function cofactors(a: Tensor): Tensor {
  const n = a.shape.at(-1)!;
  if (n === 1) return ones(a.shape, { dtype: 'float64' });
  const stack = stackOf(a);
  const count = stack.shape[0]!;
  const order = positions(n).broadcastTo([count, n]);
  const one = ones([count, 1], { dtype: 'float64' });
  const start: State = { matrix: stack, rows: order, columns: order, sign: one, minor: one };
  const [{ matrix, rows, columns, sign, minor }] = scan(step, start, positions(n - 1));
  const solve = (x: Tensor, right: Tensor, lower: boolean): Tensor =>
    bind(primitives.triangularSolve, [x, right], { lower, transpose: false, unitDiagonal: lower })[0]!;
  const inverse = solve(matrix, eye(n, n, { dtype: 'float64' }).broadcastTo([count, n, n]), true);
  const end = inverse.slice(null, [n - 1, n]);
  const corner = matrix.slice(null, [n - 1, n], [n - 1, n]);
  const beside = matrix.slice(null, [0, n - 1], [n - 1, n]);
  const right = inverse
    .slice(null, [0, n - 1])
    .mul(corner)
    .sub(beside.mul(end));
  const top = solve(matrix.slice(null, [0, n - 1], [0, n - 1]), right, false);
  const scaled = concat([top, end], 1).mul(minor.mul(sign).expandDims(2));
  const restored = orderRows(transposed(orderRows(scaled, argsort(columns, 1))), argsort(rows, 1));
  return where(minor.equal(0).expandDims(2), 0, restored).reshape(a.shape);
}

/** The lowering of matrices of cofactors. */
export const cofactorsLowerings: Readonly<Record<'cofactors', Lowering>> = {
  cofactors: factorization(([a]) => cofactors(a!)),
};
