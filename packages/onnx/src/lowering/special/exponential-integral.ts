import { minimum, where, type PrimitiveName, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { pointwise } from '../expand.js';
import { choose, number, polynomialUpTo } from './arithmetic.js';

const eulerGamma = 0.5772156649015329;

/** Where E₁ is taken from its continued fraction, and Ei from its asymptotic series. */
const [fractionFrom, seriesTo] = [5, 25];

/** Σ x^k / (k·k!) for k from 1 to a count, and |x| up to a limit. */
function series(limit: number, x: Tensor, count: number): Tensor {
  let factorial = 1;
  const coefficients = Array.from({ length: count }, (_, i) => {
    factorial *= i + 1;
    return 1 / ((i + 1) * factorial);
  });
  return polynomialUpTo(limit, x, coefficients).mul(x);
}

/** E₁ by its series, and by its continued fraction (DLMF 6.9.1) from the end. */
function expIntE1(x: Tensor): Tensor {
  const near = x
    .log()
    .neg()
    .sub(eulerGamma)
    .sub(series(fractionFrom, minimum(x, fractionFrom).neg(), 36));
  let fraction = x.add(2 * 24 + 1);
  for (let k = 24; k >= 1; k--) fraction = x.add(2 * k - 1).sub(number(k * k).div(fraction));
  return where(x.greater(fractionFrom), x.neg().exp().div(fraction), near);
}

/** Ei by its series, and asymptotically (DLMF 6.12.2). */
function expInt(x: Tensor): Tensor {
  const near = x
    .log()
    .add(eulerGamma)
    .add(series(seriesTo, minimum(x, seriesTo), 90));
  const inverse = number(1).div(x);
  let sum = number(1);
  for (let k = seriesTo; k >= 1; k--) sum = sum.mul(inverse).mul(k).add(1);
  const half = x.mul(0.5).exp(); // e^x alone overflows before the quotient does
  const far = half.mul(sum.mul(inverse)).mul(half);
  return choose(
    [
      [x.less(0), expIntE1(x.neg()).neg()],
      [x.greater(720), Infinity],
      [x.greater(seriesTo), far],
    ],
    near,
  );
}

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'expInt' | 'expIntE1'>;

/** Lowerings of the exponential integrals. */
export const exponentialIntegralLowerings: Readonly<Record<Name, Lowering>> = {
  expInt: pointwise(([x]) => expInt(x!)),
  expIntE1: pointwise(([x]) => expIntE1(x!)),
};
