import type { NumericArray } from '../dtypes.js';
import { depthwiseFilterGradient, depthwiseForward, depthwiseInputGradient, isDepthwise } from './depthwise.js';
import { denseMatrix, multiplyInto, transposedMatrix } from './matmul.js';
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

/** y = x ∗ kernel, with kernel [taps, channels / groups, features]. */
export function convForward(x: NumericArray, kernel: NumericArray, y: NumericArray, g: ConvGeometry): void {
  if (isDepthwise(g)) {
    depthwiseForward(x, kernel, y, g);
    return;
  }
  const { positions, taps } = g.table;
  const depth = taps * (g.channels / g.groups);
  const own = g.features / g.groups;
  const patches = likeArray(x, positions * depth);
  for (let group = 0; group < g.groups; group++) {
    const weights = denseMatrix(kernel, g.features, group * own);
    for (let image = 0; image < g.batch; image++) {
      gather(x, image, group, g, patches);
      const target = denseMatrix(y, g.features, image * positions * g.features + group * own);
      multiplyInto(denseMatrix(patches, depth), weights, target, positions, depth, own);
    }
  }
}

/** dx from dy: each patch element gets its share and overlapping patches add up. */
export function convInputGradient(dy: NumericArray, kernel: NumericArray, dx: NumericArray, g: ConvGeometry): void {
  if (isDepthwise(g)) {
    depthwiseInputGradient(dy, kernel, dx, g);
    return;
  }
  const { positions, taps, index } = g.table;
  const channels = g.channels / g.groups;
  const depth = taps * channels;
  const own = g.features / g.groups;
  const patches = likeArray(dy, positions * depth);
  for (let group = 0; group < g.groups; group++) {
    const weights = transposedMatrix(denseMatrix(kernel, g.features, group * own));
    for (let image = 0; image < g.batch; image++) {
      const rows = denseMatrix(dy, g.features, image * positions * g.features + group * own);
      patches.fill(0);
      multiplyInto(rows, weights, denseMatrix(patches, depth), positions, own, depth);
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
  if (isDepthwise(g)) {
    depthwiseFilterGradient(x, dy, dkernel, g);
    return;
  }
  const { positions, taps } = g.table;
  const depth = taps * (g.channels / g.groups);
  const own = g.features / g.groups;
  const patches = likeArray(x, positions * depth);
  for (let group = 0; group < g.groups; group++) {
    const total = denseMatrix(dkernel, g.features, group * own);
    for (let image = 0; image < g.batch; image++) {
      gather(x, image, group, g, patches);
      const rows = denseMatrix(dy, g.features, image * positions * g.features + group * own);
      multiplyInto(transposedMatrix(denseMatrix(patches, depth)), rows, total, depth, positions, own);
    }
  }
}
