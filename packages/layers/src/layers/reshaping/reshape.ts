import { ArgumentError, formatShape, ShapeError, sizeOf, type Tensor } from '@tesserajs/tensor';
import { checkSize, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of `reshape`. */
export interface ReshapeOptions extends LayerOptions {
  /** Shape of an example, without the batch axis; one size may be -1: what is left. */
  readonly targetShape: readonly number[];
}

/** Gives each example another shape; made by {@link reshape}. */
export class Reshape extends Layer {
  static readonly className: string = 'Reshape';
  static readonly fields: Readonly<Record<string, FieldKind>> = { targetShape: 'wholes' };

  readonly targetShape: readonly number[];

  /** As {@link reshape}. */
  constructor(options: ReshapeOptions) {
    super('reshape', options);
    const { targetShape } = options;
    const sizes: unknown = targetShape;
    const accepted =
      Array.isArray(sizes) &&
      sizes.every((size) => Number.isInteger(size) && (size >= 1 || size === -1)) &&
      sizes.filter((size) => size === -1).length <= 1;
    if (!accepted) {
      throw new ArgumentError(
        `${this.name}: targetShape ${JSON.stringify(targetShape)} is not accepted; use a list of sizes >= 1, of which ` +
          'one may be -1',
      );
    }
    this.targetShape = [...targetShape];
  }

  override call(x: Tensor): Tensor {
    const [batch = 1, ...rest] = x.shape;
    const size = sizeOf(rest);
    const known = sizeOf(this.targetShape.filter((n) => n !== -1));
    const open = this.targetShape.includes(-1);
    if (open ? size % known !== 0 : size !== known) {
      throw new ShapeError(
        `${this.name}: an example ${formatShape(rest)} has ${size} values, which do not make ` +
          formatShape(this.targetShape),
      );
    }
    return x.reshape([batch, ...this.targetShape.map((n) => (n === -1 ? size / known : n))]);
  }
}

/**
 * Gives each example another shape with as many values: x: [batch, …] → [batch, …targetShape]. No weights. As Keras 3.
 * Throws a ShapeError where the number of values differs.
 *
 * @example
 * ```ts
 * reshape({ targetShape: [7, 7, -1] }).apply(zeros([2, 98])).shape; // → [2, 7, 7, 2]
 * ```
 */
export function reshape(options: ReshapeOptions): Reshape {
  return new Reshape(options);
}

/** Options of `permute`. */
export interface PermuteOptions extends LayerOptions {
  /** Which axis comes at each place, from 1: the batch axis 0 stays. */
  readonly dims: readonly number[];
}

/** Puts the axes of examples into another order; made by {@link permute}. */
export class Permute extends Layer {
  static readonly className: string = 'Permute';
  static readonly fields: Readonly<Record<string, FieldKind>> = { dims: 'sizes' };

  readonly dims: readonly number[];

  /** As {@link permute}. */
  constructor(options: PermuteOptions) {
    super('permute', options);
    const dims: unknown = options.dims;
    if (!Array.isArray(dims) || dims.some((_, i) => !dims.includes(i + 1))) {
      throw new ArgumentError(
        `${this.name}: dims ${JSON.stringify(dims)} is not accepted; use each axis from 1 on once: [2, 1]`,
      );
    }
    this.dims = [...options.dims];
  }

  override call(x: Tensor): Tensor {
    if (x.rank !== this.dims.length + 1) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} has ${x.rank - 1} axes besides the batch; dims ` +
          `[${this.dims.join(', ')}] takes ${this.dims.length}`,
      );
    }
    return x.transpose([0, ...this.dims]);
  }
}

/**
 * Puts the axes of examples into another order: with dims [2, 1], x: [batch, a, b] → [batch, b, a]. Axes count from 1. No
 * weights. As Keras 3. Throws a ShapeError for another number of axes.
 *
 * @example
 * ```ts
 * permute({ dims: [2, 1] }).apply(zeros([8, 10, 64])).shape; // → [8, 64, 10]
 * ```
 */
export function permute(options: PermuteOptions): Permute {
  return new Permute(options);
}

/** Options of `repeatVector`. */
export interface RepeatVectorOptions extends LayerOptions {
  /** How often. */
  readonly n: number;
}

/** Repeats each example; made by {@link repeatVector}. */
export class RepeatVector extends Layer {
  static readonly className: string = 'RepeatVector';
  static readonly fields: Readonly<Record<string, FieldKind>> = { n: 'size' };

  readonly n: number;

  /** As {@link repeatVector}. */
  constructor(options: RepeatVectorOptions) {
    super('repeatVector', options);
    checkSize(this.name, 'n', options.n);
    this.n = options.n;
  }

  override call(x: Tensor): Tensor {
    if (x.rank !== 2) {
      throw new ShapeError(`${this.name}: input ${formatShape(x.shape)} must have two axes: [batch, features]`);
    }
    const [batch, features] = x.shape as [number, number];
    return x.reshape([batch, 1, features]).broadcastTo([batch, this.n, features]);
  }
}

/**
 * Repeats each example n times along a new axis: x: [batch, features] → [batch, n, features]. No weights. As Keras 3.
 * Throws a ShapeError for inputs of other rank.
 *
 * @example
 * ```ts
 * repeatVector({ n: 2 }).apply(tensor([[1, 3]])); // → [[[1, 3], [1, 3]]]
 * ```
 */
export function repeatVector(options: RepeatVectorOptions): RepeatVector {
  return new RepeatVector(options);
}
