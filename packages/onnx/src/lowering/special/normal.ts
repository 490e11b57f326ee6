import { log1p, minimum, where, type PrimitiveName, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { pointwise } from '../expand.js';
import { all, number, polynomial } from './arithmetic.js';

function ratio(x: Tensor, top: readonly number[], bottom: readonly number[]): Tensor {
  return polynomial(x, top).div(polynomial(x, bottom));
}

// Numerators and denominators of Cody, "Rational Chebyshev approximations for the error function" (1969).
const nearTop = [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315];
const nearBottom = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1];
const middleTop = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
  8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
];
const middleBottom = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099,
  117.6939508913125, 15.744926110709835, 1,
];
const farTop = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
];
const farBottom = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1,
];

/** e^(x²)·erfc(x) for x ≥ 0. */
export function scaledErfc(x: Tensor): Tensor {
  const square = x.mul(x);
  const near = number(1)
    .sub(x.mul(ratio(square, nearTop, nearBottom)))
    .mul(minimum(square, 1).exp());
  const middle = ratio(minimum(x, 4), middleTop, middleBottom);
  const z = number(1).div(square);
  const far = number(1 / Math.sqrt(Math.PI))
    .sub(z.mul(ratio(z, farTop, farBottom)))
    .div(x);
  return where(x.lessEqual(0.46875), near, where(x.lessEqual(4), middle, far));
}

/** log of half the complementary error function where x < 0; where not, of what it leaves of 1. */
function logNdtr(x: Tensor): Tensor {
  const size = x.abs().mul(Math.SQRT1_2);
  const half = scaledErfc(size).mul(0.5);
  const square = x.mul(x).mul(0.5);
  return where(x.less(0), half.log().sub(square), log1p(square.neg().exp().mul(half).neg()));
}

// Numerators and denominators of Wichura, "Algorithm AS 241: the percentage points of the normal distribution" (1988).
const centreTop = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const centreBottom = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
];
const sideTop = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const sideBottom = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const tailTop = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const tailBottom = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

/** The normal quantile of a probability. */
function ndtri(p: Tensor): Tensor {
  const q = p.sub(0.5);
  const r = q.mul(q).neg().add(0.180625);
  const centre = q.mul(ratio(r, centreTop, centreBottom));
  const depth = minimum(p, p.neg().add(1)).log().neg().sqrt();
  const side = ratio(depth.sub(1.6), sideTop, sideBottom);
  const tail = ratio(depth.sub(5), tailTop, tailBottom);
  const outer = where(depth.equal(Infinity), Infinity, where(depth.lessEqual(5), side, tail));
  const value = where(q.abs().lessEqual(0.425), centre, q.sign().mul(outer));
  return where(all(p.greaterEqual(0), p.lessEqual(1)), value, NaN);
}

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'logNdtr' | 'ndtri'>;

/** Lowerings of functions of the normal distribution. */
export const normalLowerings: Readonly<Record<Name, Lowering>> = {
  logNdtr: pointwise(([x]) => logNdtr(x!)),
  ndtri: pointwise(([p]) => ndtri(p!)),
};
