import { kernel, ones, type ParameterSpec, zeros } from './parameters.js';

/**
 * Discriminator of a generative network, trained with a penalty on its slope: 3×3 convolutions with SiLU, each followed
 * by a normalization (of the batch, then by turns of the channels of each pixel) and 2×2 pooling (of the largest, then by
 * turns of the mean); the channel means go through a dense layer to the logits of two classes. To the loss is added half
 * of `penalty` times the mean square of the gradient, by the image, of the difference of both logits.
 * Source: Mescheder et al., "Which training methods for GANs do actually converge?" (2018), R1.
 */
export interface DiscriminatorNetwork {
  readonly type: 'discriminator';
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** Channels of each convolution. */
  readonly widths: readonly number[];
  readonly penalty: number;
}

/** Kernel, bias, scale and offset of each convolution; then the dense layer. */
export function discriminatorParameters({ inputShape, widths }: DiscriminatorNetwork): ParameterSpec[] {
  const convolutions = widths.flatMap((width, i) => [
    kernel(3, 3, i === 0 ? inputShape[2] : (widths[i - 1] as number), width),
    zeros(width),
    ones(width),
    zeros(width),
  ]);
  return [...convolutions, kernel(widths.at(-1) as number, 2), zeros(2)];
}
