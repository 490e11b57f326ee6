import { isFloat } from '../dtypes.js';
import { ArgumentError } from '../errors.js';
import { eye } from '../create.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';
import { checkPositions } from './arguments.js';
import { grad, type Grads } from './grad.js';
import { linearize } from './jvp.js';
import { vjp } from './vjp.js';
import { vmap } from './vmap.js';

/** Derivatives of a result: its structure, with a tree like the argument in place of each tensor. */
export type Jacobian<R, T> = R extends Tensor
  ? Grads<T>
  : R extends readonly (infer U)[]
    ? Jacobian<U, T>[]
    : R extends object
      ? { [K in keyof R]: Jacobian<R[K], T> }
      : null;

/** Options of `jacobian` and `hessian`. */
export interface JacobianOptions {
  /** Which argument to differentiate. Default 0. */
  readonly argnums?: number;
}

/** Unit vectors for a list of tensors: for tensor i, all its unit vectors beside zeros for the others. */
function unitVectors(tensors: readonly Tensor[], i: number): Tensor[] {
  const { size } = tensors[i]!;
  return tensors.map(({ shape, dtype }, k) =>
    k === i ? eye(size, size, { dtype }).reshape([size, ...shape]) : constant(0, [size, ...shape], dtype),
  );
}

/** The function of the float leaves of one argument alone, and those leaves. */
function restrict(
  operation: string,
  f: (...args: never) => unknown,
  args: readonly unknown[],
  position: number,
): { leaves: Tensor[]; tree: (values: readonly unknown[]) => unknown; call: (...values: Tensor[]) => unknown } {
  checkPositions(operation, [position], args.length);
  const flat = flatten(args[position]);
  const varied = flat.leaves.map((leaf, i) => flat.frozen[i] !== true && isFloat((leaf as Tensor).dtype));
  const positions = [...varied.keys()].filter((i) => varied[i]);
  if (positions.length === 0) {
    throw new ArgumentError(`${operation}: argument ${position} holds no float tensor; choose another with argnums`);
  }
  return {
    leaves: positions.map((i) => flat.leaves[i] as Tensor),
    tree: (values) =>
      unflatten(
        flat.definition,
        flat.leaves.map((_, i) => values[positions.indexOf(i)] ?? null),
        'null',
      ),
    call: (...values) => {
      const leaves = flat.leaves.map((leaf, i) => values[positions.indexOf(i)] ?? leaf);
      const changed = args.map((argument, n) => (n === position ? unflatten(flat.definition, leaves) : argument));
      return f(...(changed as never));
    },
  };
}

/** Moves the axis over unit vectors of a tensor of shape `inner` behind the others, as the axes of that tensor. */
function spread(x: Tensor, inner: readonly number[]): Tensor {
  const [, ...outer] = x.shape;
  const last = x.transpose([...outer.map((_, i) => i + 1), 0]);
  return last.reshape([...outer, ...inner]);
}

/**
 * The matrix of all first derivatives: for a result [...out] and an argument [...in], a tensor [...out, ...in]. Trees
 * nest: the result's structure outside, the argument's inside. `mode` is `reverse` (default: one backward pass per
 * element of the result) or `forward` (one forward pass per element of the argument: for few inputs).
 *
 * Throws an ArgumentError when the argument holds no float tensor.
 *
 * @example
 * ```ts
 * const matrix = jacobian((x: Tensor) => x.square())(tensor([1, 2])); // [[2, 0], [0, 4]]
 * ```
 */
export function jacobian<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: JacobianOptions & { readonly mode?: 'forward' | 'reverse' } = {},
): (...args: A) => Jacobian<R, A[0]> {
  const { mode = 'reverse', argnums = 0 } = options;
  return (...args) => {
    const { leaves, tree, call } = restrict('jacobian', f, args, argnums);
    const blocks = mode === 'reverse' ? reverseBlocks(call, leaves) : forwardBlocks(call, leaves);
    const perOutput = blocks.derivatives.map((row) => (row === null ? null : tree(row)));
    return unflatten(blocks.result, perOutput, 'null') as Jacobian<R, A[0]>;
  };
}

/** Per leaf of the result: its derivatives with respect to each input, or null where it is no float. */
interface Blocks {
  readonly result: ReturnType<typeof flatten>['definition'];
  readonly derivatives: readonly (readonly Tensor[] | null)[];
}

function reverseBlocks(call: (...values: Tensor[]) => unknown, leaves: readonly Tensor[]): Blocks {
  let definition: Blocks['result'] | null = null;
  const [outputs, pullback] = vjp(
    (...values: Tensor[]) => {
      const flat = flatten(call(...values));
      definition = flat.definition;
      return flat.leaves as Tensor[];
    },
    ...leaves,
  );
  const floats = [...outputs.keys()].filter((i) => isFloat(outputs[i]!.dtype));
  const tensors = floats.map((i) => outputs[i]!);
  const derivatives = outputs.map((output, i): readonly Tensor[] | null => {
    const position = floats.indexOf(i);
    if (position < 0) return null;
    const rows = vmap((...units: Tensor[]) => pullback(outputs.map((_, k) => units[floats.indexOf(k)] ?? null)))(
      ...unitVectors(tensors, position),
    );
    return rows.map((row) => row.reshape([...output.shape, ...row.shape.slice(1)]));
  });
  return { result: definition!, derivatives };
}

function forwardBlocks(call: (...values: Tensor[]) => unknown, leaves: readonly Tensor[]): Blocks {
  let definition: Blocks['result'] | null = null;
  const [outputs, derivative] = linearize(
    (...values: Tensor[]) => {
      const flat = flatten(call(...values));
      definition = flat.definition;
      return flat.leaves as Tensor[];
    },
    ...leaves,
  );
  const floats = [...outputs.keys()].filter((i) => isFloat(outputs[i]!.dtype));
  const columns = leaves.map(({ shape }, i) => {
    const changes = vmap((...units: Tensor[]) => {
      const made = derivative(...units);
      return floats.map((k) => made[k]!);
    })(...unitVectors(leaves, i));
    return changes.map((change) => spread(change, shape));
  });
  const derivatives = outputs.map((_, i) => {
    const position = floats.indexOf(i);
    return position < 0 ? null : columns.map((column) => column[position]!);
  });
  return { result: definition!, derivatives };
}

/**
 * The matrix of second derivatives of a scalar function: for an argument [...in], a tensor [...in, ...in]; forward over
 * reverse mode. Trees nest as with `jacobian`.
 *
 * @example
 * ```ts
 * const matrix = hessian((x: Tensor) => x.pow(3).sum())(tensor([1, 2])); // [[6, 0], [0, 12]]
 * ```
 */
export function hessian<A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  options: JacobianOptions = {},
): (...args: A) => Jacobian<Grads<A[0]>, A[0]> {
  const { argnums = 0 } = options;
  return jacobian(grad(f, { argnums }), { mode: 'forward', argnums });
}
