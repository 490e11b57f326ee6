import type { NumericArray } from '../dtypes.js';

/** How values between samples are found. */
export type ResampleMethod = 'nearest' | 'linear' | 'cubic';

/** Where output samples lie: on pixels with an area (halfPixel), from corner to corner, or at multiples of the step. */
export type ResampleCoordinates = 'halfPixel' | 'alignCorners' | 'asymmetric';

/** A sparse matrix: output o is the sum over its taps of weights[o·taps + t] · input[index[o·taps + t]]. */
export interface ResampleTable {
  readonly taps: number;
  readonly index: Int32Array;
  readonly weights: Float64Array;
}

/** Keys's parameter, as in PyTorch and most image libraries. */
const cubicParameter = -0.75;

function cubicWeight(distance: number): number {
  const a = cubicParameter;
  const d = Math.abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

function position(o: number, input: number, output: number, coordinates: ResampleCoordinates): number {
  if (coordinates === 'alignCorners') return output === 1 ? 0 : (o * (input - 1)) / (output - 1);
  return coordinates === 'asymmetric' ? (o * input) / output : ((2 * o + 1) * input - output) / (2 * output);
}

function nearest(o: number, input: number, output: number, coordinates: ResampleCoordinates): number {
  if (coordinates === 'alignCorners') return Math.round(position(o, input, output, coordinates));
  // Whole numbers are divided, so that a sample on the border of two pixels is taken alike everywhere.
  const at = coordinates === 'asymmetric' ? (o * input) / output : ((2 * o + 1) * input) / (2 * output);
  return Math.min(Math.floor(at), input - 1);
}

/**
 * The taps of each output sample; beyond the ends, the end itself.
 *
 * @example
 * ```ts
 * resampleTable(2, 4, 'linear', 'halfPixel').weights.slice(2, 4); // → [0.75, 0.25]
 * ```
 */
export function resampleTable(
  input: number,
  output: number,
  method: ResampleMethod,
  coordinates: ResampleCoordinates,
): ResampleTable {
  const taps = { nearest: 1, linear: 2, cubic: 4 }[method];
  const index = new Int32Array(output * taps);
  const weights = new Float64Array(output * taps);
  for (let o = 0; o < output; o++) {
    if (method === 'nearest') {
      index[o] = nearest(o, input, output, coordinates);
      weights[o] = 1;
      continue;
    }
    const exact = position(o, input, output, coordinates);
    const at = method === 'linear' ? Math.min(Math.max(exact, 0), input - 1) : exact;
    const first = Math.floor(at) - (taps / 2 - 1);
    for (let t = 0; t < taps; t++) {
      const distance = at - (first + t);
      index[o * taps + t] = Math.min(Math.max(first + t, 0), input - 1);
      weights[o * taps + t] = method === 'linear' ? 1 - Math.abs(distance) : cubicWeight(distance);
    }
  }
  return { taps, index, weights };
}

/** y[outer, o, inner] from x[outer, i, inner]; transposed, the sums go the other way: y[outer, i, inner] from x[outer, o, inner]. */
export function resample(
  x: NumericArray,
  y: NumericArray,
  outer: number,
  input: number,
  inner: number,
  { taps, index, weights }: ResampleTable,
  transposed = false,
): void {
  const output = index.length / taps;
  for (let b = 0; b < outer; b++) {
    for (let o = 0; o < output; o++) {
      const sample = (b * output + o) * inner;
      for (let t = o * taps; t < (o + 1) * taps; t++) {
        const weight = weights[t]!;
        if (weight === 0) continue;
        const tap = (b * input + index[t]!) * inner;
        const from = transposed ? sample : tap;
        const to = transposed ? tap : sample;
        for (let i = 0; i < inner; i++) y[to + i]! += weight * x[from + i]!;
      }
    }
  }
}
