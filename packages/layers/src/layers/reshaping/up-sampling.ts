import { ArgumentError, nn, type Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind } from '../layer.js';
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
  type SpatialRank,
} from '../spatial.js';

/** How new values follow from the old ones: a copy of the nearest, or a mean of 2 or 4 along each axis. */
export type UpSamplingInterpolation = 'nearest' | 'bilinear' | 'bicubic';

const methods = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic' } as const;

abstract class UpSampling extends Layer {
  static readonly fields: Readonly<Record<string, FieldKind>> = { size: 'sizes', dataFormat: dataFormats };

  /** Factor of each spatial axis. */
  readonly size: readonly number[];
  readonly dataFormat: DataFormat;
  readonly interpolation: UpSamplingInterpolation;

  constructor(
    factory: string,
    rank: SpatialRank,
    options: SpatialOptions & {
      readonly size?: number | readonly number[];
      readonly interpolation?: UpSamplingInterpolation;
    },
  ) {
    super(factory, options);
    const { interpolation = 'nearest' } = options;
    this.size = toPerAxis(this.name, 'size', options.size ?? 2, rank);
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
    this.interpolation = interpolation;
    if (!Object.hasOwn(methods, interpolation)) {
      throw new ArgumentError(
        `${this.name}: interpolation ${JSON.stringify(interpolation)} is not known; use one of ` +
          Object.keys(methods).join(', '),
      );
    }
  }

  override call(x: Tensor): Tensor {
    checkSpatial(this, x.shape, this.size.length as SpatialRank);
    const images = toChannelsLast(asFloat(x), this.dataFormat);
    const sizes = this.size.map((factor, i) => factor * images.shape[i + 1]!);
    const y = nn.interpolate(images, sizes, { method: methods[this.interpolation] });
    return fromChannelsLast(y, this.dataFormat);
  }
}

/** Options of `upSampling1d`. */
export interface UpSampling1dOptions extends SpatialOptions {
  /** Factor of the steps. Default 2. */
  readonly size?: PerAxis<1>;
}

/** Repeats steps; made by {@link upSampling1d}. */
export class UpSampling1d extends UpSampling {
  static readonly className: string = 'UpSampling1D';

  /** As {@link upSampling1d}. */
  constructor(options: UpSampling1dOptions = {}) {
    super('upSampling1d', 1, options);
  }
}

/**
 * Repeats each step `size` times.
 *
 * x: [batch, steps, channels] → [batch, steps · size, channels]. No weights. As Keras 3. Throws a ShapeError for inputs of
 * other rank.
 *
 * @example
 * ```ts
 * upSampling1d({ size: 2 }).apply(tensor([[[1], [2]]])); // → [[[1], [1], [2], [2]]]
 * ```
 */
export function upSampling1d(options: UpSampling1dOptions = {}): UpSampling1d {
  return new UpSampling1d(options);
}

/** Options of `upSampling2d`. */
export interface UpSampling2dOptions extends SpatialOptions {
  /** Factor of each spatial axis. Default 2. */
  readonly size?: PerAxis<2>;
  /** Default `nearest`. */
  readonly interpolation?: UpSamplingInterpolation;
}

/** Enlarges images; made by {@link upSampling2d}. */
export class UpSampling2d extends UpSampling {
  static readonly className: string = 'UpSampling2D';
  static override readonly fields: Readonly<Record<string, FieldKind>> = {
    size: 'sizes',
    dataFormat: dataFormats,
    interpolation: Object.keys(methods),
  };

  /** As {@link upSampling2d}. */
  constructor(options: UpSampling2dOptions = {}) {
    super('upSampling2d', 2, options);
  }
}

/**
 * Enlarges images by whole factors, by default with copies of pixels.
 *
 * x: [batch, height, width, channels] → [batch, height · size, width · size, channels]. No weights. As Keras 3. `bicubic` as PyTorch (a = −0.75). Throws a ShapeError for inputs of
 * other rank.
 *
 * @example
 * ```ts
 * upSampling2d({ size: [2, 3], interpolation: 'bilinear' }).apply(zeros([1, 4, 4, 3])).shape; // → [1, 8, 12, 3]
 * ```
 */
export function upSampling2d(options: UpSampling2dOptions = {}): UpSampling2d {
  return new UpSampling2d(options);
}

/** Options of `upSampling3d`. */
export interface UpSampling3dOptions extends SpatialOptions {
  /** Factor of each spatial axis. Default 2. */
  readonly size?: PerAxis<3>;
}

/** Enlarges volumes; made by {@link upSampling3d}. */
export class UpSampling3d extends UpSampling {
  static readonly className: string = 'UpSampling3D';

  /** As {@link upSampling3d}. */
  constructor(options: UpSampling3dOptions = {}) {
    super('upSampling3d', 3, options);
  }
}

/**
 * Enlarges volumes by whole factors, with copies of voxels.
 *
 * x: [batch, depth, height, width, channels] → [batch, depth · size, height · size, width · size, channels]. No weights. As Keras 3. Throws a ShapeError for inputs of
 * other rank.
 *
 * @example
 * ```ts
 * upSampling3d().apply(zeros([1, 4, 4, 4, 3])).shape; // → [1, 8, 8, 8, 3]
 * ```
 */
export function upSampling3d(options: UpSampling3dOptions = {}): UpSampling3d {
  return new UpSampling3d(options);
}
