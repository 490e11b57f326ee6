import { ArgumentError, moduleBrand, type Tensor } from '@tesserajs/tensor';
import { Run, type Context } from './context.js';
import { modulePaths } from './module-paths.js';
import { symbolicIn, type Symbolic } from './symbolic-tensor.js';

/** Any module, whatever it takes and gives. */
export type AnyModule = Module<never, unknown>;

/**
 * A part of a model: a tree whose tensors in enumerable own fields are its parameters; lists, plain objects and modules
 * nest. A module of your own needs a constructor and `call`. `Input` and `Output` are tensors, or lists and records of
 * them: `class Towers extends Module<{ image: Tensor; text: Tensor }>`.
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
export abstract class Module<Input = Tensor, Output = Tensor> {
  /** Names of fields that hold state without a gradient, such as moving averages. */
  static readonly stateFields: readonly string[] = [];

  /** False freezes all parameters below: they get no gradient and no update. */
  trainable = true;

  /** Names of fields whose tensors are frozen in this module; none unless it is set. */
  declare frozenFields?: readonly string[];

  /** What the module computes. Use `apply` to run a module; `call` is what you write. */
  abstract call(x: Input, ctx: Context): Output;

  /**
   * Runs the module. Inside the `call` of another module pass its `ctx` on; without one this is inference. What
   * `input` made goes through as it does in a model: the result has a shape, but no values.
   *
   * @example
   * ```ts
   * const layer = dense({ units: 1, kernelInitializer: 'ones' });
   * const y = layer.apply(tensor([[1, 2]])); // → [[3]]
   * ```
   */
  apply(x: Input, ctx?: Context): Output;
  apply(x: Symbolic<Input>): Symbolic<Output>;
  apply(x: Input | Symbolic<Input>, ctx?: Context): Output | Symbolic<Output> {
    const symbolic = symbolicIn(x);
    if (symbolic !== null) return symbolic.applyTo(this, x) as Symbolic<Output>;
    const values = x as Input;
    this.prepare(values, ctx);
    const run = ctx ?? new Run({ training: false, key: null, paths: modulePaths(this), updates: null });
    const body = (): Output => {
      const y = callOf(this, values, run);
      this.finish(y, run);
      return y;
    };
    return run instanceof Run ? run.enter(this, x, body) : body();
  }

  /** Called before each run, and before `call`. */
  protected prepare(_x: Input, _ctx: Context | undefined): void {
    // Nothing by default; layers make their weights here.
  }

  /** Called with what `call` gave. */
  protected finish(_y: Output, _ctx: Context): void {
    // Nothing by default; layers add what their output costs here.
  }
}

/** What `call` gives; explains why a private field is missing. */
function callOf<Input, Output>(module: Module<Input, Output>, x: Input, ctx: Context): Output {
  try {
    return module.call(x, ctx);
  } catch (error) {
    if (!(error instanceof TypeError) || !/private|Receiver must be an instance/.test(error.message)) throw error;
    throw new ArgumentError(
      `${module.constructor.name}: call uses a private field or method (${error.message}). Gradients and compiled steps ` +
        'work on copies of a module, which have its public fields alone; write `private name` or `name` instead of `#name`',
    );
  }
}

// On the prototype, so that a brand is no branch of the tree and survives taking modules apart.
Object.defineProperty(Module.prototype, moduleBrand, { value: true });
