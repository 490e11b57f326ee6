import type { NumericArray } from '../dtypes.js';
import type { ConvGeometry } from './conv.js';

/** True when each feature sees one channel alone: products of matrices would have one column each. */
export function isDepthwise({ groups, channels, features }: ConvGeometry): boolean {
  return groups > 1 && groups === channels && groups === features;
}

/** y = x ∗ kernel, with kernel [taps, channels]. */
export function depthwiseForward(x: NumericArray, kernel: NumericArray, y: NumericArray, g: ConvGeometry): void {
  const { positions, taps, index } = g.table;
  const { channels } = g;
  const totals = new Float64Array(channels);
  for (let image = 0; image < g.batch; image++) {
    for (let p = 0; p < positions; p++) {
      totals.fill(0);
      for (let t = 0; t < taps; t++) {
        const pixel = index[p * taps + t]!;
        if (pixel < 0) continue;
        const from = (image * g.pixels + pixel) * channels;
        for (let c = 0; c < channels; c++) totals[c]! += x[from + c]! * kernel[t * channels + c]!;
      }
      const to = (image * positions + p) * channels;
      for (let c = 0; c < channels; c++) y[to + c] = totals[c]!;
    }
  }
}

/** dx from dy. */
export function depthwiseInputGradient(
  dy: NumericArray,
  kernel: NumericArray,
  dx: NumericArray,
  g: ConvGeometry,
): void {
  const { positions, taps, index } = g.table;
  const { channels } = g;
  for (let image = 0; image < g.batch; image++) {
    for (let p = 0; p < positions; p++) {
      const from = (image * positions + p) * channels;
      for (let t = 0; t < taps; t++) {
        const pixel = index[p * taps + t]!;
        if (pixel < 0) continue;
        const to = (image * g.pixels + pixel) * channels;
        for (let c = 0; c < channels; c++) dx[to + c]! += dy[from + c]! * kernel[t * channels + c]!;
      }
    }
  }
}

/** dkernel from x and dy, added up over images and positions. */
export function depthwiseFilterGradient(
  x: NumericArray,
  dy: NumericArray,
  dkernel: NumericArray,
  g: ConvGeometry,
): void {
  const { positions, taps, index } = g.table;
  const { channels } = g;
  const totals = new Float64Array(taps * channels);
  for (let image = 0; image < g.batch; image++) {
    for (let p = 0; p < positions; p++) {
      const other = (image * positions + p) * channels;
      for (let t = 0; t < taps; t++) {
        const pixel = index[p * taps + t]!;
        if (pixel < 0) continue;
        const from = (image * g.pixels + pixel) * channels;
        for (let c = 0; c < channels; c++) totals[t * channels + c]! += x[from + c]! * dy[other + c]!;
      }
    }
  }
  for (let i = 0; i < totals.length; i++) dkernel[i] = totals[i]!;
}
