import { isHalf } from '../../dtypes.js';
import type { Tensor } from '../../tensor.js';
import { stopGradient } from '../../transforms/stop-gradient.js';
import { cond } from '../control/cond.js';
import { foriLoop } from '../control/loops.js';
import { where } from '../elementwise/select.js';
import { scalar } from '../operands.js';
import { checkSquare, identity, matrixShape } from './matrices.js';
import { solve } from './solve.js';

/** A diagonal Padé approximant: its coefficients, and the largest 1-norm for which it is as exact as the dtype. */
interface Approximant {
  readonly coefficients: readonly number[];
  readonly bound: number;
}

/** Tables 2.3 and A.1 of Higham (2005): degrees 13 for float64 and 7 for float32. */
const double: Approximant = {
  coefficients: [
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
    670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
  ],
  bound: 5.371920351148152,
};
const single: Approximant = {
  coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1],
  bound: 3.92572478313866,
};

/** Beyond the bound times 2 to this power, rounding has the last word. */
const squaringLimit = 16;

/** The approximant of exp(a): (v − u)⁻¹ (v + u), with the odd terms u and the even terms v. */
function approximate(a: Tensor, b: readonly number[]): Tensor {
  const one = identity(matrixShape(a)[0], a.dtype);
  const a2 = a.matmul(a);
  const a4 = a2.matmul(a2);
  const a6 = a4.matmul(a2);
  /** b[k] + b[k + 2] a² + b[k + 4] a⁴ + b[k + 6] a⁶, and the terms above, with a⁶ taken out. */
  const terms = (k: number): Tensor => {
    const low = one
      .mul(b[k]!)
      .add(a2.mul(b[k + 2]!))
      .add(a4.mul(b[k + 4]!))
      .add(a6.mul(b[k + 6]!));
    if (b.length <= 8) return low;
    return low.add(
      a6.matmul(
        a2
          .mul(b[k + 8]!)
          .add(a4.mul(b[k + 10]!))
          .add(a6.mul(b[k + 12]!)),
      ),
    );
  };
  const [u, v] = [a.matmul(terms(1)), terms(0)];
  return solve(v.sub(u), v.add(u));
}

/**
 * Exponential of square matrices: a: [..., n, n] → [..., n, n] in a's float dtype, by scaling and squaring; differentiable
 * to any order. Accurate up to a 1-norm of about 250,000 (float64: 350,000), NaN beyond. Throws a ShapeError when a is not
 * square.
 *
 * Source: Higham, "The scaling and squaring method for the matrix exponential revisited" (2005).
 *
 * @example
 * ```ts
 * await linalg.expm(tensor([[0, 1], [0, 0]])).array(); // [[1, 1], [0, 1]]
 * ```
 */
export function expm(a: Tensor): Tensor {
  checkSquare('expm', a);
  if (a.size === 0) return a;
  if (isHalf(a.dtype)) return expm(a.cast('float32')).cast(a.dtype);
  const { coefficients, bound } = a.dtype === 'float64' ? double : single;
  const norm = stopGradient(a).abs().sum(-2, { keepDims: true }).max(-1, { keepDims: true });
  const needed = norm.div(bound).log2().ceil().maximum(0);
  const squarings = where(needed.lessEqual(squaringLimit), needed, NaN);
  const scaled = a.mul(scalar(2, a.dtype).pow(squarings.neg()));
  const square = (i: Tensor, x: Tensor): Tensor => {
    const active = squarings.greater(i.cast(a.dtype));
    // Matrices that are ready stay out of the product: squared once more they could overflow, and their gradients with them.
    const step = (y: Tensor): Tensor => {
      const waiting = where(active, y, 0);
      return where(active, waiting.matmul(waiting), y);
    };
    return cond(active.any(), step, (y: Tensor) => y, x);
  };
  return foriLoop<Tensor>(0, squaringLimit, square, approximate(scaled, coefficients));
}
