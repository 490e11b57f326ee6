const eulerGamma = 0.5772156649015329;
const epsilon = 2 ** -54;

/** Σ x^k / (k·k!) for k ≥ 1. */
function series(x: number): number {
  let term = 1;
  let sum = 0;
  for (let k = 1; ; k++) {
    term *= x / k;
    sum += term / k;
    if (Math.abs(term / k) <= epsilon * Math.abs(sum)) return sum;
  }
}

/** e^x·E₁(x) for x > 1 by its continued fraction (DLMF 6.9.1), evaluated by Lentz's method. */
function fraction(x: number): number {
  let b = x + 1;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 1000; k++) {
    const numerator = -k * k;
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < epsilon * 4) break;
  }
  return value;
}

/** E₁(x) = ∫ₓ^∞ e^−t / t dt: Infinity at 0, NaN below. */
export function expIntE1(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return Infinity;
  if (x <= 1) return -eulerGamma - Math.log(x) - series(-x);
  return x > 750 ? 0 : fraction(x) * Math.exp(-x);
}

/** Ei(x) = −∫_−x^∞ e^−t / t dt, as a principal value: −Infinity at 0. */
export function expInt(x: number): number {
  if (x < 0) return -expIntE1(-x);
  if (x === 0) return -Infinity;
  if (x > 720) return Infinity;
  if (x <= 40) return eulerGamma + Math.log(x) + series(x);
  // DLMF 6.12.2.
  let term = 1;
  let sum = 1;
  for (let k = 1; k < x; k++) {
    term *= k / x;
    if (term < epsilon) break;
    sum += term;
  }
  const half = Math.exp(x / 2); // e^x alone overflows before the quotient does
  return half * (sum / x) * half;
}
