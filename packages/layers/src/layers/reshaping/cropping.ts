import { formatShape, ShapeError, type Tensor } from '@tesserajs/tensor';
import type { FieldKind } from '../layer.js';
import type { SpatialOptions, SpatialRank } from '../spatial.js';
import { borderFields, BorderLayer, type Border, type Borders } from './borders.js';

abstract class Cropping extends BorderLayer {
  static readonly fields: Readonly<Record<string, FieldKind>> = borderFields('cropping');

  /** [before, after] of each spatial axis. */
  readonly cropping: readonly Border[];

  constructor(factory: string, rank: SpatialRank, options: SpatialOptions, cropping: unknown) {
    super(factory, options, rank);
    this.cropping = this.read('cropping', cropping);
  }

  protected override move(x: Tensor, spatial: readonly number[]): Tensor {
    const { cropping } = this;
    if (cropping.some(([before, after], i) => before + after >= spatial[i]!)) {
      throw new ShapeError(
        `${this.name}: cropping ${JSON.stringify(cropping)} leaves nothing of the input ${formatShape(x.shape)}`,
      );
    }
    return x.slice(null, ...cropping.map(([before, after], i): [number, number] => [before, spatial[i]! - after]));
  }
}

/** Options of `cropping1d`. */
export interface Cropping1dOptions extends SpatialOptions {
  /** What is cut off at the borders. Default 1. */
  readonly cropping?: Borders<1>;
}

/** Cuts the borders off a sequence; made by {@link cropping1d}. */
export class Cropping1d extends Cropping {
  static readonly className: string = 'Cropping1D';

  /** As {@link cropping1d}. */
  constructor(options: Cropping1dOptions = {}) {
    super('cropping1d', 1, options, options.cropping ?? 1);
  }
}

/**
 * Cuts steps off both ends: x: [batch, steps, channels] → [batch, steps', channels]. No weights. As Keras 3.
 * Throws a ShapeError where nothing would be left.
 *
 * @example
 * ```ts
 * cropping1d({ cropping: [1, 2] }).apply(zeros([1, 10, 3])).shape; // → [1, 7, 3]
 * ```
 */
export function cropping1d(options: Cropping1dOptions = {}): Cropping1d {
  return new Cropping1d(options);
}

/** Options of `cropping2d`. */
export interface Cropping2dOptions extends SpatialOptions {
  /** What is cut off at the borders. Default 0. */
  readonly cropping?: Borders<2>;
}

/** Cuts the borders off images; made by {@link cropping2d}. */
export class Cropping2d extends Cropping {
  static readonly className: string = 'Cropping2D';

  /** As {@link cropping2d}. */
  constructor(options: Cropping2dOptions = {}) {
    super('cropping2d', 2, options, options.cropping ?? 0);
  }
}

/**
 * Cuts rows and columns off the borders: x: [batch, height, width, channels] → [batch, height', width', channels]. No weights. As Keras 3.
 * Throws a ShapeError where nothing would be left.
 *
 * @example
 * ```ts
 * cropping2d({ cropping: [[1, 2], [0, 4]] }).apply(zeros([1, 10, 10, 3])).shape; // → [1, 7, 6, 3]
 * ```
 */
export function cropping2d(options: Cropping2dOptions = {}): Cropping2d {
  return new Cropping2d(options);
}

/** Options of `cropping3d`. */
export interface Cropping3dOptions extends SpatialOptions {
  /** What is cut off at the borders. Default 1. */
  readonly cropping?: Borders<3>;
}

/** Cuts the borders off volumes; made by {@link cropping3d}. */
export class Cropping3d extends Cropping {
  static readonly className: string = 'Cropping3D';

  /** As {@link cropping3d}. */
  constructor(options: Cropping3dOptions = {}) {
    super('cropping3d', 3, options, options.cropping ?? 1);
  }
}

/**
 * Cuts layers off the borders: x: [batch, depth, height, width, channels] → [batch, depth', height', width', channels]. No weights. As Keras 3.
 * Throws a ShapeError where nothing would be left.
 *
 * @example
 * ```ts
 * cropping3d({ cropping: [1, 2, 2] }).apply(zeros([1, 8, 8, 8, 3])).shape; // → [1, 6, 4, 4, 3]
 * ```
 */
export function cropping3d(options: Cropping3dOptions = {}): Cropping3d {
  return new Cropping3d(options);
}
