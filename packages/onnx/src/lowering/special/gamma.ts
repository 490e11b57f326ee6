import { log1p, logicalOr, maximum, minimum, where, type PrimitiveName, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { pointwise } from '../expand.js';
import { all, choose, isWhole, number, polynomial, sinPi } from './arithmetic.js';

const halfLogTwoPi = 0.9189385332046727;

const stirlingSeries = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** log Γ(x) − (x − 1/2)·log x + x − log √2π for x ≥ 8 (Abramowitz and Stegun 6.1.41). */
function stirlingRest(x: Tensor): Tensor {
  const inverse = number(1).div(x);
  return polynomial(inverse.mul(inverse), stirlingSeries).mul(inverse);
}

/** Below this, arguments are moved up by as much: from there on asymptotic series are exact to rounding. */
const shift = 8;

/** x, x + 1, …, x + 7 for x below 8; above, the numbers are of no use. */
function below(x: Tensor): Tensor[] {
  const small = minimum(x, shift);
  return Array.from({ length: shift }, (_, k) => small.add(k));
}

function moved(x: Tensor): Tensor {
  return where(x.less(shift), x.add(shift), x);
}

/** log Γ(x) for x ≥ 1/2: 0 at 1 and 2, and near these off by 1e-14. */
export function logGammaAbove(x: Tensor): Tensor {
  const z = moved(x);
  const far = z
    .sub(0.5)
    .mul(z.log().sub(1))
    .add(halfLogTwoPi - 0.5)
    .add(stirlingRest(z));
  const product = below(x).reduce((left, right) => left.mul(right));
  const value = far.sub(where(x.less(shift), product.log(), 0));
  return where(logicalOr(x.equal(1), x.equal(2)), 0, value);
}

/** 1 − x for x below 1/2, where functions of it are reflected. */
function reflected(x: Tensor): Tensor {
  return where(x.less(0.5), x.neg().add(1), x);
}

/** log |Γ(x)|. */
function logGamma(x: Tensor): Tensor {
  const above = logGammaAbove(reflected(x));
  const mirrored = number(Math.PI).div(sinPi(x).abs()).log().sub(above);
  return where(x.equal(-Infinity), Infinity, where(x.less(0.5), mirrored, above));
}

function gamma(x: Tensor): Tensor {
  const above = logGammaAbove(reflected(x)).exp();
  const mirrored = number(Math.PI).div(sinPi(x).mul(above));
  return choose(
    [
      [x.equal(0), number(1).div(x)],
      [all(x.less(0), isWhole(x)), NaN],
      [x.less(0.5), mirrored],
    ],
    above,
  );
}

const digammaSeries = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];

function digamma(x: Tensor): Tensor {
  const y = reflected(x);
  const z = moved(y);
  const inverse = number(1).div(z);
  const square = inverse.mul(inverse);
  const far = z.log().sub(inverse.mul(0.5)).sub(polynomial(square, digammaSeries).mul(square));
  const sum = below(y)
    .map((term) => number(1).div(term))
    .reduce((left, right) => left.add(right));
  const above = far.sub(where(y.less(shift), sum, 0));
  // π·cot(πx), by sines of angles up to a quarter turn.
  const turned = x.sub(x.round());
  const cosine = turned.abs().neg().add(0.5).mul(Math.PI).sin();
  const cotangent = cosine.div(turned.mul(Math.PI).sin()).mul(Math.PI);
  return choose(
    [
      [x.equal(0), number(-1).div(x)],
      [all(x.less(0), isWhole(x)), NaN],
      [x.less(0.5), above.sub(cotangent)],
    ],
    above,
  );
}

/** log |B(a, b)|. */
export function logBeta(a: Tensor, b: Tensor): Tensor {
  const sum = a.add(b);
  const [small, large] = [minimum(a, b), maximum(a, b)];
  const plain = logGamma(a).add(logGamma(b)).sub(logGamma(sum));
  // Of the large parts of log Γ(large) and log Γ(large + small) little is left: their difference is taken first.
  const difference = stirlingRest(large)
    .sub(stirlingRest(sum))
    .sub(large.sub(0.5).mul(log1p(small.div(large))))
    .sub(small.mul(sum.log()))
    .add(small);
  return choose(
    [
      [small.equal(0), Infinity],
      [all(small.greater(0), large.equal(Infinity)), -Infinity],
      [all(small.greater(0), large.greaterEqual(10)), logGamma(small).add(difference)],
    ],
    plain,
  );
}

/** Whether Γ(x) is negative. */
function isGammaNegative(x: Tensor): Tensor {
  const half = x.floor().mul(0.5);
  return all(x.less(0), half.notEqual(half.floor()));
}

function beta(a: Tensor, b: Tensor): Tensor {
  const sum = a.add(b);
  const sign = [a, b, sum].map((x) => where(isGammaNegative(x), -1, number(1))).reduce((x, y) => x.mul(y));
  const isZero = all(sum.lessEqual(0), sum.greater(-Infinity), isWhole(sum), isWhole(a).logicalNot());
  return where(isZero, 0, sign.mul(logBeta(a, b).exp()));
}

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'gamma' | 'logGamma' | 'digamma' | 'logBeta' | 'beta'>;

/** Lowerings of the functions about the gamma function. */
export const gammaLowerings: Readonly<Record<Name, Lowering>> = {
  gamma: pointwise(([x]) => gamma(x!)),
  logGamma: pointwise(([x]) => logGamma(x!)),
  digamma: pointwise(([x]) => digamma(x!)),
  logBeta: pointwise(([a, b]) => logBeta(a!, b!)),
  beta: pointwise(([a, b]) => beta(a!, b!)),
};
