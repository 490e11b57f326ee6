import { ArgumentError, nn, type Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of `elu`. */
export interface EluOptions extends LayerOptions {
  /** What large negative values approach is −alpha. Default 1. */
  readonly alpha?: number;
}

/** An exponential rectifier; made by {@link elu}. */
export class Elu extends Layer {
  static readonly className: string = 'ELU';
  static readonly fields: Readonly<Record<string, FieldKind>> = { alpha: 'number' };

  readonly alpha: number;

  /** As {@link elu}. */
  constructor(options: EluOptions = {}) {
    super('elu', options);
    this.alpha = options.alpha ?? 1;
    if (!Number.isFinite(this.alpha)) {
      throw new ArgumentError(`${this.name}: alpha ${JSON.stringify(options.alpha)} is not accepted; use a number`);
    }
  }

  override call(x: Tensor): Tensor {
    return nn.elu(asFloat(x), this.alpha);
  }
}

/**
 * x above 0, alpha · (exp(x) − 1) below.
 *
 * x: any shape → the same. No weights. As Keras 3. Source: Clevert et al. (2015).
 *
 * @example
 * ```ts
 * elu({ alpha: 2 }).apply(tensor([-100, 3])); // → [-2, 3]
 * ```
 */
export function elu(options: EluOptions = {}): Elu {
  return new Elu(options);
}
