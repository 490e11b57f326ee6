/** c[0] + x·(c[1] + x·(c[2] + …)). */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
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

/** e^(−x²), where the rounding of x² would show. */
function gaussian(x: number): number {
  const high = Math.trunc(x * 16) / 16;
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** e^(x²)·erfc(x) for x ≥ 0.46875. */
function scaledTail(x: number): number {
  if (x <= 4) return polynomial(x, middleTop) / polynomial(x, middleBottom);
  const z = 1 / (x * x);
  const series = (z * polynomial(z, farTop)) / polynomial(z, farBottom);
  return (1 / Math.sqrt(Math.PI) - series) / x;
}

/** The error function, 2/√π·∫₀ˣ e^(−t²) dt, within 2 ulp. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) return (x * polynomial(x * x, nearTop)) / polynomial(x * x, nearBottom);
  if (size > 6) return Math.sign(x);
  const tail = gaussian(size) * scaledTail(size);
  return x < 0 ? tail - 0.5 - 0.5 : 0.5 - tail + 0.5;
}

/** 1 − erf(x), within a few ulp in the tail as well. */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) return 1 - erf(x);
  if (size > 27) return x < 0 ? 2 : 0;
  const tail = gaussian(size) * scaledTail(size);
  return x < 0 ? 2 - tail : tail;
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

/** The normal quantile beyond a small probability `tail`: how many standard deviations from 0. */
function normalTail(tail: number): number {
  const r = Math.sqrt(-Math.log(tail));
  if (r === Infinity) return Infinity;
  if (r <= 5) return polynomial(r - 1.6, sideTop) / polynomial(r - 1.6, sideBottom);
  return polynomial(r - 5, tailTop) / polynomial(r - 5, tailBottom);
}

/** The normal quantile for a probability of 1/2 + q, where the smaller of both sides is `tail`. */
function normalQuantile(q: number, tail: number): number {
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, centreTop)) / polynomial(r, centreBottom);
  }
  return Math.sign(q) * normalTail(tail);
}

/** The inverse of erf: ±Infinity at ±1, NaN beyond. */
export function erfInv(x: number): number {
  if (!(Math.abs(x) <= 1)) return NaN;
  return normalQuantile(x / 2, (1 - Math.abs(x)) / 2) * Math.SQRT1_2;
}

/** The inverse of the normal distribution function: ±Infinity at 1 and 0, NaN beyond. */
export function normalInverse(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  return normalQuantile(p - 0.5, p < 0.5 ? p : 1 - p);
}

/** The logarithm of the normal distribution function. */
export function logNormal(x: number): number {
  const z = -x * Math.SQRT1_2;
  if (z < 0.46875) return Math.log1p(-0.5 * erfc(-z));
  return Math.log(0.5 * scaledTail(z)) - 0.5 * x * x;
}
