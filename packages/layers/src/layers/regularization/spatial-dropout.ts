import type { Tensor } from '@tesserajs/tensor';
import type { FieldKind } from '../layer.js';
import { checkSpatial, dataFormats, toDataFormat, type DataFormat, type SpatialRank } from '../spatial.js';
import { RateNoise, type RateOptions } from './noise.js';

/** Options of `spatialDropout1d`, `spatialDropout2d` and `spatialDropout3d`. */
export interface SpatialDropoutOptions extends RateOptions {
  /** Where the channels lie: `channelsLast` (default) or `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

abstract class SpatialDropout extends RateNoise {
  static override readonly fields: Readonly<Record<string, FieldKind>> = {
    ...RateNoise.fields,
    dataFormat: dataFormats,
  };

  readonly dataFormat: DataFormat;
  protected readonly rank: SpatialRank;

  constructor(factory: string, rank: SpatialRank, options: SpatialDropoutOptions) {
    super(factory, options);
    this.rank = rank;
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  protected override disturb(x: Tensor, key: Tensor): Tensor {
    checkSpatial(this, x.shape, this.rank);
    const channels = this.dataFormat === 'channelsLast' ? x.rank - 1 : 1;
    const shape = x.shape.map((size, axis) => (axis === 0 || axis === channels ? size : 1));
    return x.mul(this.mask(key, shape, x).mul(1 / (1 - this.rate)));
  }
}

/** Zeros whole channels while training; made by {@link spatialDropout1d}. */
export class SpatialDropout1d extends SpatialDropout {
  static readonly className: string = 'SpatialDropout1D';

  /** As {@link spatialDropout1d}. */
  constructor(options: SpatialDropoutOptions) {
    super('spatialDropout1d', 1, options);
  }
}

/**
 * Dropout of whole channels: while training, each channel of a sequence becomes 0 with probability `rate` and the others are
 * divided by 1 − rate.
 *
 * x: [batch, steps, channels] → the same. No weights. As Keras 3. Source: Tompson et al. (2014).
 *
 * @example
 * ```ts
 * const model = sequential([conv1d({ filters: 8, kernelSize: 3 }), spatialDropout1d({ rate: 0.2 })]);
 * ```
 */
export function spatialDropout1d(options: SpatialDropoutOptions): SpatialDropout1d {
  return new SpatialDropout1d(options);
}

/** Zeros whole channels while training; made by {@link spatialDropout2d}. */
export class SpatialDropout2d extends SpatialDropout {
  static readonly className: string = 'SpatialDropout2D';

  /** As {@link spatialDropout2d}. */
  constructor(options: SpatialDropoutOptions) {
    super('spatialDropout2d', 2, options);
  }
}

/**
 * Dropout of whole channels: while training, each channel of an image becomes 0 with probability `rate` and the others are
 * divided by 1 − rate.
 *
 * x: [batch, height, width, channels] → the same. No weights. As Keras 3. Source: Tompson et al. (2014).
 *
 * @example
 * ```ts
 * const model = sequential([conv2d({ filters: 8, kernelSize: 3 }), spatialDropout2d({ rate: 0.2 })]);
 * ```
 */
export function spatialDropout2d(options: SpatialDropoutOptions): SpatialDropout2d {
  return new SpatialDropout2d(options);
}

/** Zeros whole channels while training; made by {@link spatialDropout3d}. */
export class SpatialDropout3d extends SpatialDropout {
  static readonly className: string = 'SpatialDropout3D';

  /** As {@link spatialDropout3d}. */
  constructor(options: SpatialDropoutOptions) {
    super('spatialDropout3d', 3, options);
  }
}

/**
 * Dropout of whole channels: while training, each channel of a volume becomes 0 with probability `rate` and the others are
 * divided by 1 − rate.
 *
 * x: [batch, depth, height, width, channels] → the same. No weights. As Keras 3. Source: Tompson et al. (2014).
 *
 * @example
 * ```ts
 * const model = sequential([conv3d({ filters: 8, kernelSize: 3 }), spatialDropout3d({ rate: 0.2 })]);
 * ```
 */
export function spatialDropout3d(options: SpatialDropoutOptions): SpatialDropout3d {
  return new SpatialDropout3d(options);
}
