import type { Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind } from '../layer.js';
import {
  checkSpatial,
  dataFormats,
  toDataFormat,
  type DataFormat,
  type SpatialOptions,
  type SpatialRank,
} from '../spatial.js';

/** Options of global pooling layers. */
export interface GlobalPoolingOptions extends SpatialOptions {
  /** Keeps the spatial axes, with size 1. Default false. */
  readonly keepDims?: boolean;
}

abstract class GlobalPooling extends Layer {
  static readonly fields: Readonly<Record<string, FieldKind>> = { keepDims: 'boolean', dataFormat: dataFormats };

  readonly keepDims: boolean;
  readonly dataFormat: DataFormat;

  constructor(factory: string, options: GlobalPoolingOptions) {
    super(factory, options);
    this.keepDims = options.keepDims ?? false;
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    checkSpatial(this, x.shape, this.rank);
    const first = this.dataFormat === 'channelsLast' ? 1 : 2;
    const axes = Array.from({ length: this.rank }, (_, i) => first + i);
    return this.reduce(asFloat(x), axes, { keepDims: this.keepDims });
  }

  protected abstract get rank(): SpatialRank;

  protected abstract reduce(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor;
}

abstract class GlobalMaxPooling extends GlobalPooling {
  protected override reduce(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor {
    return x.max(axes, options);
  }
}

abstract class GlobalAveragePooling extends GlobalPooling {
  protected override reduce(x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }): Tensor {
    return x.mean(axes, options);
  }
}

/** Largest value of each channel of sequences; made by {@link globalMaxPooling1d}. */
export class GlobalMaxPooling1d extends GlobalMaxPooling {
  static readonly className: string = 'GlobalMaxPooling1D';

  /** As {@link globalMaxPooling1d}. */
  constructor(options: GlobalPoolingOptions = {}) {
    super('globalMaxPooling1d', options);
  }

  protected override get rank(): SpatialRank {
    return 1;
  }
}

/** Largest value of each channel of images; made by {@link globalMaxPooling2d}. */
export class GlobalMaxPooling2d extends GlobalMaxPooling {
  static readonly className: string = 'GlobalMaxPooling2D';

  /** As {@link globalMaxPooling2d}. */
  constructor(options: GlobalPoolingOptions = {}) {
    super('globalMaxPooling2d', options);
  }

  protected override get rank(): SpatialRank {
    return 2;
  }
}

/** Largest value of each channel of volumes; made by {@link globalMaxPooling3d}. */
export class GlobalMaxPooling3d extends GlobalMaxPooling {
  static readonly className: string = 'GlobalMaxPooling3D';

  /** As {@link globalMaxPooling3d}. */
  constructor(options: GlobalPoolingOptions = {}) {
    super('globalMaxPooling3d', options);
  }

  protected override get rank(): SpatialRank {
    return 3;
  }
}

/** Mean of each channel of sequences; made by {@link globalAveragePooling1d}. */
export class GlobalAveragePooling1d extends GlobalAveragePooling {
  static readonly className: string = 'GlobalAveragePooling1D';

  /** As {@link globalAveragePooling1d}. */
  constructor(options: GlobalPoolingOptions = {}) {
    super('globalAveragePooling1d', options);
  }

  protected override get rank(): SpatialRank {
    return 1;
  }
}

/** Mean of each channel of images; made by {@link globalAveragePooling2d}. */
export class GlobalAveragePooling2d extends GlobalAveragePooling {
  static readonly className: string = 'GlobalAveragePooling2D';

  /** As {@link globalAveragePooling2d}. */
  constructor(options: GlobalPoolingOptions = {}) {
    super('globalAveragePooling2d', options);
  }

  protected override get rank(): SpatialRank {
    return 2;
  }
}

/** Mean of each channel of volumes; made by {@link globalAveragePooling3d}. */
export class GlobalAveragePooling3d extends GlobalAveragePooling {
  static readonly className: string = 'GlobalAveragePooling3D';

  /** As {@link globalAveragePooling3d}. */
  constructor(options: GlobalPoolingOptions = {}) {
    super('globalAveragePooling3d', options);
  }

  protected override get rank(): SpatialRank {
    return 3;
  }
}

/**
 * The largest value of each channel over all of space. x: [batch, steps, channels] → [batch, channels], or with `keepDims`
 * size 1 for each spatial axis. No weights. As Keras 3. Values that share a maximum share its gradient. Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * globalMaxPooling1d().apply(zeros([2, 10, 8])).shape; // → [2, 8]
 * ```
 */
export function globalMaxPooling1d(options: GlobalPoolingOptions = {}): GlobalMaxPooling1d {
  return new GlobalMaxPooling1d(options);
}

/**
 * The largest value of each channel over all of space. x: [batch, height, width, channels] → [batch, channels], or with `keepDims`
 * size 1 for each spatial axis. No weights. As Keras 3. Values that share a maximum share its gradient. Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * globalMaxPooling2d().apply(zeros([2, 7, 7, 8])).shape; // → [2, 8]
 * ```
 */
export function globalMaxPooling2d(options: GlobalPoolingOptions = {}): GlobalMaxPooling2d {
  return new GlobalMaxPooling2d(options);
}

/**
 * The largest value of each channel over all of space. x: [batch, depth, height, width, channels] → [batch, channels], or with `keepDims`
 * size 1 for each spatial axis. No weights. As Keras 3. Values that share a maximum share its gradient. Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * globalMaxPooling3d().apply(zeros([2, 4, 4, 4, 8])).shape; // → [2, 8]
 * ```
 */
export function globalMaxPooling3d(options: GlobalPoolingOptions = {}): GlobalMaxPooling3d {
  return new GlobalMaxPooling3d(options);
}

/**
 * The mean of each channel over all of space. x: [batch, steps, channels] → [batch, channels], or with `keepDims`
 * size 1 for each spatial axis. No weights. As Keras 3. Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * globalAveragePooling1d().apply(zeros([2, 10, 8])).shape; // → [2, 8]
 * ```
 */
export function globalAveragePooling1d(options: GlobalPoolingOptions = {}): GlobalAveragePooling1d {
  return new GlobalAveragePooling1d(options);
}

/**
 * The mean of each channel over all of space. x: [batch, height, width, channels] → [batch, channels], or with `keepDims`
 * size 1 for each spatial axis. No weights. As Keras 3. Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * globalAveragePooling2d().apply(zeros([2, 7, 7, 8])).shape; // → [2, 8]
 * ```
 */
export function globalAveragePooling2d(options: GlobalPoolingOptions = {}): GlobalAveragePooling2d {
  return new GlobalAveragePooling2d(options);
}

/**
 * The mean of each channel over all of space. x: [batch, depth, height, width, channels] → [batch, channels], or with `keepDims`
 * size 1 for each spatial axis. No weights. As Keras 3. Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * globalAveragePooling3d().apply(zeros([2, 4, 4, 4, 8])).shape; // → [2, 8]
 * ```
 */
export function globalAveragePooling3d(options: GlobalPoolingOptions = {}): GlobalAveragePooling3d {
  return new GlobalAveragePooling3d(options);
}
