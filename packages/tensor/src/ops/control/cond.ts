import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { bodyKernel } from '../../execution/body.js';
import { bind } from '../../graph/bind.js';
import type { Graph } from '../../graph/graph.js';
import { definePrimitive, type BatchContext, type Primitive } from '../../graph/primitive.js';
import { checkNotPromise } from '../../graph/trace.js';
import { formatShape, sameShape } from '../../shapes.js';
import { isTensor } from '../../graph/is-tensor.js';
import type { Tensor } from '../../tensor.js';
import { flatten, sameDefinition, unflatten, type FlatTree } from '../../tree/flatten.js';
import { formatTree } from '../../tree/format.js';
import { closeFunction, type ClosedFunction } from '../../transforms/close-function.js';
import { operand } from '../operands.js';
import { applyBatched, batchAll, repeatBatch } from './batch-graph.js';
import { asOutput, shareCaptured } from './body.js';
import { condJvp } from './cond-jvp.js';
import { condVjp } from './cond-vjp.js';
import { selectAlong } from './select-along.js';
import type { LoopState } from './state.js';

/** Attributes of `cond`. Operands: a bool scalar, then the inputs of both branches. */
export interface CondAttributes {
  readonly onTrue: Graph;
  readonly onFalse: Graph;
}

/** Both branches and a choice for a batched predicate; otherwise one branch of batches. */
function batchCond({ operands, batched, size, attributes }: BatchContext<CondAttributes>): Tensor[] {
  const { onTrue, onFalse } = attributes;
  const [predicate, ...inputs] = operands;
  const mask = batched.slice(1);
  if (batched[0] === true) {
    const [yes, no] = [onTrue, onFalse].map((branch) => {
      const made = applyBatched(branch, inputs, mask, size);
      return made.outputs.map((output, i) => (made.batched[i] === true ? output : repeatBatch(output, size)));
    });
    return yes!.map((output, i) => selectAlong(predicate!, output, no![i]!));
  }
  const [yes, no] = [onTrue, onFalse].map((branch) => batchAll(branch, mask, size));
  return [...bind(condPrimitive, operands, { onTrue: yes!, onFalse: no! })];
}

const condPrimitive: Primitive<CondAttributes> = definePrimitive<CondAttributes>({
  name: 'cond',
  takesBits: true,
  shape([predicate], { onTrue }) {
    if (predicate!.dtype !== 'bool' || predicate!.shape.length > 0) {
      throw new DTypeError(
        `cond: the predicate is ${predicate!.dtype} ${formatShape(predicate!.shape)}; it must be a bool scalar: compare, e.g. ` +
          'x.sum().greater(0); to choose per element use where',
      );
    }
    return onTrue.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  vjp: (context) => condVjp(condPrimitive, context),
  jvp: (context) => condJvp(condPrimitive, context),
  batch: batchCond,
  reference({ attributes: { onTrue, onFalse } }) {
    const [yes, no] = [onTrue, onFalse].map(bodyKernel);
    return ([predicate, ...inputs], outputs) => {
      (predicate![0] !== 0 ? yes! : no!)(inputs, outputs);
    };
  },
});

/** Throws unless both branches give the same. */
function checkBranches(yes: FlatTree, no: FlatTree): void {
  const both = (): string => `cond: onTrue gives ${formatTree(yes)}, onFalse ${formatTree(no)}`;
  if (!sameDefinition(yes.definition, no.definition)) {
    throw new ArgumentError(`${both()}; both branches must return the same structure`);
  }
  (yes.leaves as Tensor[]).forEach((leaf, i) => {
    const other = no.leaves[i] as Tensor;
    if (!sameShape(leaf.shape, other.shape)) throw new ShapeError(`${both()}; both branches must return equal shapes`);
    if (leaf.dtype !== other.dtype) throw new DTypeError(`${both()}; both branches must return equal dtypes`);
  });
}

/** Numbers, and what is as weak, as tensors that agree with the other branch where that is not weak. */
function branchLeaves(own: FlatTree, other: FlatTree | null): Tensor[] {
  return own.leaves.map((leaf, i) => {
    const partner = other?.leaves[i];
    const dtype = isTensor(partner) && !partner.weak ? partner.dtype : 'float32';
    return asOutput(leaf, dtype);
  });
}

/**
 * The result of one of two functions: `onTrue(...operands)` where the predicate holds, else `onFalse(...operands)`. Only
 * one of them runs. Both return trees of equal structure, shapes and dtypes; they may use tensors from outside, which get
 * zero gradients from the branch not taken.
 *
 * A JavaScript boolean decides at once. Under `vmap`, a predicate that differs between examples runs both branches and
 * chooses; what is NaN in the other branch can then spoil gradients, as with `where`.
 *
 * Throws a DTypeError unless the predicate is a bool scalar, and an error that shows both results when they differ in type.
 *
 * @example
 * ```ts
 * const x = tensor([2, 4]);
 * cond(x.max().greater(1), (v: Tensor) => v.div(v.max()), (v: Tensor) => v, x); // → [0.5, 1]
 * ```
 */
export function cond<A extends readonly unknown[], R>(
  predicate: Tensor | boolean,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => R,
  ...operands: A
): LoopState<R> {
  if (typeof predicate === 'boolean') {
    return asTensors((predicate ? onTrue : onFalse)(...operands)) as LoopState<R>;
  }
  const args = flatten(operands);
  const inputs = args.leaves as Tensor[];
  const branch = (f: (...operands: A) => R, other: FlatTree | null): ClosedFunction<FlatTree> =>
    closeFunction('cond', inputs, (placeholders) => {
      const value = f(...(unflatten(args.definition, placeholders) as A));
      checkNotPromise('cond', value);
      const flat = flatten(value, { numbers: 'leaf' });
      return { outputs: branchLeaves(flat, other), value: flat };
    });
  let yes = branch(onTrue, null);
  const no = branch(onFalse, yes.value);
  if (yes.value.leaves.some((leaf, i) => typeof leaf === 'number' && isTensor(no.value.leaves[i]))) {
    yes = branch(onTrue, no.value);
  }
  const types = [yes, no].map(({ graph, value }) => ({
    ...value,
    leaves: graph.outputs,
    definition: tensorsOnly(value),
  }));
  checkBranches(types[0]!, types[1]!);
  const { graphs, captured } = shareCaptured([yes, no], [inputs.length, inputs.length]);
  const attributes = { onTrue: graphs[0]!, onFalse: graphs[1]! };
  const results = bind(condPrimitive, [predicate, ...inputs, ...captured], attributes);
  return unflatten(yes.value.definition, results) as LoopState<R>;
}

/** The structure with tensors in place of numbers. */
function tensorsOnly(flat: FlatTree): FlatTree['definition'] {
  return flatten(
    unflatten(
      flat.definition,
      flat.leaves.map(() => operand(0)),
    ),
  ).definition;
}

/** The tree with tensors in place of numbers. */
function asTensors(value: unknown): unknown {
  const flat = flatten(value, { numbers: 'leaf' });
  return unflatten(
    flat.definition,
    flat.leaves.map((leaf) => asOutput(leaf)),
  );
}

/** The cond primitive. */
export const condPrimitives: Readonly<Record<'cond', Primitive<CondAttributes>>> = { cond: condPrimitive };
