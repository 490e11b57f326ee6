import { pad, type Tensor } from '@tesserajs/tensor';
import type { FieldKind } from '../layer.js';
import type { SpatialOptions, SpatialRank } from '../spatial.js';
import { borderFields, BorderLayer, type Border, type Borders } from './borders.js';

abstract class ZeroPadding extends BorderLayer {
  static readonly fields: Readonly<Record<string, FieldKind>> = borderFields('padding');

  /** [before, after] of each spatial axis. */
  readonly padding: readonly Border[];

  constructor(factory: string, rank: SpatialRank, options: SpatialOptions, padding: unknown) {
    super(factory, options, rank);
    this.padding = this.read('padding', padding);
  }

  protected override move(x: Tensor): Tensor {
    return pad(x, [[0, 0], ...this.padding, [0, 0]]);
  }
}

/** Options of `zeroPadding1d`. */
export interface ZeroPadding1dOptions extends SpatialOptions {
  /** How many zeros at the borders. Default 1. */
  readonly padding?: Borders<1>;
}

/** Puts zeros around a sequence; made by {@link zeroPadding1d}. */
export class ZeroPadding1d extends ZeroPadding {
  static readonly className: string = 'ZeroPadding1D';

  /** As {@link zeroPadding1d}. */
  constructor(options: ZeroPadding1dOptions = {}) {
    super('zeroPadding1d', 1, options, options.padding ?? 1);
  }
}

/**
 * Puts zeros before and after the steps: x: [batch, steps, channels] → [batch, steps', channels]. No weights. As Keras 3.
 * Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * zeroPadding1d({ padding: [1, 2] }).apply(zeros([1, 10, 3])).shape; // → [1, 13, 3]
 * ```
 */
export function zeroPadding1d(options: ZeroPadding1dOptions = {}): ZeroPadding1d {
  return new ZeroPadding1d(options);
}

/** Options of `zeroPadding2d`. */
export interface ZeroPadding2dOptions extends SpatialOptions {
  /** How many zeros at the borders. Default 1. */
  readonly padding?: Borders<2>;
}

/** Puts zeros around images; made by {@link zeroPadding2d}. */
export class ZeroPadding2d extends ZeroPadding {
  static readonly className: string = 'ZeroPadding2D';

  /** As {@link zeroPadding2d}. */
  constructor(options: ZeroPadding2dOptions = {}) {
    super('zeroPadding2d', 2, options, options.padding ?? 1);
  }
}

/**
 * Puts rows and columns of zeros around images: x: [batch, height, width, channels] → [batch, height', width', channels]. No weights. As Keras 3.
 * Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * zeroPadding2d({ padding: [[1, 2], [0, 4]] }).apply(zeros([1, 10, 10, 3])).shape; // → [1, 13, 14, 3]
 * ```
 */
export function zeroPadding2d(options: ZeroPadding2dOptions = {}): ZeroPadding2d {
  return new ZeroPadding2d(options);
}

/** Options of `zeroPadding3d`. */
export interface ZeroPadding3dOptions extends SpatialOptions {
  /** How many zeros at the borders. Default 1. */
  readonly padding?: Borders<3>;
}

/** Puts zeros around volumes; made by {@link zeroPadding3d}. */
export class ZeroPadding3d extends ZeroPadding {
  static readonly className: string = 'ZeroPadding3D';

  /** As {@link zeroPadding3d}. */
  constructor(options: ZeroPadding3dOptions = {}) {
    super('zeroPadding3d', 3, options, options.padding ?? 1);
  }
}

/**
 * Puts layers of zeros around volumes: x: [batch, depth, height, width, channels] → [batch, depth', height', width', channels]. No weights. As Keras 3.
 * Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * zeroPadding3d({ padding: [1, 2, 2] }).apply(zeros([1, 8, 8, 8, 3])).shape; // → [1, 10, 12, 12, 3]
 * ```
 */
export function zeroPadding3d(options: ZeroPadding3dOptions = {}): ZeroPadding3d {
  return new ZeroPadding3d(options);
}
