import type { NumericArray } from '../dtypes.js';
import type { WindowTable } from './windows.js';

/** How images lie in memory: element (image, channel, pixel) at (image · channels · pixels) + channel · … + pixel · …. */
export interface ImageLayout {
  readonly images: number;
  readonly channels: number;
  readonly pixels: number;
  readonly channelsLast: boolean;
}

/**
 * Positions in x of the first largest element of each window, in the order in which the pooled images lie in memory. NaN
 * is larger than anything.
 */
export function findMaxima(x: NumericArray, layout: ImageLayout, table: WindowTable): Int32Array {
  const { images, channels, pixels, channelsLast } = layout;
  const { positions, taps, index } = table;
  const found = new Int32Array(images * channels * positions);
  // Channels that lie side by side are taken side by side.
  const [rows, width, step] = channelsLast ? [images, channels, channels] : [images * channels, 1, 1];
  let write = 0;
  for (let row = 0; row < rows; row++) {
    for (let p = 0; p < positions; p++) {
      for (let c = 0; c < width; c++) {
        const base = row * pixels * step + c;
        let best = -1;
        let largest = -Infinity;
        for (let t = p * taps; t < (p + 1) * taps; t++) {
          if (index[t]! < 0) continue;
          const at = base + index[t]! * step;
          const value = x[at]!;
          if (value <= largest && best >= 0) continue;
          best = at;
          largest = value;
          if (value !== value) break;
        }
        found[write++] = best;
      }
    }
  }
  return found;
}

/** The largest element of each window, in the order in which the pooled images lie in memory; NaN is larger than anything. */
export function largestOfWindows(x: NumericArray, y: NumericArray, layout: ImageLayout, table: WindowTable): void {
  const { images, channels, pixels, channelsLast } = layout;
  const { positions, taps, index } = table;
  const [rows, width, step] = channelsLast ? [images, channels, channels] : [images * channels, 1, 1];
  let write = 0;
  for (let row = 0; row < rows; row++) {
    for (let p = 0; p < positions; p++) {
      let first = p * taps;
      const end = first + taps;
      while (index[first]! < 0) first++;
      for (let c = 0; c < width; c++) {
        const base = row * pixels * step + c;
        let largest = x[base + index[first]! * step]!;
        for (let t = first + 1; t < end; t++) {
          const pixel = index[t]!;
          if (pixel < 0) continue;
          const value = x[base + pixel * step]!;
          if (value <= largest) continue;
          if (largest === largest) largest = value;
        }
        y[write++] = largest;
      }
    }
  }
}

/** y[i] = x[positions[i]]. */
export function take(x: NumericArray, positions: Int32Array, y: NumericArray): void {
  for (let i = 0; i < positions.length; i++) y[i] = x[positions[i]!]!;
}

/** y[positions[i]] += x[i]. */
export function addAt(x: NumericArray, positions: Int32Array, y: NumericArray): void {
  for (let i = 0; i < positions.length; i++) y[positions[i]!]! += x[i]!;
}
