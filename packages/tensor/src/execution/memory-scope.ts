/// <reference lib="esnext.disposable" preserve="true" />
import { ambient } from '../ambient.js';
import { leaves } from '../tree/tree.js';
import { schedule } from './evaluate.js';
import type { Storage } from './storage.js';

/** A stretch of a program at whose end the tensors made in it are freed. */
export interface MemoryScope {
  /** Takes the tensors of a tree along: they live on in the scope around this one, or for good. Returns the tree. */
  keep<T>(tree: T): T;
  /** Ends the scope: what was made in it and not kept is freed, and using it throws a FreedError. */
  dispose(): void;
  /** The same, for `using`. */
  [Symbol.dispose](): void;
}

/** What tensors know of the scope in which they were made. */
export interface ScopeState {
  /** Records where the value of a tensor of this scope is stored. */
  add(storage: Storage): void;
}

class Scope implements MemoryScope, ScopeState {
  outer: Scope | null = ambient.memoryScope as Scope | null;
  readonly #storages = new Set<Storage>();
  #ended = false;

  add(storage: Storage): void {
    if (!this.#ended) this.#storages.add(storage);
  }

  keep<T>(tree: T): T {
    const tensors = leaves(tree);
    schedule('keep', tensors); // what is computed later would need what is freed now
    for (const { storage } of tensors) {
      if (storage !== null && this.#storages.delete(storage)) this.outer?.add(storage);
    }
    return tree;
  }

  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (ambient.memoryScope === this) {
      ambient.memoryScope = this.outer;
      for (const storage of this.#storages) storage.free();
    } else {
      // A scope that began later is still open: they belong to tasks that take turns, and what is whose is not known.
      let inner = ambient.memoryScope as Scope | null;
      while (inner !== null && inner.outer !== this) inner = inner.outer;
      if (inner !== null) inner.outer = this.outer;
    }
    this.#storages.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Begins a scope: when it ends, the values of all tensors made in it are freed, except those that it was told to keep.
 * Device memory is then free at once instead of when the garbage collector finds out. Tensors made before are not
 * touched, whenever they are computed. Scopes nest; where asynchronous tasks with scopes take turns, one that ends while
 * a later one is open frees nothing.
 *
 * @example
 * ```ts
 * using scope = memoryScope();
 * const step = compile((w: Tensor, x: Tensor) => ({ w: w.sub(x), unused: x.exp() }));
 * const { w } = scope.keep({ w: step(ones([2]), ones([2])).w }); // everything else is freed at the end of the block
 * w; // → [0, 0]
 * ```
 */
export function memoryScope(): MemoryScope {
  const scope = new Scope();
  ambient.memoryScope = scope;
  return scope;
}
