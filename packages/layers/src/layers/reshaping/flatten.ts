import { sizeOf, type Tensor } from '@tesserajs/tensor';
import { Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Puts all axes but the batch axis into one; made by {@link flatten}. */
export class Flatten extends Layer {
  static readonly className: string = 'Flatten';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link flatten}. */
  constructor(options: LayerOptions) {
    super('flatten', options);
  }

  override call(x: Tensor): Tensor {
    const [batch = 1, ...rest] = x.shape;
    return x.reshape([batch, sizeOf(rest)]);
  }
}

/**
 * Puts all axes but the first into one: x: [batch, …] → [batch, size]. No weights. As Keras 3, channels last.
 *
 * @example
 * ```ts
 * const y = flatten().apply(zeros([8, 7, 7, 64]));
 * y.shape; // → [8, 3136]
 * ```
 */
export function flatten(options: LayerOptions = {}): Flatten {
  return new Flatten(options);
}
