import { nn, type Tensor } from '@tesserajs/tensor';
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

/** Options of adaptive pooling layers. */
export interface AdaptivePoolingOptions<Rank extends SpatialRank> extends SpatialOptions {
  /** Size of the result along each spatial axis. */
  readonly outputSize: PerAxis<Rank>;
}

/** What pooling to a size does with channels-last images. */
type AdaptivePool = typeof nn.adaptiveAvgPool;

abstract class AdaptivePooling extends Layer {
  static readonly fields: Readonly<Record<string, FieldKind>> = { outputSize: 'sizes', dataFormat: dataFormats };

  readonly outputSize: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(factory: string, rank: SpatialRank, options: AdaptivePoolingOptions<SpatialRank>) {
    super(factory, options);
    this.outputSize = toPerAxis(this.name, 'outputSize', options.outputSize, rank);
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    checkSpatial(this, x.shape, this.outputSize.length as SpatialRank);
    const y = this.pool(toChannelsLast(asFloat(x), this.dataFormat), this.outputSize);
    return fromChannelsLast(y, this.dataFormat);
  }

  protected abstract get pool(): AdaptivePool;
}

abstract class AdaptiveAveragePooling extends AdaptivePooling {
  protected override get pool(): AdaptivePool {
    return nn.adaptiveAvgPool;
  }
}

abstract class AdaptiveMaxPooling extends AdaptivePooling {
  protected override get pool(): AdaptivePool {
    return nn.adaptiveMaxPool;
  }
}

/** Means of as many windows of sequences as asked for; made by {@link adaptiveAveragePooling1d}. */
export class AdaptiveAveragePooling1d extends AdaptiveAveragePooling {
  static readonly className: string = 'AdaptiveAveragePooling1D';

  /** As {@link adaptiveAveragePooling1d}. */
  constructor(options: AdaptivePoolingOptions<1>) {
    super('adaptiveAveragePooling1d', 1, options);
  }
}

/** Means of as many windows of images as asked for; made by {@link adaptiveAveragePooling2d}. */
export class AdaptiveAveragePooling2d extends AdaptiveAveragePooling {
  static readonly className: string = 'AdaptiveAveragePooling2D';

  /** As {@link adaptiveAveragePooling2d}. */
  constructor(options: AdaptivePoolingOptions<2>) {
    super('adaptiveAveragePooling2d', 2, options);
  }
}

/** Means of as many windows of volumes as asked for; made by {@link adaptiveAveragePooling3d}. */
export class AdaptiveAveragePooling3d extends AdaptiveAveragePooling {
  static readonly className: string = 'AdaptiveAveragePooling3D';

  /** As {@link adaptiveAveragePooling3d}. */
  constructor(options: AdaptivePoolingOptions<3>) {
    super('adaptiveAveragePooling3d', 3, options);
  }
}

/** Largest values of as many windows of sequences as asked for; made by {@link adaptiveMaxPooling1d}. */
export class AdaptiveMaxPooling1d extends AdaptiveMaxPooling {
  static readonly className: string = 'AdaptiveMaxPooling1D';

  /** As {@link adaptiveMaxPooling1d}. */
  constructor(options: AdaptivePoolingOptions<1>) {
    super('adaptiveMaxPooling1d', 1, options);
  }
}

/** Largest values of as many windows of images as asked for; made by {@link adaptiveMaxPooling2d}. */
export class AdaptiveMaxPooling2d extends AdaptiveMaxPooling {
  static readonly className: string = 'AdaptiveMaxPooling2D';

  /** As {@link adaptiveMaxPooling2d}. */
  constructor(options: AdaptivePoolingOptions<2>) {
    super('adaptiveMaxPooling2d', 2, options);
  }
}

/** Largest values of as many windows of volumes as asked for; made by {@link adaptiveMaxPooling3d}. */
export class AdaptiveMaxPooling3d extends AdaptiveMaxPooling {
  static readonly className: string = 'AdaptiveMaxPooling3D';

  /** As {@link adaptiveMaxPooling3d}. */
  constructor(options: AdaptivePoolingOptions<3>) {
    super('adaptiveMaxPooling3d', 3, options);
  }
}

/**
 * The means of as many windows as `outputSize` says: window i of an axis of n runs from ⌊i · n / size⌋ to ⌈(i + 1) · n /
 * size⌉. x: [batch, steps, channels] → [batch, outputSize, channels]. No weights. As Keras 3. Throws a ShapeError for
 * inputs of other rank.
 *
 * @example
 * ```ts
 * adaptiveAveragePooling1d({ outputSize: 3 }).apply(zeros([2, 10, 8])).shape; // → [2, 3, 8]
 * ```
 */
export function adaptiveAveragePooling1d(options: AdaptivePoolingOptions<1>): AdaptiveAveragePooling1d {
  return new AdaptiveAveragePooling1d(options);
}

/**
 * The means of as many windows as `outputSize` says: window i of an axis of n runs from ⌊i · n / size⌋ to ⌈(i + 1) · n /
 * size⌉. x: [batch, height, width, channels] → [batch, …outputSize, channels]. No weights. As Keras 3. Throws a ShapeError for
 * inputs of other rank.
 *
 * @example
 * ```ts
 * adaptiveAveragePooling2d({ outputSize: 3 }).apply(zeros([2, 7, 7, 8])).shape; // → [2, 3, 3, 8]
 * ```
 */
export function adaptiveAveragePooling2d(options: AdaptivePoolingOptions<2>): AdaptiveAveragePooling2d {
  return new AdaptiveAveragePooling2d(options);
}

/**
 * The means of as many windows as `outputSize` says: window i of an axis of n runs from ⌊i · n / size⌋ to ⌈(i + 1) · n /
 * size⌉. x: [batch, depth, height, width, channels] → [batch, …outputSize, channels]. No weights. As Keras 3. Throws a ShapeError for
 * inputs of other rank.
 *
 * @example
 * ```ts
 * adaptiveAveragePooling3d({ outputSize: 3 }).apply(zeros([2, 5, 5, 5, 8])).shape; // → [2, 3, 3, 3, 8]
 * ```
 */
export function adaptiveAveragePooling3d(options: AdaptivePoolingOptions<3>): AdaptiveAveragePooling3d {
  return new AdaptiveAveragePooling3d(options);
}

/**
 * The largest values of as many windows as `outputSize` says: window i of an axis of n runs from ⌊i · n / size⌋ to ⌈(i + 1) · n /
 * size⌉. x: [batch, steps, channels] → [batch, outputSize, channels]. No weights. As Keras 3. Throws a ShapeError for
 * inputs of other rank.
 *
 * @example
 * ```ts
 * adaptiveMaxPooling1d({ outputSize: 3 }).apply(zeros([2, 10, 8])).shape; // → [2, 3, 8]
 * ```
 */
export function adaptiveMaxPooling1d(options: AdaptivePoolingOptions<1>): AdaptiveMaxPooling1d {
  return new AdaptiveMaxPooling1d(options);
}

/**
 * The largest values of as many windows as `outputSize` says: window i of an axis of n runs from ⌊i · n / size⌋ to ⌈(i + 1) · n /
 * size⌉. x: [batch, height, width, channels] → [batch, …outputSize, channels]. No weights. As Keras 3. Throws a ShapeError for
 * inputs of other rank.
 *
 * @example
 * ```ts
 * adaptiveMaxPooling2d({ outputSize: 3 }).apply(zeros([2, 7, 7, 8])).shape; // → [2, 3, 3, 8]
 * ```
 */
export function adaptiveMaxPooling2d(options: AdaptivePoolingOptions<2>): AdaptiveMaxPooling2d {
  return new AdaptiveMaxPooling2d(options);
}

/**
 * The largest values of as many windows as `outputSize` says: window i of an axis of n runs from ⌊i · n / size⌋ to ⌈(i + 1) · n /
 * size⌉. x: [batch, depth, height, width, channels] → [batch, …outputSize, channels]. No weights. As Keras 3. Throws a ShapeError for
 * inputs of other rank.
 *
 * @example
 * ```ts
 * adaptiveMaxPooling3d({ outputSize: 3 }).apply(zeros([2, 5, 5, 5, 8])).shape; // → [2, 3, 3, 3, 8]
 * ```
 */
export function adaptiveMaxPooling3d(options: AdaptivePoolingOptions<3>): AdaptiveMaxPooling3d {
  return new AdaptiveMaxPooling3d(options);
}
