import { ArgumentError, formatShape, nn, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import type { FieldKind } from '../layer.js';
import { RateNoise, type RateOptions } from './noise.js';

/** The shape of a mask: null stands for the size of the input. */
export type NoiseShape = readonly (number | null)[];

/** Options of `dropout` and `alphaDropout`. */
export interface DropoutOptions extends RateOptions {
  /**
   * Shape of the mask, batch axis included; along axes of size 1 values are dropped together. Null is the size of the
   * input: [null, 1, null] drops features of whole sequences. Default: that of the input.
   */
  readonly noiseShape?: NoiseShape;
}

/** A layer of noise whose mask may have a shape of its own. */
abstract class MaskNoise extends RateNoise {
  static override readonly fields: Readonly<Record<string, FieldKind>> = { ...RateNoise.fields, noiseShape: 'shape' };

  readonly noiseShape: NoiseShape | null;

  constructor(factory: string, options: DropoutOptions) {
    super(factory, options);
    const { noiseShape = null } = options;
    const sizes: unknown = noiseShape;
    const accepted =
      sizes === null ||
      (Array.isArray(sizes) && sizes.every((size) => size === null || (Number.isInteger(size) && size >= 1)));
    if (!accepted) {
      throw new ArgumentError(
        `${this.name}: noiseShape ${JSON.stringify(sizes)} is not accepted; use a list of sizes >= 1 and null`,
      );
    }
    this.noiseShape = noiseShape;
  }

  /** The shape of the mask for an input. */
  protected maskShape(shape: Shape): Shape {
    const { noiseShape } = this;
    if (noiseShape === null) return shape;
    if (
      noiseShape.length !== shape.length ||
      noiseShape.some((size, i) => size !== null && size !== 1 && size !== shape[i])
    ) {
      throw new ShapeError(
        `${this.name}: noiseShape ${JSON.stringify(noiseShape)} does not fit the input ${formatShape(shape)}; sizes must ` +
          'be equal, 1 or null',
      );
    }
    return noiseShape.map((size, i) => size ?? shape[i]!);
  }
}

/** Zeros random values while training; made by {@link dropout}. */
export class Dropout extends MaskNoise {
  static readonly className: string = 'Dropout';

  /** As {@link dropout}. */
  constructor(options: DropoutOptions) {
    super('dropout', options);
  }

  protected override disturb(x: Tensor, key: Tensor): Tensor {
    if (this.noiseShape === null) return nn.dropout(x, this.rate, key);
    return x.mul(this.mask(key, this.maskShape(x.shape), x).mul(1 / (1 - this.rate)));
  }
}

/**
 * Dropout: while training, each value becomes 0 with probability `rate` and the others are divided by 1 − rate, so that
 * the mean stays; otherwise x itself.
 *
 * x: any shape → the same. No weights. As Keras 3; the mask follows from the seed of `fit`, the step and the layer's
 * path. Throws a ShapeError for a noiseShape that does not fit. Source: Srivastava et al. (2014).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 64 }), dropout({ rate: 0.5 }), dense({ units: 10 })]);
 * ```
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}

/** What dropped values become: what selu approaches for large negative values. */
const dropped = -1.0507009873554805 * 1.6732632423543772;

/** Dropout for networks of selu; made by {@link alphaDropout}. */
export class AlphaDropout extends MaskNoise {
  static readonly className: string = 'AlphaDropout';

  /** As {@link alphaDropout}. */
  constructor(options: DropoutOptions) {
    super('alphaDropout', options);
  }

  protected override disturb(x: Tensor, key: Tensor): Tensor {
    const { rate } = this;
    const scale = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5;
    const kept = this.mask(key, this.maskShape(x.shape), x);
    // scale · (kept ? x : dropped) − scale · dropped · rate
    const shift = kept.mul(-scale * dropped).add(scale * dropped * (1 - rate));
    return x.mul(kept.mul(scale)).add(shift);
  }
}

/**
 * Dropout that keeps mean and variance of inputs that are normalized, as those of selu are: dropped values become −1.758
 * instead of 0.
 *
 * x: any shape → the same. No weights. As Keras 3. Source: Klambauer et al. (2017).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 64, activation: 'selu' }), alphaDropout({ rate: 0.1 }), dense({ units: 10 })]);
 * ```
 */
export function alphaDropout(options: DropoutOptions): AlphaDropout {
  return new AlphaDropout(options);
}
