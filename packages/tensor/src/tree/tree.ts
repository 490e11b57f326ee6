import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type TreeDefinition } from './flatten.js';

/** The tensors of a tree, in order. */
export function leaves(tree: unknown): Tensor[] {
  return flatten(tree).leaves as Tensor[];
}

/** Where each tensor of a tree lies, e.g. `layers.0.kernel`. */
export function paths(tree: unknown): string[] {
  return [...flatten(tree).paths];
}

/** The values of `tree` at the leaf positions of `definition`; null where `tree` has none. */
function pick(definition: TreeDefinition, tree: unknown, out: unknown[]): void {
  switch (definition.kind) {
    case 'leaf':
    case 'number':
      out.push(tree ?? null);
      return;
    case 'array':
      definition.children.forEach((child, i) => {
        pick(child, (tree as unknown[] | null)?.[i], out);
      });
      return;
    case 'object':
    case 'module':
      definition.keys.forEach((key, i) => {
        pick(definition.children[i]!, (tree as Record<string, unknown> | null | undefined)?.[key], out);
      });
      return;
    case 'static':
    case 'alias':
  }
}

/**
 * A tree like `tree` whose tensors are `f(leaf, ...others)`; `others` have the same structure, or null where they lack
 * a leaf (as gradients do for frozen parameters).
 */
export function map<T>(
  f: (leaf: Tensor, ...others: readonly (Tensor | null)[]) => Tensor | null,
  tree: T,
  ...rest: readonly unknown[]
): T {
  return mapWithPath((_, leaf, ...others) => f(leaf, ...others), tree, ...rest);
}

/** Like `map`, with the leaf's path first. */
export function mapWithPath<T>(
  f: (path: string, leaf: Tensor, ...others: readonly (Tensor | null)[]) => Tensor | null,
  tree: T,
  ...rest: readonly unknown[]
): T {
  const { leaves: own, paths: at, definition } = flatten(tree);
  const others = rest.map((other) => {
    const values: unknown[] = [];
    pick(definition, other, values);
    return values as (Tensor | null)[];
  });
  const results = own.map((leaf, i) => f(at[i]!, leaf as Tensor, ...others.map((values) => values[i]!)));
  return unflatten(definition, results) as T;
}
