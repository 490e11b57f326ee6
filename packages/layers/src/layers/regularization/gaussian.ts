import { ArgumentError, random, type Tensor } from '@tesserajs/tensor';
import type { FieldKind } from '../layer.js';
import { Noise, RateNoise, type NoiseOptions, type RateOptions } from './noise.js';

/** Options of `gaussianNoise`. */
export interface GaussianNoiseOptions extends NoiseOptions {
  /** Standard deviation of what is added, >= 0. */
  readonly stddev: number;
}

/** Adds normal noise while training; made by {@link gaussianNoise}. */
export class GaussianNoise extends Noise {
  static readonly className: string = 'GaussianNoise';
  static readonly fields: Readonly<Record<string, FieldKind>> = { stddev: 'number', seed: 'whole' };

  readonly stddev: number;

  /** As {@link gaussianNoise}. */
  constructor(options: GaussianNoiseOptions) {
    super('gaussianNoise', options);
    const { stddev } = options;
    if (!(stddev >= 0 && Number.isFinite(stddev))) {
      throw new ArgumentError(`${this.name}: stddev ${JSON.stringify(stddev)} is not accepted; use a number >= 0`);
    }
    this.stddev = stddev;
  }

  protected override get strength(): number {
    return this.stddev;
  }

  protected override disturb(x: Tensor, key: Tensor): Tensor {
    return x.add(random.normal(key, x.shape, { dtype: x.dtype }).mul(this.stddev));
  }
}

/**
 * Adds normal noise of mean 0 while training; otherwise x itself.
 *
 * x: any shape → the same. No weights. As Keras 3.
 *
 * @example
 * ```ts
 * const model = sequential([gaussianNoise({ stddev: 0.1, inputShape: [8] }), dense({ units: 1 })]);
 * ```
 */
export function gaussianNoise(options: GaussianNoiseOptions): GaussianNoise {
  return new GaussianNoise(options);
}

/** Multiplies by normal noise while training; made by {@link gaussianDropout}. */
export class GaussianDropout extends RateNoise {
  static readonly className: string = 'GaussianDropout';

  /** As {@link gaussianDropout}. */
  constructor(options: RateOptions) {
    super('gaussianDropout', options);
  }

  protected override disturb(x: Tensor, key: Tensor): Tensor {
    const deviation = Math.sqrt(this.rate / (1 - this.rate));
    return x.mul(random.normal(key, x.shape, { dtype: x.dtype }).mul(deviation).add(1));
  }
}

/**
 * Multiplies by normal noise of mean 1 and variance rate / (1 − rate) while training; otherwise x itself.
 *
 * x: any shape → the same. No weights. As Keras 3. Source: Srivastava et al. (2014).
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 64 }), gaussianDropout({ rate: 0.5 }), dense({ units: 10 })]);
 * ```
 */
export function gaussianDropout(options: RateOptions): GaussianDropout {
  return new GaussianDropout(options);
}
