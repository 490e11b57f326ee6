import { ArgumentError, random, type Shape, type Tensor } from '@tesserajs/tensor';
import type { Context } from '../../module/context.js';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of layers that draw random numbers while training. */
export interface NoiseOptions extends LayerOptions {
  /**
   * Tells layers apart that lie at the same path in models of the same seed. Without it, too, numbers follow from the
   * seed of `fit`, the step and the layer's path.
   */
  readonly seed?: number;
}

/** A layer that changes its input at random while training, and is the identity otherwise. */
export abstract class Noise extends Layer {
  readonly seed: number | null;

  constructor(factory: string, options: NoiseOptions) {
    super(factory, options);
    const { seed = null } = options;
    if (seed !== null && !Number.isSafeInteger(seed)) {
      throw new ArgumentError(`${this.name}: seed ${JSON.stringify(seed)} is not accepted; use a whole number`);
    }
    this.seed = seed;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    if (!ctx.training || this.strength === 0) return x;
    const key = ctx.key(this);
    return this.disturb(asFloat(x), this.seed === null ? key : random.foldIn(key, this.seed));
  }

  /** At 0, the layer does nothing. */
  protected abstract get strength(): number;

  /** The layer while training. */
  protected abstract disturb(x: Tensor, key: Tensor): Tensor;
}

/** Options of layers with a rate. */
export interface RateOptions extends NoiseOptions {
  /** Probability, or strength: 0 up to, but not including, 1. */
  readonly rate: number;
}

/** A layer of noise with a rate. */
export abstract class RateNoise extends Noise {
  static readonly fields: Readonly<Record<string, FieldKind>> = { rate: 'rate', seed: 'whole' };

  readonly rate: number;

  constructor(factory: string, options: RateOptions) {
    super(factory, options);
    const { rate } = options;
    if (!(rate >= 0 && rate < 1)) {
      throw new ArgumentError(
        `${this.name}: rate ${JSON.stringify(rate)} is not accepted; use 0 up to, but not including, 1`,
      );
    }
    this.rate = rate;
  }

  protected override get strength(): number {
    return this.rate;
  }

  /** 1 where values are kept, 0 where they are dropped. */
  protected mask(key: Tensor, shape: Shape, like: Tensor): Tensor {
    return random.bernoulli(key, 1 - this.rate, shape).cast(like.dtype);
  }
}
