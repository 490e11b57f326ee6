import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import { Layer } from '../layers/layer.js';
import type { Context } from '../module/context.js';
import type { Module } from '../module/module.js';
import { activationOf, Model, type ModelOptions } from './model.js';
import { nameLayers } from './names.js';

/** Layers one after the other; made by {@link sequential}. */
export class Sequential extends Model {
  static readonly className: string = 'Sequential';

  /** The layers in order. */
  readonly layers: readonly Module[];

  /** As {@link sequential}. */
  constructor(layers: readonly Module[], options: ModelOptions = {}) {
    super('sequential', options);
    if (layers.length === 0) throw new ArgumentError(`${this.name}: there are no layers; give at least one`);
    this.layers = [...layers];
    nameLayers(this.name, this.layers);
    const [first] = layers;
    const inputShape = options.inputShape ?? (first instanceof Layer ? first.inputShape : null);
    if (inputShape !== null) this.build([null, ...inputShape]);
  }

  override get outputActivation(): string | null {
    return activationOf(this.layers.at(-1));
  }

  override get parts(): readonly Module[] {
    return this.layers;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    return this.layers.reduce((value, layer) => layer.apply(value, ctx), x);
  }
}

/**
 * A model of layers one after the other. It is built at once when its input is known: `inputShape` here or in the first
 * layer; else by `build`, or by the first batch of `fit` or `predict`.
 *
 * x: [batch, …] → what the last layer gives. Throws an ArgumentError for two layers of one name, and a ShapeError
 * naming the layer that does not take what it gets.
 *
 * @example
 * ```ts
 * const layers = [
 *   conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
 *   maxPooling2d(),
 *   flatten(),
 *   dense({ units: 10 }),
 * ];
 * const model = sequential(layers, { inputShape: [28, 28, 1], seed: 7 });
 * model.countParams(); // → 54410
 * ```
 */
export function sequential(layers: readonly Module[], options: ModelOptions = {}): Sequential {
  return new Sequential(layers, options);
}
