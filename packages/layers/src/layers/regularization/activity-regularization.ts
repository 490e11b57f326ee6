import type { Tensor } from '@tesserajs/tensor';
import { l1l2 } from '../../regularizers.js';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of `activityRegularization`. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  /** Factor of Σ|x|. Default 0. */
  readonly l1?: number;
  /** Factor of Σx². Default 0. */
  readonly l2?: number;
}

/** Adds a penalty for its input to the loss; made by {@link activityRegularization}. */
export class ActivityRegularization extends Layer {
  static readonly className: string = 'ActivityRegularization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { l1: 'number', l2: 'number' };

  readonly l1: number;
  readonly l2: number;

  /** As {@link activityRegularization}. */
  constructor(options: ActivityRegularizationOptions = {}) {
    const { l1 = 0, l2 = 0 } = options;
    super('activityRegularization', { ...options, activityRegularizer: l1l2({ l1, l2 }) });
    this.l1 = l1;
    this.l2 = l2;
  }

  override call(x: Tensor): Tensor {
    return asFloat(x);
  }
}

/**
 * x itself; l1 · Σ|x| + l2 · Σx², per example, is added to the loss.
 *
 * x: any shape → the same. No weights. As Keras 3. Throws an ArgumentError for negative factors.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 64 }), activityRegularization({ l1: 1e-4 }), dense({ units: 10 })]);
 * ```
 */
export function activityRegularization(options: ActivityRegularizationOptions = {}): ActivityRegularization {
  return new ActivityRegularization(options);
}
