import { FormatError, formatShape, isFloat, tree, type Tensor } from '@tesserajs/tensor';
import type { AnyModule } from './module.js';

/** One tensor of a model. */
export interface Weight {
  /** Where it lies, e.g. `layers.0.kernel`; the name that saved files use. */
  readonly path: string;
  readonly tensor: Tensor;
  /** True when training changes it by its gradient. */
  readonly trainable: boolean;
}

/**
 * The tensors of a module in order (a layer's kernel, then its bias), with their paths; names for exporters.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 2, inputShape: [3] })]);
 * for (const { path, tensor } of namedWeights(model)) console.log(path, tensor.shape);
 * // → layers.0.kernel [ 3, 2 ]
 * // → layers.0.bias [ 2 ]
 * ```
 */
export function namedWeights(module: AnyModule): Weight[] {
  const { leaves, paths, frozen } = tree.flatten(module);
  return (leaves as readonly Tensor[]).map((tensor, i) => ({
    path: paths[i]!,
    tensor,
    trainable: frozen[i] !== true && isFloat(tensor.dtype),
  }));
}

/** Puts tensors in the place of a module's own, in the order of `namedWeights`. The module itself changes. */
export function setWeights(module: AnyModule, tensors: readonly Tensor[]): void {
  let next = 0;
  const assign = (definition: tree.TreeDefinition, value: unknown): void => {
    if (!('children' in definition)) return;
    definition.children.forEach((child, i) => {
      const key = definition.kind === 'array' ? String(i) : definition.keys[i]!;
      const fields = value as Record<string, unknown>;
      if (child.kind === 'leaf') fields[key] = tensors[next++]!;
      else assign(child, fields[key]);
    });
  };
  assign(tree.flatten(module).definition, module);
}

/**
 * Gives a module the tensors of a table by path. Throws a FormatError naming what is missing, too much or does not
 * fit.
 */
export function assignWeights(operation: string, module: AnyModule, tensors: ReadonlyMap<string, Tensor>): void {
  const weights = namedWeights(module);
  const found = weights.map(({ path, tensor }) => {
    const given = tensors.get(path);
    if (given === undefined) throw new FormatError(`${operation}: ${path} is missing among the weights`);
    checkType(operation, path, given, tensor);
    return given;
  });
  const known = new Set(weights.map(({ path }) => path));
  const extra = [...tensors.keys()].find((path) => !known.has(path));
  if (extra !== undefined) throw new FormatError(`${operation}: ${extra} belongs to no layer of the model`);
  setWeights(module, found);
}

/** Throws a FormatError unless a tensor from outside has the dtype and shape of the one that it replaces. */
export function checkType(operation: string, path: string, given: Tensor, expected: Tensor): void {
  if (given.dtype === expected.dtype && formatShape(given.shape) === formatShape(expected.shape)) return;
  throw new FormatError(
    `${operation}: ${path} is ${given.dtype} ${formatShape(given.shape)}, the model needs ${expected.dtype} ` +
      formatShape(expected.shape),
  );
}
