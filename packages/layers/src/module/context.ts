import { ArgumentError, random, type Tensor } from '@tesserajs/tensor';
import { hashText } from '../hash.js';
import type { AnyModule } from './module.js';
import type { ModulePaths } from './module-paths.js';

/** What a module's `call` gets besides its input. */
export interface Context {
  /** True while training: dropout drops. */
  readonly training: boolean;
  /** True where the module being applied, or one around it, is frozen (`trainable` is false). */
  readonly frozen: boolean;
  /**
   * A random key of its own for each call: it depends on the key of the run, the path of the module (by default the one
   * being applied) and how many keys that module took before, so that adding a layer leaves those of the others as they
   * were. Throws an ArgumentError when the run has no key.
   */
  key(module?: AnyModule): Tensor;
  /**
   * Gives a module new state (moving averages and the like), which the new model that `applyModule` returns will hold.
   * Throws an ArgumentError where there is no new model.
   */
  update(module: AnyModule, fields: Readonly<Record<string, Tensor>>): void;
  /**
   * Adds a value, or the sum of several, to the loss that `fit` lowers and `evaluate` tells; `applyModule` returns it.
   * Outside them it is dropped.
   */
  addLoss(value: Tensor): void;
}

/** What a run of a model is given. */
export interface RunOptions {
  readonly training: boolean;
  readonly key: Tensor | null;
  readonly paths: ModulePaths;
  /** Where `update` puts new state; null where it cannot go anywhere. */
  readonly updates: Map<AnyModule, Readonly<Record<string, Tensor>>> | null;
  /** Where `addLoss` puts scalars; without it they are dropped. */
  readonly losses?: Tensor[];
  /** Key of the first weights of layers that have none; with it, a run on abstract tensors builds them. */
  readonly buildKey?: Tensor;
  /** Such weights are zeros that take no memory. */
  readonly buildEmpty?: boolean;
  /**
   * Called after each module's `call`, innermost first, with the number of modules around it; how models are inspected.
   * What it returns takes the place of the result.
   */
  readonly observe?: (module: AnyModule, x: unknown, y: unknown, depth: number) => unknown;
}

/** Keeps keys of weights apart from keys of calls that come from the same seed. */
const weightsTag = hashText('weights');

/** One run of a model: knows where in the model it is. */
export class Run implements Context {
  readonly #options: RunOptions;
  readonly #keysTaken = new Map<string, number>();
  readonly #open: AnyModule[] = [];

  constructor(options: RunOptions) {
    this.#options = options;
  }

  get training(): boolean {
    return this.#options.training;
  }

  get frozen(): boolean {
    return this.#open.some(({ trainable }) => !trainable);
  }

  key(module: AnyModule | undefined = this.#open.at(-1)): Tensor {
    const { key } = this.#options;
    if (key === null) {
      throw new ArgumentError(
        `${this.#name(module)}: this run has no random key; pass one: applyModule(model, x, { training: true, key })`,
      );
    }
    const path = this.#path(module);
    const count = this.#keysTaken.get(path) ?? 0;
    this.#keysTaken.set(path, count + 1);
    return random.foldIn(random.foldIn(key, hashText(path)), count);
  }

  update(module: AnyModule, fields: Readonly<Record<string, Tensor>>): void {
    const { updates } = this.#options;
    if (updates === null) {
      throw new ArgumentError(
        `${this.#name(module)}: new state has no place to go in apply(); use applyModule, which returns the new ` +
          'model, or fit',
      );
    }
    updates.set(module, { ...updates.get(module), ...fields });
  }

  addLoss(value: Tensor): void {
    this.#options.losses?.push(value.sum());
  }

  /** True when layers without weights are to get them. */
  get building(): boolean {
    return this.#options.buildKey !== undefined;
  }

  /** True when those weights come from elsewhere. */
  get buildsEmpty(): boolean {
    return this.#options.buildEmpty ?? false;
  }

  /** The key of a module's first weights. */
  weightKey(module: AnyModule): Tensor {
    return random.foldIn(
      random.foldIn(this.#options.buildKey ?? random.key(0), weightsTag),
      hashText(this.#path(module)),
    );
  }

  /** Runs `body` as part of a module. */
  enter<Output>(module: AnyModule, x: unknown, body: () => Output): Output {
    this.#open.push(module);
    try {
      const y = body();
      const { observe } = this.#options;
      return observe === undefined ? y : (observe(module, x, y, this.#open.length - 1) as Output);
    } finally {
      this.#open.pop();
    }
  }

  #path(module: AnyModule | undefined): string {
    return module === undefined ? '' : (this.#options.paths.get(module) ?? '');
  }

  #name(module: AnyModule | undefined): string {
    const path = this.#path(module);
    return path === '' ? (module?.constructor.name ?? 'model') : path;
  }
}
