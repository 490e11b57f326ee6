import { ArgumentError, random, type Tensor } from '@tesserajs/tensor';
import { hashText } from '../hash.js';
import type { Module } from './module.js';
import type { ModulePaths } from './module-paths.js';

/** What a module's `call` gets besides its input. */
export interface Context {
  /** True while training: dropout drops. */
  readonly training: boolean;
  /**
   * A random key of its own for each call: it depends on the key of the run, the path of the module (by default the one
   * being applied) and how many keys that module took before, so that adding a layer leaves those of the others as they
   * were. Throws an ArgumentError when the run has no key.
   */
  key(module?: Module): Tensor;
  /**
   * Gives a module new state (moving averages and the like), which the new model that `applyModule` returns will hold.
   * Throws an ArgumentError where there is no new model.
   */
  update(module: Module, fields: Readonly<Record<string, Tensor>>): void;
}

/** Observes modules as they are applied; how models are built and summarized. */
export interface ApplyObserver {
  /** Before `call`: the module may get its weights here. */
  before?(module: Module, x: Tensor, path: string): void;
  /** After `call`. */
  after?(module: Module, x: Tensor, y: Tensor, path: string): void;
}

/** What a run of a model is given. */
export interface RunOptions {
  readonly training: boolean;
  readonly key: Tensor | null;
  readonly paths: ModulePaths;
  /** Where `update` puts new state; null where it cannot go anywhere. */
  readonly updates: Map<Module, Readonly<Record<string, Tensor>>> | null;
  readonly observer?: ApplyObserver;
}

/** One run of a model: knows where in the model it is. */
export class Run implements Context {
  readonly #options: RunOptions;
  readonly #keysTaken = new Map<string, number>();
  readonly #open: Module[] = [];

  constructor(options: RunOptions) {
    this.#options = options;
  }

  get training(): boolean {
    return this.#options.training;
  }

  key(module: Module | undefined = this.#open.at(-1)): Tensor {
    const { key } = this.#options;
    if (key === null) {
      throw new ArgumentError(`${this.#name(module)}: this run has no random key; pass one: applyModule(model, x, { training: true, key })`);
    }
    const path = this.#path(module);
    const count = this.#keysTaken.get(path) ?? 0;
    this.#keysTaken.set(path, count + 1);
    return random.foldIn(random.foldIn(key, hashText(path)), count);
  }

  update(module: Module, fields: Readonly<Record<string, Tensor>>): void {
    const { updates } = this.#options;
    if (updates === null) {
      throw new ArgumentError(
        `${this.#name(module)}: new state has no place to go in apply(); use applyModule, which returns the new model, or fit`,
      );
    }
    updates.set(module, { ...updates.get(module), ...fields });
  }

  /** Runs `body` as part of a module. */
  enter(module: Module, x: Tensor, body: () => Tensor): Tensor {
    const { observer } = this.#options;
    const path = this.#path(module);
    observer?.before?.(module, x, path);
    this.#open.push(module);
    try {
      const y = body();
      observer?.after?.(module, x, y, path);
      return y;
    } finally {
      this.#open.pop();
    }
  }

  #path(module: Module | undefined): string {
    return module === undefined ? '' : (this.#options.paths.get(module) ?? '');
  }

  #name(module: Module | undefined): string {
    const path = this.#path(module);
    return path === '' ? (module?.constructor.name ?? 'model') : path;
  }
}
