import { expect, it } from 'vitest';
import { convFilterGradient, convForward, convInputGradient, type ConvGeometry } from './conv.js';
import { isDepthwise } from './depthwise.js';
import { windowTable } from './windows.js';

function filled(size: number, seed: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => ((i * 7919 + seed * 104729 + i * i * 31) % 257) - 128);
}

/** Calls `visit` with the positions of x, kernel and y of every product that a convolution adds up. */
function eachProduct(g: ConvGeometry, visit: (x: number, kernel: number, y: number) => void): void {
  const { positions, taps, index } = g.table;
  const [channels, features] = [g.channels / g.groups, g.features / g.groups];
  for (let image = 0; image < g.batch; image++) {
    for (let row = 0; row < positions * taps; row++) {
      const pixel = index[row]!;
      if (pixel < 0) continue;
      const [position, tap] = [Math.floor(row / taps), row % taps];
      for (let f = 0; f < g.features; f++) {
        for (let c = 0; c < channels; c++) {
          visit(
            (image * g.pixels + pixel) * g.channels + Math.floor(f / features) * channels + c,
            (tap * channels + c) * g.features + f,
            (image * positions + position) * g.features + f,
          );
        }
      }
    }
  }
}

const table = windowTable([5, 6], [3, 4], [3, 2], [2, 1], [[1, 1], [0, 1]], [1, 2]); // prettier-ignore
const geometry = { batch: 2, pixels: 30, table };

it.each<[string, ConvGeometry]>([
  ['one group', { ...geometry, channels: 3, features: 5, groups: 1 }],
  ['groups', { ...geometry, channels: 6, features: 4, groups: 2 }],
  ['one channel per group, several features', { ...geometry, channels: 3, features: 6, groups: 3 }],
  ['depthwise', { ...geometry, channels: 5, features: 5, groups: 5 }],
])('adds up the products of %s', (name, g) => {
  expect(isDepthwise(g)).toBe(name === 'depthwise');
  const x = filled(g.batch * g.pixels * g.channels, 1);
  const kernel = filled(table.taps * (g.channels / g.groups) * g.features, 2);
  const y = filled(g.batch * table.positions * g.features, 3);
  const wanted = {
    x: new Float64Array(x.length),
    kernel: new Float64Array(kernel.length),
    y: new Float64Array(y.length),
  };
  eachProduct(g, (i, k, o) => {
    wanted.y[o]! += x[i]! * kernel[k]!;
    wanted.x[i]! += y[o]! * kernel[k]!;
    wanted.kernel[k]! += x[i]! * y[o]!;
  });
  const [forward, input, filter] = [wanted.y, wanted.x, wanted.kernel].map(({ length }) => new Float64Array(length));
  convForward(x, kernel, forward!, g);
  convInputGradient(y, kernel, input!, g);
  convFilterGradient(x, y, filter!, g);
  expect({ x: input, kernel: filter, y: forward }).toEqual(wanted);
});
