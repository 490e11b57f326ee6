/**
 * What the networks are made of, in the terms of one library. `T` is its array. Images are in the layout that the
 * library likes best, and kernels come as `kernel` left them.
 */
export interface Operations<T> {
  readonly shape: (x: T) => readonly number[];
  readonly add: (x: T, y: T) => T;
  readonly multiply: (x: T, y: T) => T;
  readonly relu: (x: T) => T;
  readonly sigmoid: (x: T) => T;
  readonly tanh: (x: T) => T;
  /** The exact form, with the error function. */
  readonly gelu: (x: T) => T;
  /** x: [..., inputs] → [..., outputs] */
  readonly dense: (x: T, kernel: T, bias?: T, activation?: 'relu') => T;
  readonly reshape: (x: T, shape: readonly number[]) => T;
  /** Equal parts of the last axis. */
  readonly split: (x: T, parts: number) => T[];
  /** x: [batch, time, features] → an array [batch, features] for each moment */
  readonly moments: (x: T) => T[];
  /** Arrays [batch, features], one for each moment → [batch, time, features] */
  readonly sequence: (parts: readonly T[]) => T;
  readonly convolve: (x: T, kernel: T, options: ConvolutionOptions<T>) => T;
  /** Transposed convolution by a kernel as wide as its stride. */
  readonly upsample: (x: T, kernel: T, stride: number) => T;
  readonly maxPool: (x: T, size: number) => T;
  /** Adds a bias to each channel of images. */
  readonly addChannels: (x: T, bias: T) => T;
  readonly concatChannels: (x: T, y: T) => T;
  /** The mean of each channel: [batch, channels]. */
  readonly channelMeans: (x: T) => T;
  /** Normalizes by the statistics of the batch; moving ones are not kept, in the peer's favour. */
  readonly batchNormalize: (x: T, scale: T, offset: T) => T;
  /** Over the last axis. */
  readonly layerNormalize: (x: T, scale: T, offset: T) => T;
  /** [batch, height · width · channels] */
  readonly flatten: (x: T) => T;
  /** Images as [batch, height, width, channels]. */
  readonly pixels: (x: T) => T;
  /** tokens: [batch, time] → [batch, time, width] */
  readonly embed: (tokens: T, table: T) => T;
  /** Causal attention of [batch, time, heads, width]. */
  readonly attend: (query: T, key: T, value: T) => T;
  /** [batch, units] of zeros. */
  readonly zeros: (batch: number, units: number) => T;
}

/** What normalizations add to the variance. */
export const batchEpsilon = 1e-3;
export const layerEpsilon = 1e-5;

export interface ConvolutionOptions<T> {
  readonly stride: number;
  /** On each side. */
  readonly padding: number;
  readonly bias?: T;
  readonly activation?: 'relu';
}
