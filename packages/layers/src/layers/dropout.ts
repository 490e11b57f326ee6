import { ArgumentError, nn, type Tensor } from '@tesserajs/tensor';
import type { Context } from '../module/context.js';
import { asFloat, Layer, type FieldKind, type LayerOptions } from './layer.js';

/** Options of `dropout`. */
export interface DropoutOptions extends LayerOptions {
  /** Probability that a value becomes 0 while training: 0 up to, but not including, 1. */
  readonly rate: number;
}

/** Zeros random values while training; made by {@link dropout}. */
export class Dropout extends Layer {
  static readonly className: string = 'Dropout';
  static readonly fields: Readonly<Record<string, FieldKind>> = { rate: 'rate' };

  readonly rate: number;

  /** As {@link dropout}. */
  constructor(options: DropoutOptions) {
    super('dropout', options);
    const { rate } = options;
    if (!(rate >= 0 && rate < 1)) {
      throw new ArgumentError(
        `${this.name}: rate ${JSON.stringify(rate)} is not accepted; use 0 up to, but not including, 1`,
      );
    }
    this.rate = rate;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    return ctx.training && this.rate > 0 ? nn.dropout(asFloat(x), this.rate, ctx.key(this)) : x;
  }
}

/**
 * Dropout: while training, each value becomes 0 with probability `rate` and the others are divided by 1 − rate, so that
 * the mean stays; otherwise x itself.
 *
 * x: any shape → the same. No weights. As Keras 3, without `noiseShape`; the mask follows from the seed of `fit`, the
 * step and the layer's path. Source: Srivastava et al. (2014).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 64 }), dropout({ rate: 0.5 }), dense({ units: 10 })]);
 * ```
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}
