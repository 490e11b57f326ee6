import { formatShape, nn, pad, ShapeError, tensor, type Tensor } from '@tesserajs/tensor';
import { asFloat, checkSize, Layer, type FieldKind } from '../layer.js';
import {
  checkSpatial,
  dataFormats,
  fromChannelsLast,
  toChannelsLast,
  toDataFormat,
  toPerAxis,
  type DataFormat,
  type PerAxis,
  type SpatialOptions,
} from '../spatial.js';

/** Options of `blurPool`. */
export interface BlurPoolOptions extends SpatialOptions {
  /** Height and width of the filter; 3 is [1 2 1] / 4 along each axis. Default 4: [1 3 3 1] / 8. */
  readonly kernelSize?: number;
  /** Step of the window. Default 2. */
  readonly strides?: PerAxis<2>;
}

/** Blurs images, then takes every other pixel; made by {@link blurPool}. */
export class BlurPool extends Layer {
  static readonly className: string = 'BlurPool';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    kernelSize: 'size',
    strides: 'sizes',
    dataFormat: dataFormats,
  };

  readonly kernelSize: number;
  readonly strides: readonly number[];
  readonly dataFormat: DataFormat;

  /** As {@link blurPool}. */
  constructor(options: BlurPoolOptions = {}) {
    super('blurPool', options);
    const { kernelSize = 4 } = options;
    checkSize(this.name, 'kernelSize', kernelSize);
    this.kernelSize = kernelSize;
    this.strides = toPerAxis(this.name, 'strides', options.strides ?? 2, 2);
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    checkSpatial(this, x.shape, 2);
    const images = toChannelsLast(asFloat(x), this.dataFormat);
    const [, height, width, channels] = images.shape as [number, number, number, number];
    const before = Math.floor((this.kernelSize - 1) / 2);
    const after = this.kernelSize - 1 - before;
    if (Math.min(height, width) <= after) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} is too small to be reflected at its borders by ${after} pixels; ` +
          'use a smaller kernelSize',
      );
    }
    const padded = pad(
      images,
      [
        [0, 0],
        [before, after],
        [before, after],
        [0, 0],
      ],
      { mode: 'reflect' },
    );
    const row = binomial(this.kernelSize);
    const filter = tensor(row.flatMap((a) => row.map((b) => a * b)))
      .reshape([this.kernelSize, this.kernelSize, 1, 1])
      .cast(images.dtype)
      .broadcastTo([this.kernelSize, this.kernelSize, 1, channels]);
    return fromChannelsLast(nn.conv(padded, filter, { strides: this.strides, groups: channels }), this.dataFormat);
  }
}

/** Binomial coefficients that add up to 1; such sums of powers of two are exact in float32. */
function binomial(size: number): readonly number[] {
  let row = [1];
  for (let n = 1; n < size; n++) row = [...row, 0].map((value, i) => (value + (row[i - 1] ?? 0)) / 2);
  return row;
}

/**
 * Blur pooling over images: a binomial filter, then every other pixel, so that the result hardly depends on where a
 * pattern lies on the grid. With `strides: 1` in max pooling before it, it makes that one free of aliasing.
 *
 * x: [batch, height, width, channels] → [batch, ⌈height / stride⌉, ⌈width / stride⌉, channels]. No weights. Not in
 * Keras; borders are reflected and defaults are those of the authors' PyTorch code. Throws a ShapeError for inputs of
 * other rank, or too small to be reflected. Source: Zhang, "Making Convolutional Networks Shift-Invariant Again" (2019).
 *
 * @example
 * ```ts
 * blurPool().apply(zeros([1, 8, 8, 16])).shape; // → [1, 4, 4, 16]
 * ```
 */
export function blurPool(options: BlurPoolOptions = {}): BlurPool {
  return new BlurPool(options);
}
