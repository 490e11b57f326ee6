import type { Padding } from '../kernels/windows.js';
import type { Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

/** Where the channels lie: after the spatial axes, or between batch and spatial axes. */
export type Channels = 'first' | 'last';

/** Attributes of a convolution. */
export interface ConvAttributes {
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilation: readonly number[];
  readonly groups: number;
  /** Layout of input and output: `last` is [batch, …spatial, channels], `first` is [batch, channels, …spatial]. */
  readonly channels: Channels;
  /** Layout of the kernel: `last` is […spatial, in, out], `first` is [out, in, …spatial]. */
  readonly kernel: Channels;
}

/** Attributes of a gradient of a convolution: those of the convolution, and the shape of the result. */
export interface ConvGradAttributes extends ConvAttributes {
  readonly shape: Shape;
}

/** Axes of an image tensor in the order [batch, …spatial, channels]. */
export function orderFor(channels: Channels, rank: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return channels === 'last' ? axes : [0, ...axes.slice(2), 1];
}

/** Axes of a kernel in the order […spatial, in, out]. */
export function kernelOrder(layout: Channels, rank: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return layout === 'last' ? axes : [...axes.slice(2), 1, 0];
}

/** [batch, …spatial, channels] of a shape in the given layout. */
export function imageShape(channels: Channels, shape: Shape): Shape {
  return orderFor(channels, shape.length).map((axis) => shape[axis]!);
}

/** The layout's shape for [batch, …spatial, channels]. */
export function fromChannels(channels: Channels, shape: Shape): Shape {
  return channels === 'last' ? shape : [shape[0]!, shape[shape.length - 1]!, ...shape.slice(1, -1)];
}

/** [size, batch, …, channels, …] → [batch, …, size · channels, …], so that groups keep the batch entries apart. */
export function mergeBatchIntoChannels(x: Tensor, channels: Channels): Tensor {
  const [size, batch, ...rest] = x.shape;
  if (channels === 'first') {
    const [own, ...spatial] = rest;
    return x.transpose([1, 0, ...rest.map((_, i) => i + 2)]).reshape([batch!, size! * own!, ...spatial]);
  }
  const spatial = rest.slice(0, -1);
  const order = [1, ...spatial.map((_, i) => i + 2), 0, x.rank - 1];
  return x.transpose(order).reshape([batch!, ...spatial, size! * rest[rest.length - 1]!]);
}

/** [size, …kernel] → a kernel with size times the features. */
export function mergeBatchIntoFeatures(kernel: Tensor, layout: Channels): Tensor {
  const [size, ...rest] = kernel.shape;
  if (layout === 'first') return kernel.reshape([size! * rest[0]!, ...rest.slice(1)]);
  const last = kernel.rank - 1;
  const order = [...rest.slice(0, -1).map((_, i) => i + 1), 0, last];
  return kernel.transpose(order).reshape([...rest.slice(0, -1), size! * rest[rest.length - 1]!]);
}

/** [batch, …, size · features, …] → [size, batch, …, features, …]. */
export function splitFeatures(y: Tensor, channels: Channels, size: number): Tensor {
  const [batch, ...rest] = y.shape;
  if (channels === 'first') {
    const split = y.reshape([batch!, size, rest[0]! / size, ...rest.slice(1)]);
    return split.transpose([1, 0, ...rest.map((_, i) => i + 2)]);
  }
  const spatial = rest.slice(0, -1);
  const split = y.reshape([batch!, ...spatial, size, rest[rest.length - 1]! / size]);
  return split.transpose([split.rank - 2, 0, ...spatial.map((_, i) => i + 1), split.rank - 1]);
}
