import { moduleBrand, type Tensor } from '@tesserajs/tensor';
import { Run, type Context } from './context.js';
import { modulePaths } from './module-paths.js';

/**
 * A part of a model: a tree whose tensors in enumerable own fields are its parameters; lists, plain objects and modules
 * nest. A module of your own needs a constructor and `call`.
 *
 * @example
 * ```ts
 * class Residual extends Module {
 *   constructor(readonly inner: Module) {
 *     super();
 *   }
 *   call(x: Tensor, ctx: Context): Tensor {
 *     return x.add(this.inner.apply(x, ctx));
 *   }
 * }
 * const y = new Residual(dense({ units: 3, kernelInitializer: 'ones' })).apply(tensor([[1, 2, 3]]));
 * await y.array(); // → [[7, 8, 9]]
 * ```
 */
export abstract class Module {
  /** Names of fields that hold state without a gradient, such as moving averages. */
  static readonly stateFields: readonly string[] = [];

  /** False freezes all parameters below: they get no gradient and no update. */
  trainable = true;

  /** What the module computes. Use `apply` to run a module; `call` is what you write. */
  abstract call(x: Tensor, ctx: Context): Tensor;

  /**
   * Runs the module. Inside the `call` of another module pass its `ctx` on; without one this is inference.
   *
   * @example
   * ```ts
   * const layer = dense({ units: 1, kernelInitializer: 'ones' });
   * const y = layer.apply(tensor([[1, 2]])); // → [[3]]
   * ```
   */
  apply(x: Tensor, ctx?: Context): Tensor {
    const run = ctx ?? new Run({ training: false, key: null, paths: modulePaths(this), updates: null });
    return run instanceof Run ? run.enter(this, x, () => this.call(x, run)) : this.call(x, run);
  }
}

// On the prototype, so that a brand is no branch of the tree and survives taking modules apart.
Object.defineProperty(Module.prototype, moduleBrand, { value: true });
