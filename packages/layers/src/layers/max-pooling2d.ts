import { formatShape, nn, ShapeError, type Tensor } from '@tesserajs/tensor';
import { asFloat, checkAxes, checkPadding, Layer, toPair, type FieldKind, type LayerOptions } from './layer.js';

/** Options of `maxPooling2d`. */
export interface MaxPooling2dOptions extends LayerOptions {
  /** Height and width of the window. Default 2. */
  readonly poolSize?: number | readonly [number, number];
  /** Step of the window. Default: the window. */
  readonly strides?: number | readonly [number, number];
  /** `valid` (default) drops what does not fill a window; `same` pads, and padding never wins. */
  readonly padding?: 'valid' | 'same';
}

/** Largest value in each window; made by {@link maxPooling2d}. */
export class MaxPooling2d extends Layer {
  static readonly className: string = 'MaxPooling2D';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    poolSize: 'sizes',
    strides: 'sizes',
    padding: 'padding',
  };

  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'valid' | 'same';

  /** As {@link maxPooling2d}. */
  constructor(options: MaxPooling2dOptions) {
    super('maxPooling2d', options);
    const { poolSize = 2, padding = 'valid' } = options;
    checkPadding(this.name, padding);
    this.poolSize = toPair(this.name, 'poolSize', poolSize);
    this.strides = toPair(this.name, 'strides', options.strides ?? poolSize);
    this.padding = padding;
  }

  override call(x: Tensor): Tensor {
    checkAxes(this, x.shape, ['batch', 'height', 'width', 'channels']);
    if (this.padding === 'valid' && this.poolSize.some((size, i) => size > x.shape[i + 1]!)) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} is smaller than the window ${formatShape(this.poolSize)}; ` +
          "use padding: 'same' or a smaller poolSize",
      );
    }
    return nn.maxPool(asFloat(x), this.poolSize, { strides: this.strides, padding: this.padding });
  }
}

/**
 * Max pooling over images, channels last: the largest value of each window.
 *
 * x: [batch, height, width, channels] → [batch, height', width', channels]; height' = ⌊(height − pool) / stride⌋ + 1
 * for `valid`, ⌈height / stride⌉ for `same`. No weights. Defaults are those of Keras 3. Of equal values the first gets
 * the gradient. Throws a ShapeError for inputs of other rank or smaller than the window.
 *
 * @example
 * ```ts
 * const y = maxPooling2d({ poolSize: 2 }).apply(zeros([1, 28, 28, 32]));
 * y.shape; // → [1, 14, 14, 32]
 * ```
 */
export function maxPooling2d(options: MaxPooling2dOptions = {}): MaxPooling2d {
  return new MaxPooling2d(options);
}
