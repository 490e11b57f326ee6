import { TraceError } from '../../errors.js';
import { checkNotPromise, type TraceKind } from '../../graph/trace.js';
import type { Tensor } from '../../tensor.js';
import { flatten, sameDefinition, unflatten, type FlatTree } from '../../tree/flatten.js';

/** A function of trees as a function of their tensors, which remembers the structure of its result. */
export class TreeCall<A extends readonly unknown[]> {
  readonly #operation: TraceKind;
  readonly args: FlatTree;
  #result: FlatTree | null = null;

  constructor(operation: TraceKind, args: A) {
    this.#operation = operation;
    this.args = flatten(args);
  }

  /** The tensors of the arguments. */
  get leaves(): readonly Tensor[] {
    return this.args.leaves as readonly Tensor[];
  }

  /** The arguments with other tensors. */
  arguments(leaves: readonly unknown[]): A {
    return unflatten(this.args.definition, leaves) as A;
  }

  /** The structure of the result, once the function has run. */
  get result(): FlatTree {
    return this.#result!;
  }

  /** The tensors of a result. Throws a TraceError unless all results have one structure. */
  resultLeaves(value: unknown, what: string): readonly Tensor[] {
    checkNotPromise(this.#operation, value);
    const flat = flatten(value);
    if (this.#result !== null && !sameDefinition(this.#result.definition, flat.definition)) {
      throw new TraceError(
        `${this.#operation}: ${what} gives a result of another structure than the function; both must return the same`,
      );
    }
    this.#result = flat;
    return flat.leaves as readonly Tensor[];
  }
}
