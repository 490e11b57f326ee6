import { normalInverse } from '../error-function.js';
import { betaInc, gammaInc } from './incomplete.js';
import { logGamma } from './gamma.js';

/** A first guess of the gamma quantile: Wilson and Hilferty's for a > 1, else by pieces (Press et al., 6.2.1). */
function guess(a: number, p: number, q: number): number {
  if (a > 1) {
    const z = p < 0.5 ? normalInverse(p) : -normalInverse(q);
    const root = 1 - 1 / (9 * a) + z / (3 * Math.sqrt(a));
    return Math.max(1e-3 * a, a * root * root * root);
  }
  const split = 1 - a * (0.253 + a * 0.12);
  return p < split ? (p / split) ** (1 / a) : 1 - Math.log(q / (1 - split));
}

/** log x of the x with P(a, x) = p: by Halley's method on the smaller of both tails. */
export function logGammaQuantile(a: number, p: number): number {
  if (!(a > 0 && p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  // Near 0, P is x^a / Γ(a + 1) to rounding.
  const scale = logGamma(a + 1);
  const near = (Math.log(p) + scale) / a;
  if (near < -36) return near;
  const q = 1 - p;
  const upper = p > 0.5;
  let x = Math.max(guess(a, p, q), Math.exp(near));
  if (x < 0.05 * (a + 1)) x = Math.exp(near + Math.exp(near) / (a + 1));
  const logFactor = scale - Math.log(a);
  for (let step = 0; step < 40; step++) {
    const error = upper ? q - gammaInc(a, x, true) : gammaInc(a, x, false) - p;
    const change = error / Math.exp((a - 1) * Math.log(x) - x - logFactor);
    const curved = change / (1 - 0.5 * Math.min(1, change * ((a - 1) / x - 1)));
    const next = x - curved;
    const moved = next > 0 ? next : x / 2;
    const difference = Math.abs(moved - x);
    x = moved;
    if (difference <= 1e-6 * x) {
      // Convergence is cubic: the next step would not move it.
      if (difference > 1e-9 * x) continue;
      break;
    }
  }
  return Math.log(x);
}

/** The x with P(a, x) = p. */
export function gammaQuantile(a: number, p: number): number {
  return Math.exp(logGammaQuantile(a, p));
}

/** The smallest k ≥ 0 with cumulative(k) ≥ u, near a first guess. */
function search(cumulative: (k: number) => number, first: number, last: number, u: number): number {
  let k = Math.min(Math.max(0, Math.floor(first)), last);
  while (k < last && cumulative(k) < u) k++;
  while (k > 0 && cumulative(k - 1) >= u) k--;
  return k;
}

/** A quantile by its mean, deviation and skewness (Cornish and Fisher). */
function approximate(mean: number, deviation: number, skewness: number, u: number): number {
  const z = normalInverse(u);
  return mean + deviation * (z + (skewness * (z * z - 1)) / 6) - 0.5;
}

/** The smallest k that a Poisson variable of this rate stays at or below with probability u < 1; NaN for bad arguments. */
export function poissonQuantile(rate: number, u: number): number {
  if (!(rate >= 0 && rate < 2 ** 53 && u >= 0 && u < 1)) return NaN;
  if (rate < 16) {
    let term = Math.exp(-rate);
    let sum = term;
    let k = 0;
    while (sum < u && term > 0) {
      k++;
      term *= rate / k;
      sum += term;
    }
    return k;
  }
  const deviation = Math.sqrt(rate);
  return search((k) => gammaInc(k + 1, rate, true), approximate(rate, deviation, 1 / deviation, u), Infinity, u);
}

/** The same of the number of successes in `count` trials; NaN for bad arguments. */
export function binomialQuantile(count: number, probability: number, u: number): number {
  if (!(count >= 0 && count < 2 ** 53 && Number.isInteger(count) && probability >= 0 && probability <= 1)) return NaN;
  if (!(u >= 0 && u < 1)) return NaN;
  if (probability === 1) return count;
  const other = 1 - probability;
  const mean = count * probability;
  if (mean < 16) {
    let term = Math.exp(count * Math.log1p(-probability));
    let sum = term;
    let k = 0;
    while (sum < u && k < count) {
      term *= ((count - k) / (k + 1)) * (probability / other);
      sum += term;
      k++;
    }
    return k;
  }
  const deviation = Math.sqrt(mean * other);
  const cumulative = (k: number): number => (k >= count ? 1 : betaInc(count - k, k + 1, other));
  return search(cumulative, approximate(mean, deviation, (other - probability) / deviation, u), count, u);
}
