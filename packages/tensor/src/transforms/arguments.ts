import { isFloat } from '../dtypes.js';
import { ArgumentError, DTypeError } from '../errors.js';
import { createLeaf } from '../graph/bind.js';
import type { Trace } from '../graph/trace.js';
import { scalar } from '../ops/operands.js';
import { formatShape } from '../shapes.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type FlatTree } from '../tree/flatten.js';

/** An argument whose differentiable leaves were replaced by placeholders. */
export interface PreparedArgument {
  readonly flat: FlatTree;
  /** Per leaf: the placeholder, or null if the leaf is not differentiated. */
  readonly placeholders: readonly (Tensor | null)[];
}

/** Arguments of a function that is traced for its derivative. */
export interface PreparedArguments {
  /** The arguments with placeholders in place of differentiable leaves. */
  readonly traced: readonly unknown[];
  readonly prepared: ReadonlyMap<number, PreparedArgument>;
  /** What the placeholders stand for, in the order of the arguments. */
  readonly values: ReadonlyMap<Tensor, Tensor>;
}

/** Throws an ArgumentError unless `f` is a function. */
export function checkFunction(operation: string, f: unknown): void {
  if (typeof f === 'function') return;
  throw new ArgumentError(`${operation}: ${f === null ? 'null' : typeof f} is no function; pass a function of tensors`);
}

/** Throws an ArgumentError for positions that no argument has. */
export function checkPositions(operation: string, positions: readonly number[], count: number): void {
  for (const n of positions) {
    if (!Number.isInteger(n) || n < 0 || n >= count) {
      throw new ArgumentError(`${operation}: argnums ${n} is out of range for ${count} arguments`);
    }
  }
}

/** What becomes of an argument that is one tensor of no float dtype: an error, or no derivative. */
export type UnsuitableArguments = 'reject' | 'pass';

/** One tensor, or a number, may be differentiated directly; trees pass over what is not a float. */
function asTensorArgument(
  operation: string,
  argument: unknown,
  position: number,
  unsuitable: UnsuitableArguments,
): unknown {
  if (typeof argument === 'number') return scalar(argument, 'float32');
  if (isTensor(argument) && argument.weak) return argument.cast('float32');
  if (unsuitable === 'reject' && isTensor(argument) && !isFloat(argument.dtype)) {
    throw new DTypeError(
      `${operation}: argument ${position} is ${argument.dtype} ${formatShape(argument.shape)}; only floats have gradients: ` +
        "use .cast('float32') or other argnums",
    );
  }
  return argument;
}

/** Replaces the differentiable leaves of the arguments at `positions` by placeholders of `trace`. */
export function prepareArguments(
  operation: string,
  trace: Trace,
  args: readonly unknown[],
  positions: readonly number[],
  unsuitable: UnsuitableArguments,
): PreparedArguments {
  checkPositions(operation, positions, args.length);
  const values = new Map<Tensor, Tensor>();
  const prepared = new Map<number, PreparedArgument>();
  const traced = args.map((argument, position) => {
    if (!positions.includes(position)) return argument;
    const flat = flatten(asTensorArgument(operation, argument, position, unsuitable));
    const placeholders = flat.leaves.map((leaf, i) => {
      const tensor = leaf as Tensor;
      // A weak tensor is a JavaScript number of a function that is being compiled: static, like all numbers in trees.
      if (flat.frozen[i] === true || !isFloat(tensor.dtype) || tensor.weak) return null;
      const placeholder = createLeaf(tensor.shape, tensor.dtype, trace);
      values.set(placeholder, tensor);
      return placeholder;
    });
    prepared.set(position, { flat, placeholders });
    return unflatten(
      flat.definition,
      flat.leaves.map((leaf, i) => placeholders[i] ?? leaf),
    );
  });
  return { traced, prepared, values };
}

/** A tree like the argument with `valueOf` each placeholder, and null for everything else. */
export function derivativeTree(
  { flat, placeholders }: PreparedArgument,
  valueOf: (placeholder: Tensor) => Tensor,
): unknown {
  const leaves = placeholders.map((placeholder) => (placeholder === null ? null : valueOf(placeholder)));
  return unflatten(flat.definition, leaves, 'null');
}
