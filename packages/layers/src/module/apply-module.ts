import { ArgumentError, isTensor, ShapeError, formatShape, tree, type Tensor } from '@tesserajs/tensor';
import { Run } from './context.js';
import type { AnyModule, Module } from './module.js';
import { modulePaths, treePaths } from './module-paths.js';

/** Options of `applyModule`. */
export interface ApplyOptions {
  /** True while training. Default false. */
  readonly training?: boolean;
  /** Random key of this run, from `random.key(seed)`; needed by dropout while training. */
  readonly key?: Tensor;
}

/**
 * Runs a model as a pure function: returns what it computes, the model with its new state, and the scalars that its
 * layers want added to the loss; the given model stays as it is. Works inside `grad` and `compile`.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 2 }), dropout({ rate: 0.5 })], { inputShape: [3] });
 * const [y, next] = applyModule(model, ones([4, 3]), { training: true, key: random.key(1) });
 * y.shape; // → [4, 2]
 * ```
 */
export function applyModule<Input, Output, M extends Module<Input, Output>>(
  model: M & Module<Input, Output>,
  x: Input,
  options: ApplyOptions = {},
): [output: Output, model: M, losses: readonly Tensor[]] {
  const updates = new Map<AnyModule, Readonly<Record<string, Tensor>>>();
  const losses: Tensor[] = [];
  const run = new Run({
    training: options.training ?? false,
    key: options.key ?? null,
    paths: modulePaths(model),
    updates,
    losses,
  });
  const y = model.apply(x, run);
  return [y, updates.size === 0 ? model : withState(model, updates), losses];
}

/** A model like `model` in which some tensors are replaced. */
function withState<M extends AnyModule>(
  model: M,
  updates: ReadonlyMap<AnyModule, Readonly<Record<string, Tensor>>>,
): M {
  const paths = treePaths(model);
  const replaced = new Map<string, Tensor>();
  for (const [module, fields] of updates) {
    const path = paths.get(module);
    if (path === undefined) {
      throw new ArgumentError(`update: ${module.constructor.name} is no part of the model that is running`);
    }
    for (const [field, value] of Object.entries(fields)) {
      checkUpdate(module, field, value);
      replaced.set(path === '' ? field : `${path}.${field}`, value);
    }
  }
  return tree.mapWithPath((path, leaf) => replaced.get(path) ?? leaf, model);
}

function checkUpdate(module: AnyModule, field: string, value: Tensor): void {
  const old: unknown = Object.getOwnPropertyDescriptor(module, field)?.value;
  if (!isTensor(old))
    throw new ArgumentError(`update: ${module.constructor.name} has no tensor in a field called ${field}`);
  if (formatShape(old.shape) !== formatShape(value.shape) || old.dtype !== value.dtype) {
    throw new ShapeError(
      `update: ${module.constructor.name}.${field} is ${old.dtype} ${formatShape(old.shape)}, its new value ` +
        `${value.dtype} ${formatShape(value.shape)}; shape and dtype must stay`,
    );
  }
}
