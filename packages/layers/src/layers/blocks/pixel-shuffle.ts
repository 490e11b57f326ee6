import { formatShape, nn, ShapeError, type Tensor } from '@tesserajs/tensor';
import { checkSize, Layer, type FieldKind } from '../layer.js';
import {
  dataFormats,
  fromChannelsLast,
  toChannelsLast,
  toDataFormat,
  type DataFormat,
  type SpatialOptions,
} from '../spatial.js';

/** Options of `pixelShuffle`. */
export interface PixelShuffleOptions extends SpatialOptions {
  /** By how much each spatial axis grows. */
  readonly factor: number;
}

/** Lays channels out in space; made by {@link pixelShuffle}. */
export class PixelShuffle extends Layer {
  static readonly className: string = 'PixelShuffle';
  static readonly fields: Readonly<Record<string, FieldKind>> = { factor: 'size', dataFormat: dataFormats };

  readonly factor: number;
  readonly dataFormat: DataFormat;

  /** As {@link pixelShuffle}. */
  constructor(options: PixelShuffleOptions) {
    super('pixelShuffle', options);
    checkSize(this.name, 'factor', options.factor);
    this.factor = options.factor;
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    if (x.rank < 3) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} has no spatial axes; the layer takes [batch, …spatial, channels]`,
      );
    }
    const images = toChannelsLast(x, this.dataFormat);
    const channels = images.shape.at(-1)!;
    const block = this.factor ** (x.rank - 2);
    if (channels % block !== 0) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} has ${channels} channels; with factor ${this.factor} it needs a ` +
          `multiple of ${block}`,
      );
    }
    return fromChannelsLast(nn.pixelShuffle(images, this.factor), this.dataFormat);
  }
}

/**
 * Enlarges images by laying their channels out in space, after a convolution at low resolution.
 *
 * x: [batch, …spatial, channels · factorⁿ] → [batch, …spatial · factor, channels] for n spatial axes. No weights. Not in
 * Keras; the order of channels is that of PyTorch's `PixelShuffle`. Throws a ShapeError where the channels do not
 * divide. Source: Shi et al., "Real-Time Single Image and Video Super-Resolution" (2016).
 *
 * @example
 * ```ts
 * pixelShuffle({ factor: 2 }).apply(zeros([1, 8, 8, 12])).shape; // → [1, 16, 16, 3]
 * ```
 */
export function pixelShuffle(options: PixelShuffleOptions): PixelShuffle {
  return new PixelShuffle(options);
}
