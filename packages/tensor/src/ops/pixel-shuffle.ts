import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

function checkFactor(operation: string, x: Tensor, factor: number): void {
  checkTensor(operation, x);
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ArgumentError(`${operation}: factor ${factor} is not accepted; use a whole number >= 1`);
  }
  if (x.rank < 3) {
    throw new ShapeError(`${operation}: ${formatShape(x.shape)} is no image; x is [batch, …spatial, channels]`);
  }
}

/**
 * Lays channels out in space: x: [batch, …spatial, channels · factorⁿ] → [batch, …spatial · factor, channels] for n spatial
 * axes, in PyTorch's order of channels. Throws a ShapeError when the channels do not divide. Source: Shi et al.,
 * "Real-Time Single Image and Video Super-Resolution" (2016).
 *
 * @example
 * ```ts
 * nn.pixelShuffle(zeros([1, 8, 8, 12]), 2).shape; // → [1, 16, 16, 3]
 * ```
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  checkFactor('pixelShuffle', x, factor);
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const channels = rest.pop()!;
  const block = factor ** rest.length;
  if (channels % block !== 0) {
    throw new ShapeError(
      `pixelShuffle: ${formatShape(x.shape)} has ${channels} channels, which do not divide by ${factor} for each of ${rest.length} spatial axes (${block})`,
    );
  }
  const split = x.reshape([batch, ...rest, channels / block, ...rest.map(() => factor)]);
  const order = rest.flatMap((_, i) => [i + 1, rest.length + 2 + i]);
  return split
    .transpose([0, ...order, rest.length + 1])
    .reshape([batch, ...rest.map((size) => size * factor), channels / block]);
}

/**
 * The inverse of `pixelShuffle`: x: [batch, …spatial · factor, channels] → [batch, …spatial, channels · factorⁿ]. Throws a
 * ShapeError when the spatial axes do not divide.
 *
 * @example
 * ```ts
 * nn.pixelUnshuffle(zeros([1, 16, 16, 3]), 2).shape; // → [1, 8, 8, 12]
 * ```
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  checkFactor('pixelUnshuffle', x, factor);
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const channels = rest.pop()!;
  if (rest.some((size) => size % factor !== 0)) {
    throw new ShapeError(
      `pixelUnshuffle: the spatial axes of ${formatShape(x.shape)} do not divide by ${factor}; pad or crop x first`,
    );
  }
  const split = x.reshape([batch, ...rest.flatMap((size) => [size / factor, factor]), channels]);
  const outer = rest.map((_, i) => 2 * i + 1);
  return split
    .transpose([0, ...outer, 2 * rest.length + 1, ...outer.map((axis) => axis + 1)])
    .reshape([batch, ...rest.map((size) => size / factor), channels * factor ** rest.length]);
}
