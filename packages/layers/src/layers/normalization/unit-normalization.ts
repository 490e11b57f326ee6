import { maximum, type Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';
import { positionsOf, toAxes, widened } from './affine.js';

/** Options of `unitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axes that are taken together as a vector. Default −1, the last. */
  readonly axis?: number | readonly number[];
}

/** Below this length a vector is divided by it, as in Keras. */
const shortest = 1e-12;

/** Scales vectors to length 1; made by {@link unitNormalization}. */
export class UnitNormalization extends Layer {
  static readonly className: string = 'UnitNormalization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axis: 'wholes' };

  readonly axis: number | readonly number[];

  /** As {@link unitNormalization}. */
  constructor(options: UnitNormalizationOptions = {}) {
    super('unitNormalization', options);
    this.axis = toAxes(this.name, options.axis ?? -1);
  }

  override call(x: Tensor): Tensor {
    const input = asFloat(x);
    const wide = widened(input);
    const squares = wide.square().sum(positionsOf(this, x.shape, this.axis), { keepDims: true });
    return wide.div(maximum(squares, shortest ** 2).sqrt()).cast(input.dtype);
  }
}

/**
 * Scales each example to Euclidean length 1 along axes; zeros stay. x: [batch, …, features] → the same. No weights. As
 * Keras 3. Throws a ShapeError for axes that x lacks.
 *
 * @example
 * ```ts
 * unitNormalization().apply(tensor([[3, 4]])); // → [[0.6, 0.8]]
 * ```
 */
export function unitNormalization(options: UnitNormalizationOptions = {}): UnitNormalization {
  return new UnitNormalization(options);
}
