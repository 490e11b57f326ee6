import type { PrimitiveName, TransposeAttributes } from '@tesserajs/tensor';
import { reshapeLike, shapeOf, type LoweringEntry } from './context.js';
import { zerosLike } from './create.js';

/** Lowerings of the primitives that only change the shape. */
export const shapeLowerings: Readonly<
  Record<Extract<PrimitiveName, 'reshape' | 'transpose' | 'broadcastTo'>, LoweringEntry>
> = {
  reshape: (node, [x], context) => [reshapeLike(context, x!, node.results[0]!)],
  transpose: (node, [x], { graph }) => {
    const { permutation } = node.attributes as TransposeAttributes;
    return [graph.node('Transpose', [x!], { perm: { ints: permutation } }, { name: 'transpose' })];
  },
  broadcastTo: (node, [x], context) => {
    const [result] = node.results;
    // The runtime's optimizer takes an Expand of one element to none for an Expand to itself, and drops it.
    if (context.batch === null && result!.size === 0) return [zerosLike(context, result!)];
    return [context.graph.node('Expand', [x!, shapeOf(context, result!)], {}, { name: 'broadcastTo' })];
  },
};
