import { kernel, type ParameterSpec, zeros } from './parameters.js';

/**
 * U-Net that gives each pixel a class: at each level two 3×3 convolutions, max pooling on the way down, transposed 2×2
 * convolutions and skips on the way up. Source: Ronneberger et al. (2015), with padding.
 */
export interface UNetwork {
  readonly type: 'unet';
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** Channels of each level, the last one at the bottom. */
  readonly widths: readonly number[];
  readonly classes: number;
}

/**
 * Kernel and bias of each convolution: down, bottom, then for each level up the transposed one
 * [height, width, outputs, inputs] and both others; last the 1×1 one that gives the classes.
 */
export function unetParameters({ inputShape, widths, classes }: UNetwork): ParameterSpec[] {
  const pair = (inputs: number, outputs: number): ParameterSpec[] => [
    kernel(3, 3, inputs, outputs),
    zeros(outputs),
    kernel(3, 3, outputs, outputs),
    zeros(outputs),
  ];
  const down = widths.flatMap((width, level) =>
    pair(level === 0 ? inputShape[2] : (widths[level - 1] as number), width),
  );
  const up = widths.slice(0, -1).flatMap((width, level) => {
    const below = widths[level + 1] as number;
    return [[kernel(2, 2, width, below), zeros(width), ...pair(2 * width, width)]];
  });
  return [...down, ...up.reverse().flat(), kernel(1, 1, widths[0] as number, classes), zeros(classes)];
}
