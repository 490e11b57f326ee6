import { ArgumentError, nn, where, type Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of `reLU`. */
export interface ReLUOptions extends LayerOptions {
  /** Largest output, >= 0. Default none. */
  readonly maxValue?: number;
  /** Slope below the threshold, >= 0. Default 0. */
  readonly negativeSlope?: number;
  /** Where the negative side ends, >= 0. Default 0. */
  readonly threshold?: number;
}

/** max(x, 0), with a bound, a slope and a threshold; made by {@link reLU}. */
export class ReLU extends Layer {
  static readonly className: string = 'ReLU';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    maxValue: 'number',
    negativeSlope: 'number',
    threshold: 'number',
  };

  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  /** As {@link reLU}. */
  constructor(options: ReLUOptions = {}) {
    super('reLU', options);
    const { maxValue, negativeSlope = 0, threshold = 0 } = options;
    for (const [option, value] of Object.entries({ maxValue, negativeSlope, threshold })) {
      if (value === undefined || value >= 0) continue;
      throw new ArgumentError(`${this.name}: ${option} ${JSON.stringify(value)} is not accepted; use a number >= 0`);
    }
    this.maxValue = maxValue ?? null;
    this.negativeSlope = negativeSlope;
    this.threshold = threshold;
  }

  override call(x: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    const input = asFloat(x);
    const plain = threshold === 0 && negativeSlope === 0;
    const y = plain ? nn.relu(input) : where(input.greater(threshold), input, input.sub(threshold).mul(negativeSlope));
    return maxValue === null ? y : y.minimum(maxValue);
  }
}

/**
 * Rectifier: x above `threshold`, at most `maxValue`; (x − threshold) · negativeSlope below.
 *
 * x: any shape → the same. No weights. As Keras 3. Throws an ArgumentError for negative options.
 *
 * @example
 * ```ts
 * reLU({ maxValue: 6 }).apply(tensor([-1, 2, 8])); // → [0, 2, 6]
 * ```
 */
export function reLU(options: ReLUOptions = {}): ReLU {
  return new ReLU(options);
}

/** Options of `leakyReLU`. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0. Default 0.3; that of the activation named `leakyRelu` is 0.2, and PyTorch's 0.01. */
  readonly negativeSlope?: number;
}

/** A rectifier with a slope below 0; made by {@link leakyReLU}. */
export class LeakyReLU extends Layer {
  static readonly className: string = 'LeakyReLU';
  static readonly fields: Readonly<Record<string, FieldKind>> = { negativeSlope: 'number' };

  readonly negativeSlope: number;

  /** As {@link leakyReLU}. */
  constructor(options: LeakyReLUOptions = {}) {
    super('leakyReLU', options);
    this.negativeSlope = options.negativeSlope ?? 0.3;
    if (!(this.negativeSlope >= 0)) {
      throw new ArgumentError(
        `${this.name}: negativeSlope ${JSON.stringify(options.negativeSlope)} is not accepted; use a number >= 0`,
      );
    }
  }

  override call(x: Tensor): Tensor {
    return nn.leakyRelu(asFloat(x), this.negativeSlope);
  }
}

/**
 * x above 0, x · negativeSlope (default 0.3) below.
 *
 * x: any shape → the same. No weights. As Keras 3. Throws an ArgumentError for a negative slope.
 *
 * @example
 * ```ts
 * leakyReLU({ negativeSlope: 0.5 }).apply(tensor([-2, 3])); // → [-1, 3]
 * ```
 */
export function leakyReLU(options: LeakyReLUOptions = {}): LeakyReLU {
  return new LeakyReLU(options);
}
