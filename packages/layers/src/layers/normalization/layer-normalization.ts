import { nn, type Shape, type Tensor } from '@tesserajs/tensor';
import { asFloat, type CreateWeight, type FieldKind } from '../layer.js';
import {
  affineFields,
  AffineNormalization,
  checkFeatures,
  positionsOf,
  toAxes,
  widened,
  type AffineNormalizationOptions,
} from './affine.js';

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions extends AffineNormalizationOptions {
  /** Axes that are normalized together, and along which gamma and beta lie. Default −1, the last. */
  readonly axis?: number | readonly number[];
}

/** Normalizes each example by itself; made by {@link layerNormalization}. */
export class LayerNormalization extends AffineNormalization {
  static readonly className: string = 'LayerNormalization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axis: 'wholes', ...affineFields };

  readonly axis: number | readonly number[];

  /** As {@link layerNormalization}. */
  constructor(options: LayerNormalizationOptions = {}) {
    super('layerNormalization', options);
    this.axis = toAxes(this.name, options.axis ?? -1);
  }

  override call(x: Tensor): Tensor {
    const input = asFloat(x, this.gamma ?? this.beta);
    const axis = positionsOf(this, x.shape, this.axis);
    checkFeatures(this, x.shape, axis, this.gamma ?? this.beta);
    const wide = widened(input);
    return nn.layerNorm(wide, { ...this.affineFor(wide), axis, epsilon: this.epsilon }).cast(input.dtype);
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    this.createAffine(
      positionsOf(this, inputShape, this.axis).map((position) => inputShape[position]!),
      create,
    );
  }
}

/**
 * Layer normalization: each example to mean 0 and variance 1 along axes, then times `gamma` plus `beta`.
 *
 * x: [batch, …, features] → the same. Weights: gamma (ones), beta (zeros), with x's sizes along the axes. As Keras 3:
 * epsilon is 1e-3 (PyTorch: 1e-5). Throws a ShapeError for other sizes than it was built for. Source: Ba et al., "Layer
 * Normalization" (2016).
 *
 * @example
 * ```ts
 * layerNormalization({ epsilon: 0 }).apply(tensor([[1, 2, 3]])); // → [[-1.2247, 0, 1.2247]]
 * ```
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): LayerNormalization {
  return new LayerNormalization(options);
}
