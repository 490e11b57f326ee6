import { nn, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer } from '../../initializer-names.js';
import { asFloat, Layer, weightOf, type CreateWeight, type FieldKind, type LayerOptions } from '../layer.js';
import { checkFeatures, positionsOf, toAxes, toEpsilon, widened } from './affine.js';

/** Options of `rmsNormalization`. */
export interface RmsNormalizationOptions extends LayerOptions {
  /** Axes along which the mean square is taken, and the scale lies. Default −1, the last. */
  readonly axis?: number | readonly number[];
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number;
}

/** Divides by the root of the mean square; made by {@link rmsNormalization}. */
export class RmsNormalization extends Layer {
  static readonly className: string = 'RMSNormalization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axis: 'wholes', epsilon: 'number' };

  readonly axis: number | readonly number[];
  readonly epsilon: number;
  /** x's sizes along the axes; null until built. */
  scale: Tensor | null = null;

  /** As {@link rmsNormalization}. */
  constructor(options: RmsNormalizationOptions = {}) {
    super('rmsNormalization', options);
    this.axis = toAxes(this.name, options.axis ?? -1);
    this.epsilon = toEpsilon(this.name, options.epsilon ?? 1e-6);
  }

  override get built(): boolean {
    return this.scale !== null;
  }

  override call(x: Tensor): Tensor {
    const scale = weightOf(this, this.scale);
    const input = asFloat(x, scale);
    const axis = positionsOf(this, x.shape, this.axis);
    checkFeatures(this, x.shape, axis, scale);
    const wide = widened(input);
    return nn.rmsNorm(wide, { scale: scale.cast(wide.dtype), axis, epsilon: this.epsilon }).cast(input.dtype);
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    const sizes = positionsOf(this, inputShape, this.axis).map((position) => inputShape[position]!);
    this.scale = create('scale', toInitializer(this.name, 'ones'), sizes);
  }
}

/**
 * RMS normalization: divides by the root of the mean square along axes, then multiplies by a learned scale.
 *
 * x: [batch, …, features] → the same. Weights: scale (ones), with x's sizes along the axes. As Keras 3. Throws a
 * ShapeError for other sizes than it was built for. Source: Zhang & Sennrich, "Root Mean Square Layer Normalization"
 * (2019).
 *
 * @example
 * ```ts
 * rmsNormalization().apply(tensor([[3, 4]])); // → [[0.8485, 1.1314]]
 * ```
 */
export function rmsNormalization(options: RmsNormalizationOptions = {}): RmsNormalization {
  return new RmsNormalization(options);
}
