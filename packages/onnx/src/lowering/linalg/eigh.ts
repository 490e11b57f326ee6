import {
  argsort,
  diagonal,
  eye,
  logicalAnd,
  pad,
  scan,
  takeAlongAxis,
  tril,
  where,
  whileLoop,
  zeros,
  type Tensor,
} from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { maximumSweeps, nearlyDone, nextRound, rotate, rotationsOf, halves } from './jacobi.js';
import { factorization, positions, stackOf } from './matrices.js';

/** The matrix, and the transposed product of all rotations so far. */
type State = readonly [matrix: Tensor, vectors: Tensor];

/** A round of rotations from both sides, which make as many elements beside the diagonal 0 as there are pairs. */
function round([matrix, vectors]: State): State {
  const [first, second] = halves(matrix);
  const h = first.shape[1]!;
  const axes = { axis1: 1, axis2: 2 };
  const ownFirst = diagonal(first.slice(null, null, [0, h]), axes);
  const ownSecond = diagonal(second.slice(null, null, [h, 2 * h]), axes);
  const between = diagonal(first.slice(null, null, [h, 2 * h]), axes);
  const rotations = rotationsOf(ownSecond.sub(ownFirst), between);
  const half = nextRound(rotate(matrix, rotations)).transpose([0, 2, 1]);
  return [nextRound(rotate(half, rotations)), nextRound(rotate(vectors, rotations))];
}

/** Whether elements beside the diagonal matter yet. */
function isOpen(matrix: Tensor): Tensor {
  const n = matrix.shape[1]!;
  const squares = matrix.mul(matrix);
  const beside = where(eye(n, n, { dtype: 'bool' }), 0, squares).sum([1, 2]);
  return beside.greater(squares.sum([1, 2]).mul(nearlyDone * nearlyDone)).any();
}

/** The element of largest magnitude of each row: [count, n, m] → [count, n, 1]. */
export function largestOf(rows: Tensor): Tensor {
  return takeAlongAxis(rows, rows.abs().argmax(2, { keepDims: true }), 2);
}

/** Jacobi's method (Golub & Van Loan, "Matrix Computations", 4th ed., 8.5), with as many rotations at once as fit. */
function eigh(a: Tensor): readonly [Tensor, Tensor] {
  const stack = stackOf(a);
  const [count, n] = stack.shape as readonly [number, number, number];
  const scale = tril(stack).abs().max([1, 2], { keepDims: true });
  const lower = tril(stack).div(where(scale.equal(0), 1, scale));
  const symmetric = lower.add(tril(lower, -1).transpose([0, 2, 1]));
  // A pair needs an even number: a row of zeros is never turned.
  const even = n + (n % 2);
  const wide =
    even === n
      ? symmetric
      : pad(symmetric, [
          [0, 0],
          [0, 1],
          [0, 1],
        ]);
  const identity = eye(even, even, { dtype: 'float64' }).broadcastTo([count, even, even]);
  const start = [wide, identity, zeros([], { dtype: 'int32' }), scale.equal(scale).any()] as const;
  const [matrix, vectors] = whileLoop(
    ([, , sweeps, open]: typeof start) => logicalAnd(open, sweeps.less(maximumSweeps)),
    ([current, rotations, sweeps]: typeof start) => {
      const turn = (state: State, _: Tensor): readonly [State, null] => [round(state), null];
      const [next] = scan(turn, [current, rotations] as State, positions(even - 1));
      return [next[0], next[1], sweeps.add(1), isOpen(current)] as const;
    },
    start,
  );
  const values = diagonal(matrix, { axis1: 1, axis2: 2 }).slice(null, [0, n]);
  const rows = vectors.slice(null, [0, n], [0, n]);
  const order = argsort(values, 1);
  const sorted = takeAlongAxis(rows, order.expandDims(2).broadcastTo([count, n, n]), 1);
  const signed = where(largestOf(sorted).less(0), sorted.neg(), sorted);
  const isFinite = scale.less(Infinity);
  const scaled = takeAlongAxis(values, order, 1).mul(scale.squeeze(2));
  return [
    where(isFinite.squeeze(2), scaled, NaN).reshape(a.shape.slice(0, -1)),
    where(isFinite, signed.transpose([0, 2, 1]), NaN).reshape(a.shape),
  ];
}

/** The lowering of eigenvalues and eigenvectors. */
export const eighLowerings: Readonly<Record<'eigh', Lowering>> = { eigh: factorization(([a]) => eigh(a!)) };
