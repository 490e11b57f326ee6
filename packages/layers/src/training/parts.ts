import { isFloat, tensor, tree, type Tensor } from '@tesserajs/tensor';
import type { AnyModule } from '../module/module.js';

/** A model taken apart: what gradients change, and the rest. */
export interface ModelParts<M extends AnyModule> {
  /** Parameters that are trained, in order. */
  readonly weights: readonly Tensor[];
  /** Paths of `weights`. */
  readonly paths: readonly string[];
  /** Frozen parameters and state, in order. */
  readonly fixed: readonly Tensor[];
  /** A model like the one taken apart, with other tensors. */
  assemble(weights: readonly Tensor[], fixed: readonly Tensor[]): M;
  /** All tensors in the order of the model. */
  merge(weights: readonly Tensor[], fixed: readonly Tensor[]): Tensor[];
  /** The tensors of a model of the same structure that are not trained. */
  fixedOf(model: M): Tensor[];
}

/** Takes a model apart. */
export function takeApart<M extends AnyModule>(model: M): ModelParts<M> {
  const flat = tree.flatten(model);
  const leaves = flat.leaves as readonly Tensor[];
  const trained = leaves.map((leaf, i) => flat.frozen[i] !== true && isFloat(leaf.dtype));
  const isFixed = (_: unknown, i: number): boolean => !trained[i]!;
  const merge = (weights: readonly Tensor[], fixed: readonly Tensor[]): Tensor[] => {
    let nextWeight = 0;
    let nextFixed = 0;
    return trained.map((isTrained) => (isTrained ? weights[nextWeight++]! : fixed[nextFixed++]!));
  };
  return {
    weights: leaves.filter((_, i) => trained[i]!),
    paths: flat.paths.filter((_, i) => trained[i]!),
    fixed: leaves.filter(isFixed),
    merge,
    assemble: (weights, fixed) => tree.unflatten(flat.definition, merge(weights, fixed)) as M,
    fixedOf: (other) => tree.leaves(other).filter(isFixed),
  };
}

/** A tensor of equal value with memory of its own, which training may consume. */
async function ownCopy(from: Tensor): Promise<Tensor> {
  return tensor(await from.data(), { shape: from.shape, dtype: from.dtype, copy: false });
}

/** Copies of several tensors. */
export function ownCopies(from: readonly Tensor[]): Promise<Tensor[]> {
  return Promise.all(from.map(ownCopy));
}
