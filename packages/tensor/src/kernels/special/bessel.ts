const epsilon = 2 ** -54;

/** (x/2)ⁿ / n! · Σ (sign·x²/4)^k / (k!·(n+1)⋯(n+k)): Jₙ with sign −1, Iₙ with sign 1. */
function series(n: number, x: number, sign: number): number {
  let lead = 1;
  for (let k = 1; k <= n; k++) lead *= x / 2 / k;
  const z = (sign * x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; Math.abs(term) > epsilon * Math.abs(sum); k++) {
    term *= z / (k * (n + k));
    sum += term;
  }
  return lead * sum;
}

/** Hankel's expansion for large x (DLMF 10.17.3): the amplitudes of cosine and sine of x − (n/2 + 1/4)π, over √(2/πx). */
function hankel(n: number, x: number): readonly [number, number] {
  const sums = [0, 0];
  let term = 1;
  for (let k = 0; k < 100; k++) {
    sums[k % 2]! += (k % 4 < 2 ? 1 : -1) * term;
    const next = (term * (4 * n * n - (2 * k + 1) ** 2)) / (8 * (k + 1) * x);
    if (next === 0 || Math.abs(next) < epsilon || (k > n && Math.abs(next) > Math.abs(term))) break;
    term = next;
  }
  return [sums[0]!, sums[1]!];
}

/** Jₙ(x) and Yₙ(x) for large x. */
function asymptotic(n: number, x: number): readonly [number, number] {
  const [p, q] = hankel(n, x);
  const scale = 1 / Math.sqrt(Math.PI * x);
  const [cosine, sine] = [Math.cos(x), Math.sin(x)];
  // cos and sin of x − π/4, times √2, then turned back by n quarters.
  let [c, s] = [cosine + sine, sine - cosine];
  for (let k = 0; k < n % 4; k++) [c, s] = [s, -c];
  return [scale * (p * c - q * s), scale * (p * s + q * c)];
}

/**
 * Jₙ(x) and Yₙ(x) from Hankel's integral (DLMF 10.9.17), by the trapezoidal rule along a path close to that of steepest
 * descent, on which it converges exponentially.
 */
function contour(n: number, x: number): readonly [number, number] {
  const step = 1 / 18;
  let real = 0;
  let imaginary = 0;
  const reach = Math.log((90 + 60 * n) / x + 1) + 1;
  for (let s = -reach; s <= reach; s += step) {
    const bend = Math.tanh(s);
    const angle = (Math.PI / 2) * (1 + bend);
    // dt = (1 + i·slope) ds.
    const slope = (Math.PI / 2) * (1 - bend * bend);
    const size = Math.exp(x * Math.sinh(s) * Math.cos(angle) - n * s);
    if (size === 0) continue;
    const phase = x * Math.cosh(s) * Math.sin(angle) - n * angle;
    const [u, v] = [size * Math.cos(phase), size * Math.sin(phase)];
    real += u - slope * v;
    imaginary += v + slope * u;
  }
  // Divided by πi.
  return [(imaginary * step) / Math.PI, (-real * step) / Math.PI];
}

/** Beyond, the integral would take smaller steps. */
const large = 25;

/** Jₙ(x) or Yₙ(x) from those of orders 0 and 1, upwards: stable for n ≤ x, and for Y always (DLMF 10.6.1). */
function upwards(n: number, x: number, f0: number, f1: number): number {
  let [previous, current] = [f0, f1];
  if (n === 0) return previous;
  for (let k = 1; k < n; k++) [previous, current] = [current, ((2 * k) / x) * current - previous];
  return current;
}

/** The Bessel function of the first kind, of whole order n ≥ 0. */
export function besselJ(n: number, x: number): number {
  if (x < 0) return (n % 2 === 0 ? 1 : -1) * besselJ(n, -x);
  if (Number.isNaN(x)) return NaN;
  if (x === Infinity) return 0;
  if (x * x < 20 * (n + 1)) return series(n, x, -1);
  if (x > large && n <= x) return upwards(n, x, asymptotic(0, x)[0], asymptotic(1, x)[0]);
  return contour(n, x)[0];
}

/** The Bessel function of the second kind, of whole order n ≥ 0: −Infinity at 0, NaN below. */
export function besselY(n: number, x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return 0;
  if (x > large) return upwards(n, x, asymptotic(0, x)[1], asymptotic(1, x)[1]);
  return contour(n, x)[1];
}

/** The modified Bessel function of the first kind, of whole order n ≥ 0, times e^−|x| if scaled. */
export function besselI(n: number, x: number, scaled: boolean): number {
  if (x < 0) return (n % 2 === 0 ? 1 : -1) * besselI(n, -x, scaled);
  if (Number.isNaN(x)) return NaN;
  if (x === Infinity) return scaled ? 0 : Infinity;
  if (x <= large + n * n) return series(n, x, 1) * (scaled ? Math.exp(-x) : 1);
  // DLMF 10.40.1.
  let term = 1;
  let sum = 1;
  for (let k = 0; k < 100; k++) {
    const next = (-term * (4 * n * n - (2 * k + 1) ** 2)) / (8 * (k + 1) * x);
    if (Math.abs(next) < epsilon || (k > n && Math.abs(next) > Math.abs(term))) break;
    term = next;
    sum += term;
  }
  const size = sum / Math.sqrt(2 * Math.PI * x);
  if (scaled) return size;
  const half = Math.exp(x / 2); // e^x alone overflows before the product does
  return half * size * half;
}

/** The modified Bessel function of the second kind, of whole order n ≥ 0, times e^x if scaled; Infinity at 0, NaN below. */
export function besselK(n: number, x: number, scaled: boolean): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return Infinity;
  if (x === Infinity) return 0;
  // DLMF 10.32.9 by the trapezoidal rule, which converges exponentially.
  const step = Math.min(0.2, 0.6 / Math.sqrt(x));
  let sum = 0.5;
  for (let k = 1; ; k++) {
    const t = k * step;
    const half = Math.sinh(t / 2);
    const term = Math.exp(-2 * x * half * half + n * t) * (1 + Math.exp(-2 * n * t)) * 0.5;
    sum += term;
    if (term < epsilon * sum && x * Math.sinh(t) > n) break;
  }
  return sum * step * (scaled ? 1 : Math.exp(-x));
}
