import { formatShape, nn, ShapeError, type Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind } from '../layer.js';
import {
  channelsLastShape,
  checkSpatial,
  dataFormats,
  fromChannelsLast,
  toChannelsLast,
  toDataFormat,
  toPadding,
  toPerAxis,
  type DataFormat,
  type PerAxis,
  type SpatialOptions,
  type SpatialRank,
} from '../spatial.js';

/** Options of pooling layers. */
export interface PoolingOptions<Rank extends SpatialRank> extends SpatialOptions {
  /** Size of the window along each spatial axis. Default 2. */
  readonly poolSize?: PerAxis<Rank>;
  /** Step of the window. Default: the window. */
  readonly strides?: PerAxis<Rank>;
  /** `valid` (default) drops what does not fill a window; `same` pads, and padding never counts. */
  readonly padding?: 'valid' | 'same';
}

/** Options of `maxPooling1d` and `averagePooling1d`. */
export type Pooling1dOptions = PoolingOptions<1>;
/** Options of `maxPooling2d` and `averagePooling2d`. */
export type Pooling2dOptions = PoolingOptions<2>;
/** Options of `maxPooling3d` and `averagePooling3d`. */
export type Pooling3dOptions = PoolingOptions<3>;

/** What pooling does with channels-last images. */
type Pool = typeof nn.maxPool | typeof nn.avgPool;

abstract class Pooling extends Layer {
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    poolSize: 'sizes',
    strides: 'sizes',
    padding: ['valid', 'same'],
    dataFormat: dataFormats,
  };

  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly dataFormat: DataFormat;

  constructor(factory: string, rank: SpatialRank, options: PoolingOptions<SpatialRank>) {
    super(factory, options);
    const { poolSize = 2, strides = poolSize, padding = 'valid' } = options;
    this.poolSize = toPerAxis(this.name, 'poolSize', poolSize, rank);
    this.strides = toPerAxis(this.name, 'strides', strides, rank);
    this.padding = toPadding(this.name, padding, ['valid', 'same']);
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    checkSpatial(this, x.shape, this.poolSize.length as SpatialRank);
    const spatial = channelsLastShape(x.shape, this.dataFormat).slice(1, -1);
    if (this.padding === 'valid' && this.poolSize.some((size, i) => size > spatial[i]!)) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} is smaller than the window ${formatShape(this.poolSize)}; ` +
          "use padding: 'same' or a smaller poolSize",
      );
    }
    const images = toChannelsLast(asFloat(x), this.dataFormat);
    const y = this.pool(images, this.poolSize, { strides: this.strides, padding: this.padding });
    return fromChannelsLast(y, this.dataFormat);
  }

  protected abstract get pool(): Pool;
}

abstract class MaxPooling extends Pooling {
  protected override get pool(): Pool {
    return nn.maxPool;
  }
}

abstract class AveragePooling extends Pooling {
  protected override get pool(): Pool {
    return nn.avgPool;
  }
}

/** Largest value in each window of sequences; made by {@link maxPooling1d}. */
export class MaxPooling1d extends MaxPooling {
  static readonly className: string = 'MaxPooling1D';

  /** As {@link maxPooling1d}. */
  constructor(options: Pooling1dOptions = {}) {
    super('maxPooling1d', 1, options);
  }
}

/** Largest value in each window of images; made by {@link maxPooling2d}. */
export class MaxPooling2d extends MaxPooling {
  static readonly className: string = 'MaxPooling2D';

  /** As {@link maxPooling2d}. */
  constructor(options: Pooling2dOptions = {}) {
    super('maxPooling2d', 2, options);
  }
}

/** Largest value in each window of volumes; made by {@link maxPooling3d}. */
export class MaxPooling3d extends MaxPooling {
  static readonly className: string = 'MaxPooling3D';

  /** As {@link maxPooling3d}. */
  constructor(options: Pooling3dOptions = {}) {
    super('maxPooling3d', 3, options);
  }
}

/** Mean of each window of sequences; made by {@link averagePooling1d}. */
export class AveragePooling1d extends AveragePooling {
  static readonly className: string = 'AveragePooling1D';

  /** As {@link averagePooling1d}. */
  constructor(options: Pooling1dOptions = {}) {
    super('averagePooling1d', 1, options);
  }
}

/** Mean of each window of images; made by {@link averagePooling2d}. */
export class AveragePooling2d extends AveragePooling {
  static readonly className: string = 'AveragePooling2D';

  /** As {@link averagePooling2d}. */
  constructor(options: Pooling2dOptions = {}) {
    super('averagePooling2d', 2, options);
  }
}

/** Mean of each window of volumes; made by {@link averagePooling3d}. */
export class AveragePooling3d extends AveragePooling {
  static readonly className: string = 'AveragePooling3D';

  /** As {@link averagePooling3d}. */
  constructor(options: Pooling3dOptions = {}) {
    super('averagePooling3d', 3, options);
  }
}

/**
 * Max pooling over sequences, channels last: the largest value of each window.
 *
 * x: [batch, steps, channels] → [batch, steps', channels]; steps' = ⌊(steps − pool) / stride⌋ + 1 for `valid`, ⌈steps /
 * stride⌉ for `same`. No weights. Defaults are those of Keras 3. Of equal values the first gets the gradient. Throws a
 * ShapeError for inputs of other rank or smaller than the window.
 *
 * @example
 * ```ts
 * maxPooling1d({ poolSize: 2 }).apply(tensor([[[1], [3], [7], [5]]])); // → [[[3], [7]]]
 * ```
 */
export function maxPooling1d(options: Pooling1dOptions = {}): MaxPooling1d {
  return new MaxPooling1d(options);
}

/**
 * Max pooling over images, channels last: the largest value of each window.
 *
 * x: [batch, height, width, channels] → [batch, height', width', channels]; height' = ⌊(height − pool) / stride⌋ + 1
 * for `valid`, ⌈height / stride⌉ for `same`. No weights. Defaults are those of Keras 3. Of equal values the first gets
 * the gradient. Throws a ShapeError for inputs of other rank or smaller than the window.
 *
 * @example
 * ```ts
 * const y = maxPooling2d({ poolSize: 2 }).apply(zeros([1, 28, 28, 32]));
 * y.shape; // → [1, 14, 14, 32]
 * ```
 */
export function maxPooling2d(options: Pooling2dOptions = {}): MaxPooling2d {
  return new MaxPooling2d(options);
}

/**
 * Max pooling over volumes, channels last: the largest value of each window.
 *
 * x: [batch, depth, height, width, channels] → [batch, depth', height', width', channels], sizes as in
 * {@link maxPooling2d}. No weights. Defaults are those of Keras 3. Throws a ShapeError for inputs of other rank or
 * smaller than the window.
 *
 * @example
 * ```ts
 * maxPooling3d().apply(zeros([1, 8, 8, 8, 3])).shape; // → [1, 4, 4, 4, 3]
 * ```
 */
export function maxPooling3d(options: Pooling3dOptions = {}): MaxPooling3d {
  return new MaxPooling3d(options);
}

/**
 * Average pooling over sequences, channels last: the mean of each window, in which padding does not count.
 *
 * x: [batch, steps, channels] → [batch, steps', channels], sizes as in {@link maxPooling1d}. No weights. Defaults are
 * those of Keras 3. Throws a ShapeError for inputs of other rank or smaller than the window.
 *
 * @example
 * ```ts
 * averagePooling1d({ poolSize: 2 }).apply(tensor([[[1], [3], [5], [7]]])); // → [[[2], [6]]]
 * ```
 */
export function averagePooling1d(options: Pooling1dOptions = {}): AveragePooling1d {
  return new AveragePooling1d(options);
}

/**
 * Average pooling over images, channels last: the mean of each window, in which padding does not count.
 *
 * x: [batch, height, width, channels] → [batch, height', width', channels], sizes as in {@link maxPooling2d}. No
 * weights. Defaults are those of Keras 3. Throws a ShapeError for inputs of other rank or smaller than the window.
 *
 * @example
 * ```ts
 * averagePooling2d().apply(zeros([1, 28, 28, 32])).shape; // → [1, 14, 14, 32]
 * ```
 */
export function averagePooling2d(options: Pooling2dOptions = {}): AveragePooling2d {
  return new AveragePooling2d(options);
}

/**
 * Average pooling over volumes, channels last: the mean of each window, in which padding does not count.
 *
 * x: [batch, depth, height, width, channels] → [batch, depth', height', width', channels], sizes as in
 * {@link maxPooling2d}. No weights. Defaults are those of Keras 3. Throws a ShapeError for inputs of other rank or
 * smaller than the window.
 *
 * @example
 * ```ts
 * averagePooling3d().apply(zeros([1, 8, 8, 8, 3])).shape; // → [1, 4, 4, 4, 3]
 * ```
 */
export function averagePooling3d(options: Pooling3dOptions = {}): AveragePooling3d {
  return new AveragePooling3d(options);
}
