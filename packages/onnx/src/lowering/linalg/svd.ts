import {
  argsort,
  bind,
  eye,
  logicalAnd,
  matmul,
  pad,
  primitives,
  scan,
  swapAxes,
  takeAlongAxis,
  where,
  whileLoop,
  zeros,
  type LeastSquaresAttributes,
  type SvdAttributes,
  type Tensor,
} from '@tesserajs/tensor';
import { ModelBuildError } from '../../errors.js';
import type { Lowering } from '../context.js';
import { largestOf } from './eigh.js';
import { halves, maximumSweeps, nearlyDone, nextRound, rotate, rotationsOf } from './jacobi.js';
import { factorization, orderRows, positions, stackOf } from './matrices.js';

/** Rows that become orthogonal, the transposed product of all rotations, and how far from orthogonal pairs were. */
type State = readonly [rows: Tensor, rotations: Tensor, worst: Tensor];

function round([rows, rotations, worst]: State): State {
  const [first, second] = halves(rows);
  const [x, y, product] = [first.mul(first), second.mul(second), first.mul(second)].map((terms) => terms.sum(2));
  const size = x!.sqrt().mul(y!.sqrt());
  const cosine = where(size.equal(0), 0, product!.abs().div(where(size.equal(0), 1, size)));
  const turns = rotationsOf(y!.sub(x!), where(size.equal(0), 0, product!));
  return [nextRound(rotate(rows, turns)), nextRound(rotate(rotations, turns)), worst.maximum(cosine.max())];
}

type Factors = readonly [u: Tensor, s: Tensor, vt: Tensor];

/** Factors of square matrices [count, n, n] that are finite and no larger than 1: one-sided Jacobi on their columns. */
function squareFactors(a: Tensor): Factors {
  const [count, n] = a.shape as readonly [number, number, number];
  const columns = a.transpose([0, 2, 1]);
  const even = n + (n % 2);
  const wide =
    even === n
      ? columns
      : pad(columns, [
          [0, 0],
          [0, 1],
          [0, 0],
        ]);
  const identity = eye(even, even, { dtype: 'float64' }).broadcastTo([count, even, even]);
  const start = [wide, identity, wide.mul(0).sum().add(1), zeros([], { dtype: 'int32' })] as const;
  const [rows, turned] = whileLoop(
    ([, , worst, sweeps]: typeof start) => logicalAnd(worst.greater(nearlyDone), sweeps.less(maximumSweeps)),
    ([current, rotations, worst, sweeps]: typeof start) => {
      const turn = (state: State, _: Tensor): readonly [State, null] => [round(state), null];
      const [next] = scan(turn, [current, rotations, worst.mul(0)] as State, positions(even - 1));
      return [next[0], next[1], next[2], sweeps.add(1)] as const;
    },
    start,
  );
  const own = rows.slice(null, [0, n]);
  const norms = own.mul(own).sum(2).sqrt();
  const order = argsort(norms.neg(), 1);
  const s = takeAlongAxis(norms, order, 1);
  const isZero = s.equal(0).expandDims(1);
  const sorted = orderRows(own, order).transpose([0, 2, 1]);
  const u = sorted.div(where(isZero, 1, s.expandDims(1)));
  // Columns of zeros become an orthonormal basis of what is left.
  const [basis] = bind(primitives.qr, [u], { complete: false });
  return [where(isZero, basis!, u), s, orderRows(turned.slice(null, [0, n], [0, n]), order)];
}

/** Factors of matrices with at least as many rows as columns. */
function tallFactors(a: Tensor): Factors {
  const [, m, n] = a.shape as readonly [number, number, number];
  if (m === n) return squareFactors(a);
  const [q, r] = bind(primitives.qr, [a], { complete: false });
  const [u, s, vt] = squareFactors(r!);
  return [matmul(q!, u), s, vt];
}

/** The factors, with the element of largest magnitude in each column of u positive. */
function reducedSvd(a: Tensor): Factors {
  const stack = stackOf(a);
  const [, m, n] = stack.shape as readonly [number, number, number];
  const scale = stack.abs().max([1, 2], { keepDims: true });
  const isFinite = scale.less(Infinity);
  const scaled = where(isFinite, stack.div(where(scale.equal(0), 1, scale)), 0);
  const [left, s, right] = tallFactors(m < n ? scaled.transpose([0, 2, 1]) : scaled);
  const swap = (x: Tensor): Tensor => x.transpose([0, 2, 1]);
  const [ut, vt] = m < n ? [right, swap(left)] : [swap(left), right];
  const isNegative = largestOf(ut).less(0);
  const signed = (rows: Tensor): Tensor => where(isFinite, where(isNegative, rows.neg(), rows), NaN);
  const leading = a.shape.slice(0, -2);
  const k = Math.min(m, n);
  return [
    swap(signed(ut)).reshape([...leading, m, k]),
    where(isFinite.squeeze(2), s.mul(scale.squeeze(2)), NaN).reshape([...leading, k]),
    signed(vt).reshape([...leading, k, n]),
  ];
}

function svd(a: Tensor, { fullMatrices }: SvdAttributes): Factors {
  const [m, n] = a.shape.slice(-2);
  if (fullMatrices && m !== n) {
    throw new ModelBuildError('toOnnx: svd with fullMatrices has no ONNX form; use fullMatrices: false');
  }
  return reducedSvd(a);
}

/** The pseudo-inverse of a times b. */
function lstsq(a: Tensor, b: Tensor, { rcond }: LeastSquaresAttributes): Tensor {
  const [u, s, vt] = reducedSvd(a);
  const isKept = s.greater(s.max(-1, { keepDims: true }).mul(rcond));
  const inverse = where(s.isNaN(), NaN, where(isKept, s, Infinity).pow(-1));
  const coordinates = matmul(swapAxes(u, -1, -2), b).mul(inverse.expandDims(-1));
  return matmul(swapAxes(vt, -1, -2), coordinates);
}

/** Lowerings of singular value decompositions. */
export const svdLowerings: Readonly<Record<'svd' | 'lstsq', Lowering>> = {
  svd: factorization<SvdAttributes>(([a], attributes) => svd(a!, attributes)),
  lstsq: factorization<LeastSquaresAttributes>(([a, b], attributes) => lstsq(a!, b!, attributes)),
};
