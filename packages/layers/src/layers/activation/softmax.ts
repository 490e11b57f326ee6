import { ArgumentError, formatShape, nn, ShapeError, where, type Tensor } from '@tesserajs/tensor';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of `softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** Axis, or axes, along which the results add up to 1. Default -1. */
  readonly axis?: number | readonly number[];
}

/** Probabilities from logits; made by {@link softmax}. */
export class Softmax extends Layer<Tensor | readonly [x: Tensor, mask: Tensor]> {
  static readonly className: string = 'Softmax';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axis: 'wholes' };

  readonly axis: number | readonly number[];

  /** As {@link softmax}. */
  constructor(options: SoftmaxOptions = {}) {
    super('softmax', options);
    this.axis = options.axis ?? -1;
    const axes: readonly number[] = [this.axis].flat();
    if (axes.length === 0 || !axes.every(Number.isInteger)) {
      throw new ArgumentError(
        `${this.name}: axis ${JSON.stringify(options.axis)} is not accepted; use a whole number or several`,
      );
    }
  }

  override call(input: Tensor | readonly [Tensor, Tensor]): Tensor {
    if (!Array.isArray(input)) return this.probabilities(asFloat(input as Tensor));
    const [x, mask] = input as unknown as readonly [Tensor, Tensor];
    const offset = x.rank - mask.rank;
    if (offset < 0 || !mask.shape.every((size, i) => size === 1 || size === x.shape[i + offset])) {
      throw new ShapeError(
        `${this.name}: mask ${formatShape(mask.shape)} does not fit x ${formatShape(x.shape)}; its sizes must be equal or 1`,
      );
    }
    const kept = mask.dtype === 'bool' ? mask : mask.greater(0.5);
    const floats = asFloat(x);
    const least = floats.dtype === 'float16' ? -3e4 : -1e9;
    return where(kept, this.probabilities(where(kept, floats, least)), 0);
  }

  private probabilities(x: Tensor): Tensor {
    const { axis } = this;
    if (typeof axis === 'number') return nn.softmax(x, axis);
    return x.sub(x.logSumExp(axis, { keepDims: true })).exp();
  }
}

/**
 * exp(x) / Σ exp(x) along an axis.
 *
 * x: any shape → the same; or [x, mask]: where the mask, which broadcasts to x, is false the result is 0. No weights. As
 * Keras 3. Throws a ShapeError for a mask that does not fit.
 *
 * @example
 * ```ts
 * softmax().apply([tensor([[0, 0, 5]]), tensor([[true, true, false]])]); // → [[0.5, 0.5, 0]]
 * ```
 */
export function softmax(options: SoftmaxOptions = {}): Softmax {
  return new Softmax(options);
}
