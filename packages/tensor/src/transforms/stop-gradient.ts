import { isFloat } from '../dtypes.js';
import { applyPlain, createLeaf } from '../graph/bind.js';
import { createGraph } from '../graph/graph.js';
import { definePrimitive, notDifferentiable, type Primitive } from '../graph/primitive.js';
import { map } from '../tree/tree.js';

/** Gives its operand; before a graph runs, its body, which is nothing, takes its place. */
const stopGradientPrimitive: Primitive = definePrimitive({
  name: 'stopGradient',
  takesBits: true,
  alias: true,
  shape: ([x]) => x!,
  vjp: notDifferentiable('stopped on purpose'),
  batch: ({ operands }) => applyPlain(stopGradientPrimitive, operands[0]!),
  body([x]) {
    const input = createLeaf(x!.shape, x!.dtype);
    return createGraph([input], [input]);
  },
  reference: () => {
    throw new Error('unreachable: an alias has no kernel');
  },
});

/**
 * The same values, as constants of every derivative: no gradient flows back through them, and they have no tangents.
 * Takes a tensor or a tree.
 *
 * @example
 * ```ts
 * const loss = (x: Tensor) => x.mul(stopGradient(x));
 * grad(loss)(tensor(3)); // → 3
 * ```
 */
export function stopGradient<T>(tree: T): T {
  return map((leaf) => (isFloat(leaf.dtype) ? applyPlain(stopGradientPrimitive, leaf) : leaf), tree);
}
