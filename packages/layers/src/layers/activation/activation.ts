import type { Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../../activations.js';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of `activation`. */
export interface ActivationOptions extends LayerOptions {
  /** Name of the activation, or a function. */
  readonly activation: Activation;
}

/** Applies an activation; made by {@link activation}. */
export class ActivationLayer extends Layer {
  static readonly className: string = 'Activation';
  static readonly fields: Readonly<Record<string, FieldKind>> = { activation: 'activation' };

  readonly activation: Activation;

  /** As {@link activation}. */
  constructor(options: ActivationOptions) {
    super('activation', options);
    checkActivation(this.name, options.activation);
    this.activation = options.activation;
  }

  override call(x: Tensor): Tensor {
    return activationFunction(this.activation)(asFloat(x));
  }
}

/**
 * Applies an activation to each value (softmax: along the last axis). x: any shape → the same. No weights.
 *
 * @example
 * ```ts
 * const logits = tensor([[0, 0]]);
 * const probabilities = activation({ activation: 'softmax' }).apply(logits); // → [[0.5, 0.5]]
 * ```
 */
export function activation(options: ActivationOptions): ActivationLayer {
  return new ActivationLayer(options);
}
