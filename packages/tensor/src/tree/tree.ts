import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import { createLike, flatten, unflatten, type TreeDefinition } from './flatten.js';

/**
 * The tensors of a tree, in order.
 *
 * @example
 * ```ts
 * tree.leaves({ b: tensor([1]), a: [tensor([2])] }); // → [[2], [1]]
 * ```
 */
export function leaves(tree: unknown): Tensor[] {
  return flatten(tree).leaves as Tensor[];
}

/**
 * Where each tensor of a tree lies, e.g. `layers.0.kernel`.
 *
 * @example
 * ```ts
 * tree.paths({ b: tensor([1]), a: [tensor([2])] }); // → ['a.0', 'b']
 * ```
 */
export function paths(tree: unknown): string[] {
  return [...flatten(tree).paths];
}

/** The values of `tree` where `definition` has leaves; null where `tree` has none. */
export function valuesAt(definition: TreeDefinition, tree: unknown): unknown[] {
  switch (definition.kind) {
    case 'leaf':
    case 'number':
      return [tree ?? null];
    case 'array':
      return definition.children.flatMap((child, i) => valuesAt(child, (tree as readonly unknown[] | null)?.[i]));
    case 'object':
    case 'module':
      return definition.children.flatMap((child, i) =>
        valuesAt(child, (tree as Record<string, unknown> | null)?.[definition.keys[i]!]),
      );
    case 'static':
    case 'alias':
      return [];
  }
}

/**
 * A tree like `tree` whose tensors are `f(leaf, ...others)`; `others` have the same structure, or null where they lack
 * a leaf (as gradients do for frozen parameters).
 *
 * @example
 * ```ts
 * const w = { a: tensor([1]), b: tensor([2]) };
 * tree.map((x, y) => x.sub(y!), w, { a: tensor([1]), b: tensor([1]) }); // → { a: [0], b: [1] }
 * ```
 */
export function map<T>(
  f: (leaf: Tensor, ...others: readonly (Tensor | null)[]) => Tensor | null,
  tree: T,
  ...rest: readonly unknown[]
): T {
  return mapWithPath((_, leaf, ...others) => f(leaf, ...others), tree, ...rest);
}

/**
 * Like `map`, with the leaf's path first.
 *
 * @example
 * ```ts
 * tree.mapWithPath((path, x) => (path === 'a' ? x.neg() : x), { a: ones([1]), b: ones([1]) }); // → { a: [-1], b: [1] }
 * ```
 */
export function mapWithPath<T>(
  f: (path: string, leaf: Tensor, ...others: readonly (Tensor | null)[]) => Tensor | null,
  tree: T,
  ...rest: readonly unknown[]
): T {
  const { leaves: own, paths: at, definition } = flatten(tree);
  const others = rest.map((other) => valuesAt(definition, other) as (Tensor | null)[]);
  const results = own.map((leaf, i) => f(at[i]!, leaf as Tensor, ...others.map((values) => values[i]!)));
  return unflatten(definition, results) as T;
}

/**
 * Two trees like `tree`: the tensors for which `select` holds, and the others; null in place of what is in the other.
 *
 * @example
 * ```ts
 * const model = { head: { w: ones([2]) }, body: { w: zeros([2]) } };
 * const [trained, frozen] = tree.partition(model, (path) => path.startsWith('head.'));
 * frozen; // → { head: { w: null }, body: { w: [0, 0] } }
 * ```
 */
export function partition<T>(tree: T, select: (path: string, leaf: Tensor) => boolean): [selected: T, rest: T] {
  const { leaves: own, paths: at, definition } = flatten(tree);
  const chosen = own.map((leaf, i) => select(at[i]!, leaf as Tensor));
  return [true, false].map((side) =>
    unflatten(
      definition,
      own.map((leaf, i) => (chosen[i] === side ? leaf : null)),
    ),
  ) as [T, T];
}

/**
 * The inverse of `partition`: takes each tensor from the first tree that has one in its place. Modules that are shared
 * stay shared.
 *
 * @example
 * ```ts
 * tree.combine([ones([1]), null], [null, zeros([1])]); // → [[1], [0]]
 * ```
 */
export function combine<T>(first: T, ...others: readonly T[]): T {
  const copies = new Map<object, object>();
  const merge = (a: unknown, b: unknown): unknown => {
    if (a === null || a === undefined) return b;
    if (typeof a !== 'object' || isTensor(a) || typeof b !== 'object' || b === null) return a;
    if (Array.isArray(a)) return a.map((value, i) => merge(value, (b as readonly unknown[])[i]));
    let copy = copies.get(a) as Record<string, unknown> | undefined;
    if (copy === undefined) {
      copy = createLike(a) as Record<string, unknown>;
      copies.set(a, copy);
      for (const [key, value] of Object.entries(a)) copy[key] = merge(value, (b as Record<string, unknown>)[key]);
    }
    return copy;
  };
  return others.reduce<unknown>(merge, first) as T;
}
