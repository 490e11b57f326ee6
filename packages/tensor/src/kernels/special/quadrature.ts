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

const panels = 24;
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

/**
 * ∫ factor(u)·e^exponent(u) du from −∞ to `end`, for a concave exponent with its largest value at `peak`: Gauss's rule on
 * panels that cover where the integrand is not negligible.
 */
export function integrate(
  exponent: (u: number) => number,
  factor: (u: number) => number,
  peak: number,
  end: number,
): number {
  if (weights[0] === 0) prepare();
  const top = Math.min(peak, end);
  const low = leftEnd(exponent, top);
  let high = end;
  if (end > peak) {
    const mirrored = -leftEnd((u) => exponent(-u), -peak);
    if (mirrored < end) high = mirrored;
  }
  const width = (high - low) / panels;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const middle = low + (panel + 0.5) * width;
    for (let i = 0; i < count; i++) {
      const u = middle + 0.5 * width * nodes[i]!;
      sum += weights[i]! * factor(u) * Math.exp(exponent(u));
    }
  }
  return 0.5 * width * sum;
}
