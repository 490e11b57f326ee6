/**
 * The batch sizes at which a function is traced: no other dimension is likely to have them, and the last is larger than
 * what a batch may be cut off at. A rule that the first and last suggest must hold for the one between.
 */
export const batchSizes = [7, 13, 1009] as const;

/** What a number is at each of the batch sizes. */
export type AtBatchSizes<T> = readonly [T, T, T];

/** What follows from what is given for each batch size. */
export function mapSizes<T, U>([a, b, c]: AtBatchSizes<T>, f: (value: T) => U): AtBatchSizes<U> {
  return [f(a), f(b), f(c)];
}

/** size = slope · batch + offset. */
export interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** number = sign · (slope · batch + offset) ^ power. */
export interface BatchRule extends Line {
  readonly sign: 1 | -1;
  readonly power: number;
}

/** Roots and powers in which numbers follow a batch size: counts, means, variances, standard errors. */
const powers = [1, -1, 2, -2, 0.5, -0.5];

/** Rounding that a number may carry: that of float32. */
const rounding = 2 ** -22;

function near(value: number, other: number, scale: number): boolean {
  return Math.abs(value - other) <= rounding * scale;
}

/** The line through three numbers; null when they do not lie on one. */
function findLine([a, b, c]: AtBatchSizes<number>): Line | null {
  const [first, middle, last] = batchSizes;
  const rise = (c - a) / (last - first);
  const slope = near(rise, Math.round(rise), Math.abs(rise)) ? Math.round(rise) : rise;
  const start = a - slope * first;
  const offset = near(start, Math.round(start), Math.abs(slope) * first) ? Math.round(start) : start;
  const scale = Math.max(Math.abs(b), Math.abs(slope) * middle);
  return near(slope * middle + offset, b, scale) ? { slope, offset } : null;
}

/** The line on which sizes lie exactly; null when they do not. */
export function sizeLine(sizes: AtBatchSizes<number>): Line | null {
  const line = findLine(sizes);
  const exact = line !== null && batchSizes.every((batch, i) => line.slope * batch + line.offset === sizes[i]);
  return exact && Number.isInteger(line.slope) && Number.isInteger(line.offset) ? line : null;
}

/** The rule that numbers follow; null when no power of a line gives them. */
export function findRule(values: AtBatchSizes<number>): BatchRule | null {
  const sign = values[0] < 0 ? -1 : 1;
  const sizes = mapSizes(values, (value) => value * sign);
  for (const power of powers) {
    if (power !== 1 && sizes.some((size) => size <= 0)) continue;
    const line = findLine(mapSizes(sizes, (size) => size ** (1 / power)));
    if (line !== null) return { ...line, sign, power };
  }
  return null;
}
