import { ArgumentError, nn, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import type { Context } from '../../module/context.js';
import { asFloat, weightOf, type CreateWeight, type FieldKind } from '../layer.js';
import {
  affineFields,
  AffineNormalization,
  checkFeatures,
  positionsOf,
  toAxis,
  widened,
  type AffineNormalizationOptions,
} from './affine.js';

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions extends AffineNormalizationOptions {
  /** Axis of the features, which are normalized one by one. Default −1, the last. */
  readonly axis?: number;
  /** What moving averages keep of their value at each step of training. Default 0.99. */
  readonly momentum?: number;
  /** Default `zeros`. */
  readonly movingMeanInitializer?: Initializer | InitializerName;
  /** Default `ones`. */
  readonly movingVarianceInitializer?: Initializer | InitializerName;
}

/** Normalizes features over the batch; made by {@link batchNormalization}. */
export class BatchNormalization extends AffineNormalization {
  static readonly className: string = 'BatchNormalization';
  static override readonly stateFields: readonly string[] = ['movingMean', 'movingVariance'];
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    axis: 'whole',
    momentum: 'number',
    ...affineFields,
    movingMeanInitializer: 'initializer',
    movingVarianceInitializer: 'initializer',
  };

  readonly axis: number;
  readonly momentum: number;
  readonly movingMeanInitializer: Initializer;
  readonly movingVarianceInitializer: Initializer;
  /** [features]; null until built. */
  movingMean: Tensor | null = null;
  /** [features]; null until built. */
  movingVariance: Tensor | null = null;

  /** As {@link batchNormalization}. */
  constructor(options: BatchNormalizationOptions = {}) {
    super('batchNormalization', options);
    const { axis = -1, momentum = 0.99 } = options;
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new ArgumentError(
        `${this.name}: momentum ${JSON.stringify(momentum)} is not accepted; use a number from 0 to 1`,
      );
    }
    this.axis = toAxis(this.name, axis);
    this.momentum = momentum;
    this.movingMeanInitializer = toInitializer(this.name, options.movingMeanInitializer ?? 'zeros');
    this.movingVarianceInitializer = toInitializer(this.name, options.movingVarianceInitializer ?? 'ones');
  }

  override get built(): boolean {
    return this.movingVariance !== null;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    const movingMean = weightOf(this, this.movingMean);
    const movingVariance = weightOf(this, this.movingVariance);
    const input = asFloat(x, movingMean);
    const [axis] = positionsOf(this, x.shape, this.axis);
    checkFeatures(this, x.shape, [axis!], movingMean);
    const wide = widened(input);
    const options = { ...this.affineFor(wide), axis: axis!, epsilon: this.epsilon };
    if (!ctx.training || ctx.frozen) {
      const statistics = { mean: movingMean.cast(wide.dtype), variance: movingVariance.cast(wide.dtype) };
      return nn.batchNorm(wide, { ...options, ...statistics }).y.cast(input.dtype);
    }
    const { y, mean, variance } = nn.batchNorm(wide, options);
    const moved = (average: Tensor, value: Tensor): Tensor =>
      average.mul(this.momentum).add(value.cast(average.dtype).mul(1 - this.momentum));
    ctx.update(this, {
      movingMean: moved(movingMean, mean),
      movingVariance: moved(movingVariance, variance),
    });
    return y.cast(input.dtype);
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    const [axis] = positionsOf(this, inputShape, this.axis);
    const features = [inputShape[axis!]!];
    this.createAffine(features, create);
    this.movingMean = create('movingMean', this.movingMeanInitializer, features);
    this.movingVariance = create('movingVariance', this.movingVarianceInitializer, features);
  }
}

/**
 * Batch normalization: each feature to mean 0 and variance 1 over the batch and all other axes, then times `gamma` plus
 * `beta`. In inference, and in training while the layer or a model around it is frozen, with moving averages.
 *
 * x: [batch, …, features] → the same. Weights: gamma (ones), beta (zeros), and as state movingMean (zeros) and
 * movingVariance (ones), all [features]. As Keras 3: averages move by momentum · old + (1 − momentum) · new, with the
 * biased variance (PyTorch's momentum is 1 − momentum, and it keeps the unbiased variance); statistics of half floats
 * are taken in float32. Throws a ShapeError for another number of features than it was built for. Source: Ioffe &
 * Szegedy, "Batch Normalization" (2015).
 *
 * @example
 * ```ts
 * const layers = [conv2d({ filters: 8, kernelSize: 3, useBias: false }), batchNormalization()];
 * sequential(layers, { inputShape: [28, 28, 1] }).countParams(); // → 104
 * ```
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): BatchNormalization {
  return new BatchNormalization(options);
}
