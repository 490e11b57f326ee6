import { maximum, where, type Tensor, type ZetaAttributes } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { pointwise } from '../expand.js';
import { all, choose, isWhole, number } from './arithmetic.js';

/** B₂ⱼ / (2j)!, the coefficients of Euler and Maclaurin's formula. */
const bernoulliByFactorial = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
];

/** Terms that are added up before the formula takes over. */
const terms = 16;

/** Coefficients of a series in ε. */
type Series = readonly Tensor[];

function add(a: Series, b: Series): Series {
  return a.map((x, k) => x.add(b[k]!));
}

/** Times a + b·ε, as far as the series reaches. */
function multiplyLinear(x: Series, a: Tensor, b: Tensor | number): Series {
  return x.map((own, k) => (k === 0 ? own.mul(a) : own.mul(a).add(x[k - 1]!.mul(b))));
}

/** base^−(s + ε). */
function power(base: Tensor, s: Tensor, order: number): Series {
  const logarithm = base.log();
  const series = [s.mul(logarithm).neg().exp()];
  for (let k = 1; k <= order; k++) series.push(series[k - 1]!.mul(logarithm).mul(-1 / k));
  return series;
}

/** ζ(s + ε, q) for q > 0 by Euler and Maclaurin's formula; terms that matter little beside q^−s may be off for large s. */
function zetaSeries(s: Tensor, q: Tensor, order: number): Series {
  let sum = power(q, s, order);
  for (let n = 1; n < terms; n++) sum = add(sum, power(q.add(n), s, order));
  const base = q.add(terms);
  const inverse = number(1).div(base);
  const last = power(base, s, order);
  // base^(1 − s − ε) / (s − 1 + ε).
  const below = number(1).div(s.sub(1));
  const tail: Tensor[] = [];
  last.forEach((x, k) =>
    tail.push(
      x
        .mul(base)
        .sub(k > 0 ? tail[k - 1]! : 0)
        .mul(below),
    ),
  );
  let rest: Series = add(
    tail,
    last.map((x) => x.mul(0.5)),
  );
  let rising = multiplyLinear(
    last.map((x) => x.mul(inverse)),
    s,
    1,
  );
  bernoulliByFactorial.forEach((coefficient, j) => {
    rest = add(
      rest,
      rising.map((x) => x.mul(coefficient)),
    );
    for (const step of [1, 2]) rising = multiplyLinear(rising, s.add(2 * j + step).mul(inverse), inverse);
  });
  return add(sum, rest);
}

function zeta(s: Tensor, q: Tensor, order: number): Tensor {
  let factorial = 1;
  for (let k = 2; k <= order; k++) factorial *= k;
  const positive = (x: Tensor): Tensor => zetaSeries(s, x, order)[order]!.mul(factorial);
  const fraction = q.sub(q.floor());
  const isPositive = q.greater(0);
  const first = positive(where(isPositive, q, fraction));
  let value = where(isPositive, first, NaN);
  if (order === 0) {
    // The terms below zero are those of 1 − q, …, 1 − fraction, with the sign of the power.
    const below = positive(fraction.neg().add(1)).sub(positive(maximum(q.neg().add(1), 1)));
    const half = s.mul(0.5);
    const negative = first.add(where(isWhole(half), below, below.neg()));
    value = where(isPositive, first, where(all(isWhole(s), s.greaterEqual(2)), negative, NaN));
  }
  const limit = choose(
    [
      [q.greater(1), 0],
      [q.equal(1), 1],
    ],
    number(Infinity),
  );
  return choose(
    [
      [all(s.greaterEqual(0), q.equal(q)).logicalNot(), NaN],
      [s.equal(1), Infinity],
      [q.equal(Infinity), where(s.greater(1), 0, number(NaN))],
      [s.equal(Infinity), limit],
      [all(isPositive.logicalNot(), fraction.equal(0)), Infinity],
    ],
    value,
  );
}

/** The lowering of Hurwitz's zeta function and its derivatives. */
export const zetaLowerings: Readonly<Record<'zeta', Lowering>> = {
  zeta: pointwise<ZetaAttributes>(([s, q], { order }) => zeta(s!, q!, order)),
};
