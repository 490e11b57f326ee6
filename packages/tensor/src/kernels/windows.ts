import { sizeOf, stridesOf, type Shape } from '../shapes.js';

/** Padding before and after each spatial axis. */
export type Padding = readonly (readonly [low: number, high: number])[];

/** Where a window's elements lie: per output position and window position the spatial index in the input, or −1. */
export interface WindowTable {
  readonly positions: number;
  readonly taps: number;
  /** [positions × taps] */
  readonly index: Int32Array;
}

/** Lists the spatial input index of each window element; −1 in the padding. */
export function windowTable(
  input: Shape,
  output: Shape,
  window: Shape,
  strides: readonly number[],
  padding: Padding,
  dilation: readonly number[],
): WindowTable {
  const positions = sizeOf(output);
  const taps = sizeOf(window);
  const index = new Int32Array(positions * taps);
  const inputStrides = stridesOf(input);
  const outputStrides = stridesOf(output);
  const windowStrides = stridesOf(window);
  for (let p = 0; p < positions; p++) {
    for (let t = 0; t < taps; t++) {
      let at = 0;
      for (let axis = 0; axis < input.length; axis++) {
        const o = Math.floor(p / outputStrides[axis]!) % output[axis]!;
        const w = Math.floor(t / windowStrides[axis]!) % window[axis]!;
        const i = o * strides[axis]! + w * dilation[axis]! - padding[axis]![0];
        if (i < 0 || i >= input[axis]!) {
          at = -1;
          break;
        }
        at += i * inputStrides[axis]!;
      }
      index[p * taps + t] = at;
    }
  }
  return { positions, taps, index };
}

/** Output size of a window that slides along one axis. */
export function windowedSize(
  size: number,
  window: number,
  stride: number,
  [low, high]: readonly [number, number],
  dilation: number,
): number {
  return Math.floor((size + low + high - (window - 1) * dilation - 1) / stride) + 1;
}
