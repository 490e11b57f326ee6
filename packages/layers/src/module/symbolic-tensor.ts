import { ArgumentError, formatShape, isTensor, type DType, type Tensor } from '@tesserajs/tensor';
import { formatSymbolic, type SymbolicShape } from '../shapes.js';
import { leavesOf } from '../structure.js';
import type { AnyModule } from './module.js';

/** Tensors of a structure replaced by symbolic ones. */
export type Symbolic<T> = T extends Tensor ? SymbolicTensor : { [K in keyof T]: Symbolic<T[K]> };

/** Symbolic tensors of a structure replaced by tensors. */
export type Concrete<T> = T extends SymbolicTensor ? Tensor : { [K in keyof T]: Concrete<T[K]> };

/** One application of a module to symbolic tensors. */
export interface SymbolicCall {
  readonly module: AnyModule;
  /** What it was applied to: symbolic tensors in lists and records. */
  readonly inputs: unknown;
  /** What it gave. */
  readonly outputs: unknown;
  /** Grows from call to call: whatever a call depends on has a smaller one. */
  readonly order: number;
}

/** How modules are applied to symbolic tensors. */
export type ApplySymbolic = (module: AnyModule, x: unknown) => unknown;

/**
 * A tensor of a model that is being put together: it has a shape and a dtype, but no values. Made by `input`, and by
 * applying modules to others.
 *
 * @example
 * ```ts
 * const x: SymbolicTensor = input({ shape: [28, 28, 1], dtype: 'uint8' });
 * x.shape; // → [null, 28, 28, 1]
 * ```
 */
export class SymbolicTensor {
  /** Null for the batch axis where it is open: `[null, 28, 28, 1]`. */
  readonly shape: SymbolicShape;
  readonly dtype: DType;
  /** Name of the input, where it was given. */
  readonly name: string | null;
  /** What gave it; null for inputs. */
  readonly call: SymbolicCall | null;
  readonly #apply: ApplySymbolic;

  /** Made by `input`. */
  constructor(
    apply: ApplySymbolic,
    { shape, dtype, name, call }: Pick<SymbolicTensor, 'shape' | 'dtype' | 'name' | 'call'>,
  ) {
    this.#apply = apply;
    this.shape = shape;
    this.dtype = dtype;
    this.name = name;
    this.call = call;
  }

  // Through the tensor, so that programs without symbolic tensors do not bundle what handles them.
  /** Applies a module to a structure that this is part of. */
  applyTo(module: AnyModule, x: unknown): unknown {
    return this.#apply(module, x);
  }

  toString(): string {
    return `SymbolicTensor(${this.dtype} ${formatSymbolic(this.shape)})`;
  }
}

/** True for symbolic tensors. */
export function isSymbolic(value: unknown): value is SymbolicTensor {
  return value instanceof SymbolicTensor;
}

/** A symbolic tensor of a structure, null if it has none. Throws an ArgumentError if it has tensors too. */
export function symbolicIn(structure: unknown): SymbolicTensor | null {
  if (isTensor(structure)) return null;
  const isEither = (value: unknown): value is Tensor | SymbolicTensor => isTensor(value) || isSymbolic(value);
  const leaves = leavesOf(structure, isEither);
  const symbolic = leaves.find(({ leaf }) => isSymbolic(leaf))?.leaf;
  if (!isSymbolic(symbolic)) return null;
  const concrete = leaves.find(({ leaf }) => isTensor(leaf));
  if (concrete === undefined) return symbolic;
  const { dtype, shape } = concrete.leaf as Tensor;
  throw new ArgumentError(
    `apply: ${concrete.path} is a tensor (${dtype} ${formatShape(shape)}) beside symbolic ones; make it an input of the ` +
      'model, or keep it in a field of a module of your own',
  );
}
