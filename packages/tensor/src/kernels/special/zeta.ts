/** B₂ⱼ / (2j)!, the coefficients of Euler and Maclaurin's formula. */
const bernoulliByFactorial: readonly number[] = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
  -174611 / 802857662698291200000,
];

/** Replaces the series `x` in powers of ε by its product with a + b·ε, as far as it reaches. */
function multiplyLinear(x: Float64Array, a: number, b: number): void {
  for (let k = x.length - 1; k > 0; k--) x[k] = x[k]! * a + x[k - 1]! * b;
  x[0]! *= a;
}

/** Adds factor · base^−(s + ε) as a series in ε. */
function addPower(sum: Float64Array, base: number, s: number, factor: number): void {
  const logarithm = -Math.log(base);
  let term = factor * base ** -s;
  for (let k = 0; k < sum.length; k++) {
    sum[k]! += term;
    term *= logarithm / (k + 1);
  }
}

/** The formula takes over from where its own terms shrink fast, beyond this and s. */
const start = 12;

/** ζ(s + ε, q) for q > 0 as a series in ε, by Euler and Maclaurin's formula. */
function zetaSeries(s: number, q: number, order: number): Float64Array {
  const sum = new Float64Array(order + 1);
  let base = q;
  while (base < start + s && base < 1e15) {
    addPower(sum, base, s, 1);
    base += 1;
    // Of a large s, few terms matter; the others may be thousands.
    if (s > 60 && (base / q) ** -s < 1e-30) return sum;
  }
  addPower(sum, base, s, 0.5);
  const tail = new Float64Array(order + 1);
  addPower(tail, base, s - 1, 1);
  for (let k = 0; k <= order; k++) tail[k] = (tail[k]! - (k > 0 ? tail[k - 1]! : 0)) / (s - 1);
  const rising = new Float64Array(order + 1);
  addPower(rising, base, s + 1, 1);
  multiplyLinear(rising, s, 1);
  for (let j = 0; j < bernoulliByFactorial.length; j++) {
    for (let k = 0; k <= order; k++) tail[k]! += bernoulliByFactorial[j]! * rising[k]!;
    multiplyLinear(rising, (s + 2 * j + 1) / base, 1 / base);
    multiplyLinear(rising, (s + 2 * j + 2) / base, 1 / base);
  }
  for (let k = 0; k <= order; k++) sum[k]! += tail[k]!;
  return sum;
}

function positive(s: number, q: number, order: number): number {
  let factorial = 1;
  for (let k = 2; k <= order; k++) factorial *= k;
  return zetaSeries(s, q, order)[order]! * factorial;
}

/**
 * The derivative of the given order in s of Hurwitz's ζ(s, q) = Σ (q + n)^−s, for s > 1, and for 0 ≤ s < 1 its
 * continuation. Negative q are taken with whole s alone; poles give Infinity.
 */
export function zeta(s: number, q: number, order = 0): number {
  if (!(s >= 0) || Number.isNaN(q)) return NaN;
  if (s === 1) return Infinity;
  if (q === Infinity) return s > 1 ? 0 : NaN;
  if (s === Infinity) return q > 1 ? 0 : q === 1 ? 1 : Infinity;
  if (q > 0) return positive(s, q, order);
  const fraction = q - Math.floor(q);
  if (fraction === 0) return Infinity;
  if (!Number.isInteger(s) || s < 2 || order > 0) return NaN;
  // The terms below zero are those of 1 − q, …, 1 − fraction, with the sign of the power.
  const below = positive(s, 1 - fraction, 0) - positive(s, 1 - q, 0);
  return positive(s, fraction, 0) + (s % 2 === 0 ? below : -below);
}
