import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import type { Context } from '../../module/context.js';
import { Layer, type FieldKind, type LayerOptions } from '../layer.js';

/** Gives what it gets; made by {@link identity}. */
export class Identity extends Layer {
  static readonly className: string = 'Identity';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link identity}. */
  constructor(options: LayerOptions = {}) {
    super('identity', options);
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/**
 * x itself. x: any shape and dtype → the same. No weights. As Keras 3.
 *
 * @example
 * ```ts
 * identity().apply(tensor([1, 2])); // → [1, 2]
 * ```
 */
export function identity(options: LayerOptions = {}): Identity {
  return new Identity(options);
}

/** Options of `lambda`. */
export interface LambdaOptions extends LayerOptions {
  /** What the layer computes of x. Tensors that it closes over are constants: they are not trained. */
  readonly function: (x: Tensor, ctx: Context) => Tensor;
}

/** A function as a layer; made by {@link lambda}. */
export class Lambda extends Layer {
  static readonly className: string = 'Lambda';
  static readonly fields: Readonly<Record<string, FieldKind>> = { function: 'function' };

  readonly function: (x: Tensor, ctx: Context) => Tensor;

  /** As {@link lambda}. */
  constructor(options: LambdaOptions) {
    super('lambda', options);
    if (typeof options.function !== 'function') {
      throw new ArgumentError(`${this.name}: function is missing; give one: lambda({ function: (x) => x.mul(2) })`);
    }
    this.function = options.function;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    return this.function(x, ctx);
  }
}

/**
 * A function of x as a layer. No weights; files cannot hold it: write a module of your own for what is to be saved or
 * trained. As Keras 3.
 *
 * @example
 * ```ts
 * lambda({ function: (x) => x.div(255) }).apply(tensor([255])); // → [1]
 * ```
 */
export function lambda(options: LambdaOptions): Lambda {
  return new Lambda(options);
}
