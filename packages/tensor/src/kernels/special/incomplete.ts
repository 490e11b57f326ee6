import { erfc } from '../error-function.js';
import { gamma, logBeta, logGamma, logGamma1p, stirlingRest } from './gamma.js';
import { integrate } from './quadrature.js';

const epsilon = 2 ** -53;
const tiny = 1e-300;
/** More than the square root of the largest parameter asks for. */
const mostTerms = 200_000;

/** log(1 + x) − x, without cancellation where x is small; the `total` 1 + x is given, for x near −1. */
function log1pMinus(x: number, total: number): number {
  if (Math.abs(x) > 0.3) return Math.log(total) - x;
  // log(1 + x) = 2·artanh(r), r = x / (2 + x); x = 2r + r·x.
  const r = x / (2 + x);
  const square = r * r;
  let power = r * square;
  let sum = 0;
  for (let k = 3; Math.abs(power) > epsilon * Math.abs(sum) * k; k += 2) {
    sum += (2 * power) / k;
    power *= square;
  }
  return sum - r * x;
}

/** x^a·e^−x / Γ(a). */
function gammaDensity(a: number, x: number): number {
  if (a < 10) {
    const exponent = a * Math.log(x);
    // Powers are closer than logarithms where they stay within range.
    if (x < 700 && Math.abs(exponent) < 700) return (x ** a * Math.exp(-x)) / gamma(a);
    return Math.exp(exponent - x - logGamma(a));
  }
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(a * log1pMinus((x - a) / a, x / a) - stirlingRest(a));
}

/** The lower part by its series of positive terms (DLMF 8.7.1). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > epsilon * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return gammaDensity(a, x) * sum;
}

/** The upper part by its continued fraction (DLMF 8.9.2), evaluated by Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < mostTerms; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < epsilon * 2) break;
  }
  return gammaDensity(a, x) * value;
}

/** The upper part for small a and x, where 1 − lower cancels: 1 − x^a / Γ(1 + a) and the rest of the alternating series. */
function upperSeries(a: number, x: number): number {
  const exponent = a * Math.log(x) - (a <= 0.5 ? logGamma1p(a) : logGamma(1 + a));
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 1000; n++) {
    term *= -x / n;
    const part = (a * term) / (a + n);
    sum += part;
    if (Math.abs(part) < epsilon * Math.abs(sum)) break;
  }
  return -Math.expm1(exponent) - Math.exp(exponent) * sum;
}

/** Temme's uniform expansion for huge a, whose first terms are exact to rounding there (DLMF 8.12). */
function uniform(a: number, x: number, upper: boolean): number {
  const mu = (x - a) / a;
  const eta = Math.sign(mu) * Math.sqrt(-2 * log1pMinus(mu, x / a));
  const first = Math.abs(eta) < 1e-3 ? -1 / 3 + eta / 12 : 1 / mu - 1 / eta;
  const rest = (Math.exp(-0.5 * a * eta * eta) / Math.sqrt(2 * Math.PI * a)) * first;
  const side = upper ? 1 : -1;
  return 0.5 * erfc(side * eta * Math.sqrt(a / 2)) + side * rest;
}

/** The regularized incomplete gamma function of x: its lower part P(a, x), or the upper Q(a, x). */
export function gammaInc(a: number, x: number, upper: boolean): number {
  if (!(a >= 0 && x >= 0)) return NaN;
  const [below, above] = upper ? [0, 1] : [1, 0];
  if (a === 0) return x === 0 ? NaN : below;
  if (x === 0 || a === Infinity) return a === Infinity && x === Infinity ? NaN : above;
  if (x === Infinity) return below;
  if (a > 1e9) return uniform(a, x, upper);
  if (x < 1.1 && a < 1 && upper) return upperSeries(a, x);
  if (x < a + 1) return upper ? 1 - lowerSeries(a, x) : lowerSeries(a, x);
  return upper ? upperFraction(a, x) : 1 - upperFraction(a, x);
}

/** ∫₀ˣ t^(a−1)·e^−t·(log t)^k dt / Γ(a), by quadrature over log t. */
export function gammaMoment(a: number, x: number, k: number): number {
  if (k === 0) return gammaInc(a, x, false);
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0) return 0;
  const scale = logGamma(a);
  return integrate(
    (u) => a * u - Math.exp(u) - scale,
    (u) => u ** k,
    Math.log(a),
    Math.log(x),
  );
}

/** x^a·y^b / B(a, b), with y = 1 − x. */
function betaDensity(a: number, b: number, x: number, y: number): number {
  if (Math.min(a, b) < 10) {
    return Math.exp(a * Math.log(x) + b * (x < 0.5 ? Math.log1p(-x) : Math.log(y)) - logBeta(a, b));
  }
  const d = b * x - a * y;
  const exponent = a * log1pMinus(d / a, x * (1 + b / a)) + b * log1pMinus(-d / b, y * (1 + a / b));
  const rest = stirlingRest(a + b) - stirlingRest(a) - stirlingRest(b);
  return Math.sqrt((a / (2 * Math.PI)) * (b / (a + b))) * Math.exp(exponent + rest);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < tiny) d = tiny;
  d = 1 / d;
  let value = d;
  for (let m = 1; m < mostTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const numerator of [even, odd]) {
      d = 1 + numerator * d;
      if (Math.abs(d) < tiny) d = tiny;
      c = 1 + numerator / c;
      if (Math.abs(c) < tiny) c = tiny;
      d = 1 / d;
      factor = d * c;
      value *= factor;
    }
    if (Math.abs(factor - 1) < epsilon * 2) break;
  }
  return value;
}

/** The regularized incomplete beta function I(a, b; x). */
export function betaInc(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return NaN;
  if (x === 0 || x === 1) return x;
  if (x <= (a + 1) / (a + b + 2)) return (betaDensity(a, b, x, 1 - x) * betaFraction(a, b, x)) / a;
  return 1 - (betaDensity(a, b, x, 1 - x) * betaFraction(b, a, 1 - x)) / b;
}

/** log(1 + e^u). */
function softplus(u: number): number {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}

/** ∫₀ˣ t^(a−1)·(1−t)^(b−1)·(log t)^i·(log(1−t))^j dt / B(a, b), by quadrature over the logit of t. */
export function betaMoment(a: number, b: number, x: number, i: number, j: number): number {
  if (i === 0 && j === 0) return betaInc(a, b, x);
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return NaN;
  if (x === 0) return 0;
  const scale = logBeta(a, b);
  return integrate(
    (u) => -a * softplus(-u) - b * softplus(u) - scale,
    (u) => (-softplus(-u)) ** i * (-softplus(u)) ** j,
    Math.log(a / b),
    x === 1 ? Infinity : Math.log(x) - Math.log1p(-x),
  );
}
