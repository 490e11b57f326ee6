const count = 16;
const nodes = new Float64Array(count);
const weights = new Float64Array(count);

/** Gauss's nodes and weights on [−1, 1]: roots of the Legendre polynomial by Newton's method. */
function prepare(): void {
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 8; step++) {
      let [previous, current] = [1, x];
      for (let k = 2; k <= count; k++)
        [previous, current] = [current, ((2 * k - 1) * x * current - (k - 1) * previous) / k];
      slope = (count * (x * current - previous)) / (x * x - 1);
      x -= current / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
}

/** On each side of the peak. */
const panels = 20;
const negligible = 45;

/** Where, to the left of `high`, a rising exponent has fallen by `negligible` below its value there. */
function leftEnd(exponent: (u: number) => number, high: number): number {
  const level = exponent(high) - negligible;
  let step = 1e-3;
  while (exponent(high - step) > level && step < 1e300) step *= 2;
  let near = step / 2;
  for (let i = 0; i < 20; i++) {
    const middle = (near + step) / 2;
    if (exponent(high - middle) > level) near = middle;
    else step = middle;
  }
  return high - step;
}

/** ∫ factor·e^exponent over `length` from `start`, by panels that widen with the distance from there, if it is long. */
function side(exponent: (u: number) => number, factor: (u: number) => number, start: number, length: number): number {
  const rate = Math.log(Math.max(Math.abs(length), 1)) + 1e-3;
  const scale = length / Math.expm1(rate);
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < count; i++) {
      const s = (panel + 0.5 + 0.5 * nodes[i]!) / panels;
      const u = start + scale * Math.expm1(rate * s);
      sum += weights[i]! * Math.exp(rate * s) * factor(u) * Math.exp(exponent(u));
    }
  }
  return (Math.abs(scale) * rate * sum) / (2 * panels);
}

/**
 * ∫ factor(u)·e^exponent(u) du from −∞ to `end`, for a concave exponent with its largest value at `peak` that bends within
 * a distance of about 1 from there: Gauss's rule on panels that cover where the integrand is not negligible.
 */
export function integrate(
  exponent: (u: number) => number,
  factor: (u: number) => number,
  peak: number,
  end: number,
): number {
  if (weights[0] === 0) prepare();
  const top = Math.min(peak, end);
  const left = side(exponent, factor, top, leftEnd(exponent, top) - top);
  if (end <= peak) return left;
  const reach = Math.min(end, -leftEnd((u) => exponent(-u), -peak));
  return left + side(exponent, factor, top, reach - top);
}
