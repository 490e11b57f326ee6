import type { NumericArray } from '../dtypes.js';
import { matmulKernel } from './matmul.js';
import type { WindowTable } from './windows.js';

/** Sizes of a convolution on channels-last arrays: x [batch, pixels, channels], y [batch, positions, features]. */
export interface ConvGeometry {
  readonly batch: number;
  readonly pixels: number;
  readonly channels: number;
  readonly features: number;
  readonly groups: number;
  readonly table: WindowTable;
}

type FloatArray = Float32Array | Float64Array;

function likeArray(sample: NumericArray, size: number): FloatArray {
  return sample instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
}

/** patches[position, tap · channel] of one image and group. */
function gather(x: NumericArray, image: number, group: number, g: ConvGeometry, patches: FloatArray): void {
  const { positions, taps, index } = g.table;
  const own = g.channels / g.groups;
  const base = image * g.pixels * g.channels + group * own;
  for (let row = 0, write = 0; row < positions * taps; row++) {
    const pixel = index[row]!;
    if (pixel < 0) {
      for (let c = 0; c < own; c++) patches[write++] = 0;
    } else {
      for (let c = 0, read = base + pixel * g.channels; c < own; c++) patches[write++] = x[read++]!;
    }
  }
}

/** The columns of y or of the kernel that belong to one group, as a dense matrix. */
function takeColumns(
  source: NumericArray,
  offset: number,
  rows: number,
  total: number,
  first: number,
  own: number,
  target: FloatArray,
): void {
  for (let r = 0, write = 0; r < rows; r++) {
    for (let c = 0, read = offset + r * total + first; c < own; c++) target[write++] = source[read++]!;
  }
}

function putColumns(
  source: FloatArray,
  target: NumericArray,
  offset: number,
  rows: number,
  total: number,
  first: number,
  own: number,
): void {
  for (let r = 0, read = 0; r < rows; r++) {
    for (let c = 0, write = offset + r * total + first; c < own; c++) target[write++] = source[read++]!;
  }
}

/** y = x ∗ kernel, with kernel [taps, channels / groups, features]. */
export function convForward(x: NumericArray, kernel: NumericArray, y: NumericArray, g: ConvGeometry): void {
  const { positions, taps } = g.table;
  const depth = taps * (g.channels / g.groups);
  const own = g.features / g.groups;
  const patches = likeArray(x, positions * depth);
  const weights = likeArray(x, depth * own);
  const result = likeArray(x, positions * own);
  for (let group = 0; group < g.groups; group++) {
    takeColumns(kernel, 0, depth, g.features, group * own, own, weights);
    for (let image = 0; image < g.batch; image++) {
      gather(x, image, group, g, patches);
      result.fill(0);
      matmulKernel(patches, weights, result, positions, depth, own);
      putColumns(result, y, image * positions * g.features, positions, g.features, group * own, own);
    }
  }
}

/** dx from dy: each patch element gets its share and overlapping patches add up. */
export function convInputGradient(dy: NumericArray, kernel: NumericArray, dx: NumericArray, g: ConvGeometry): void {
  const { positions, taps, index } = g.table;
  const channels = g.channels / g.groups;
  const depth = taps * channels;
  const own = g.features / g.groups;
  const rows = likeArray(dy, positions * own);
  const weights = likeArray(dy, own * depth); // transposed: [features, depth]
  const patches = likeArray(dy, positions * depth);
  for (let group = 0; group < g.groups; group++) {
    for (let d = 0; d < depth; d++) {
      for (let o = 0; o < own; o++) weights[o * depth + d] = kernel[d * g.features + group * own + o]!;
    }
    for (let image = 0; image < g.batch; image++) {
      takeColumns(dy, image * positions * g.features, positions, g.features, group * own, own, rows);
      patches.fill(0);
      matmulKernel(rows, weights, patches, positions, own, depth);
      const base = image * g.pixels * g.channels + group * channels;
      for (let row = 0, read = 0; row < positions * taps; row++) {
        const pixel = index[row]!;
        if (pixel < 0) read += channels;
        else for (let c = 0, write = base + pixel * g.channels; c < channels; c++) dx[write++]! += patches[read++]!;
      }
    }
  }
}

/** dkernel from x and dy, added up over images and positions. */
export function convFilterGradient(x: NumericArray, dy: NumericArray, dkernel: NumericArray, g: ConvGeometry): void {
  const { positions, taps } = g.table;
  const depth = taps * (g.channels / g.groups);
  const own = g.features / g.groups;
  const patches = likeArray(x, positions * depth);
  const transposed = likeArray(x, depth * positions);
  const rows = likeArray(x, positions * own);
  const total = likeArray(x, depth * own);
  for (let group = 0; group < g.groups; group++) {
    total.fill(0);
    for (let image = 0; image < g.batch; image++) {
      gather(x, image, group, g, patches);
      for (let p = 0; p < positions; p++) {
        for (let d = 0; d < depth; d++) transposed[d * positions + p] = patches[p * depth + d]!;
      }
      takeColumns(dy, image * positions * g.features, positions, g.features, group * own, own, rows);
      matmulKernel(transposed, rows, total, depth, positions, own);
    }
    putColumns(total, dkernel, 0, depth, g.features, group * own, own);
  }
}
