import { zeta } from './zeta.js';

const eulerGamma = 0.5772156649015329;
const halfLogTwoPi = 0.9189385332046727;

/** sin(πx), reduced exactly. */
function sinPi(x: number): number {
  const rest = x - 2 * Math.round(x / 2);
  if (Math.abs(rest) > 0.75) return Math.sign(rest) * Math.sin(Math.PI * (1 - Math.abs(rest)));
  if (Math.abs(rest) > 0.25) return Math.sign(rest) * Math.cos(Math.PI * (0.5 - Math.abs(rest)));
  return Math.sin(Math.PI * rest);
}

let coefficients: readonly number[] = [];

/** log Γ(2 + z) for |z| ≤ 1/2, by its Taylor series (Abramowitz and Stegun 6.1.33). */
function logGammaNear2(z: number): number {
  if (coefficients.length === 0) {
    coefficients = Array.from({ length: 30 }, (_, k) => ((k % 2 === 0 ? 1 : -1) * zeta(k + 2, 2)) / (k + 2));
  }
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * z + coefficients[k]!;
  return z * (1 - eulerGamma + z * sum);
}

/** log Γ(1 + z) for |z| ≤ 1/2: no digits are lost near its zero. */
export function logGamma1p(z: number): number {
  return logGammaNear2(z) - Math.log1p(z);
}

const stirlingSeries = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
  43867 / 244188,
];

/** log Γ(x) − (x − 1/2)·log x + x − log √2π for x > 0 (Abramowitz and Stegun 6.1.41). */
export function stirlingRest(x: number): number {
  if (x < 10) return logGamma(x) - ((x - 0.5) * Math.log(x) - x + halfLogTwoPi);
  const z = 1 / (x * x);
  let sum = 0;
  for (let k = stirlingSeries.length - 1; k >= 0; k--) sum = sum * z + stirlingSeries[k]!;
  return sum / x;
}

/** log |Γ(x)|. */
export function logGamma(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (Math.abs(x) === Infinity || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x < 0) return Math.log(Math.PI / Math.abs(sinPi(x))) - logGamma(1 - x);
  if (x < 0.5) return logGamma1p(x) - Math.log(x);
  if (x <= 1.5) return logGamma1p(x - 1);
  if (x <= 2.5) return logGammaNear2(x - 2);
  if (x >= 10) return (x - 0.5) * (Math.log(x) - 1) - 0.5 + halfLogTwoPi + stirlingRest(x);
  let product = 1;
  let rest = x;
  while (rest > 2.5) {
    rest -= 1;
    product *= rest;
  }
  return logGammaNear2(rest - 2) + Math.log(product);
}

/** Γ(x). */
export function gamma(x: number): number {
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return NaN;
  if (x === 0) return 1 / x;
  if (x > 171.7) return Infinity;
  if (x < -190) return Math.abs(Math.floor(x)) % 2 === 0 ? 0 : -0;
  if (x < -20) {
    // Γ of the reflected argument may be as large as float64 holds: it divides in two steps.
    const power = (1 - x) ** (0.25 - 0.5 * x);
    const half = Math.exp((1 - x) / 2);
    const root = Math.sqrt(2 * Math.PI) * Math.exp(stirlingRest(1 - x));
    return (Math.PI / sinPi(x) / root) * (half / power) * (half / power);
  }
  if (x < 0) return Math.PI / (sinPi(x) * gamma(1 - x));
  if (x >= 20) {
    const power = x ** (0.5 * x - 0.25);
    return Math.sqrt(2 * Math.PI) * power * Math.exp(-x) * power * Math.exp(stirlingRest(x));
  }
  let product = 1;
  let rest = x;
  while (rest > 1.5) {
    rest -= 1;
    product *= rest;
  }
  if (rest < 0.5) return (product * Math.exp(logGamma1p(rest))) / rest;
  return product * Math.exp(logGamma1p(rest - 1));
}

const digammaSeries = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];

/** The derivative of log Γ(x). */
export function digamma(x: number): number {
  if (x === Infinity) return Infinity;
  if (x === 0) return -1 / x;
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return NaN;
  if (x < 0) {
    const turned = x - Math.round(x);
    // cot(πx): by the tangent of the smaller angle.
    const cotangent =
      Math.abs(turned) > 0.25
        ? Math.sign(turned) * Math.tan(Math.PI * (0.5 - Math.abs(turned)))
        : 1 / Math.tan(Math.PI * turned);
    return digamma(1 - x) - Math.PI * cotangent;
  }
  let sum = 0;
  let rest = x;
  while (rest < 12) {
    sum += 1 / rest;
    rest += 1;
  }
  const z = 1 / (rest * rest);
  let series = 0;
  for (let k = digammaSeries.length - 1; k >= 0; k--) series = (series + digammaSeries[k]!) * z;
  return Math.log(rest) - 0.5 / rest - series - sum;
}

/** log |B(a, b)|. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (!(small > 0)) return small === 0 ? Infinity : logGamma(a) + logGamma(b) - logGamma(a + b);
  if (large === Infinity) return -Infinity;
  if (large < 10) return logGamma(small) + logGamma(large) - logGamma(a + b);
  // Of the large parts of log Γ(large) and log Γ(large + small) little is left: their difference is taken first.
  const difference =
    stirlingRest(large) -
    stirlingRest(a + b) -
    (large - 0.5) * Math.log1p(small / large) -
    small * Math.log(a + b) +
    small;
  return logGamma(small) + difference;
}

function signOfGamma(x: number): number {
  return x < 0 && Math.floor(x) % 2 !== 0 ? -1 : 1;
}

/** B(a, b) = Γ(a)·Γ(b) / Γ(a + b). */
export function beta(a: number, b: number): number {
  if (a > 0 && b > 0 && a + b < 20) return (gamma(Math.max(a, b)) / gamma(a + b)) * gamma(Math.min(a, b));
  if (a + b <= 0 && Number.isInteger(a + b) && !Number.isInteger(a)) return 0;
  return signOfGamma(a) * signOfGamma(b) * signOfGamma(a + b) * Math.exp(logBeta(a, b));
}
