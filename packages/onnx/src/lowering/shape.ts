import type { PrimitiveName, TransposeAttributes } from '@tesserajs/tensor';
import { reshapeLike, shapeOf, type LoweringEntry } from './context.js';

/** Lowerings of the primitives that only change the shape. */
export const shapeLowerings: Readonly<
  Record<Extract<PrimitiveName, 'reshape' | 'transpose' | 'broadcastTo'>, LoweringEntry>
> = {
  reshape: (node, [x], context) => [reshapeLike(context, x!, node.results[0]!)],
  transpose: (node, [x], { graph }) => {
    const { permutation } = node.attributes as TransposeAttributes;
    return [graph.node('Transpose', [x!], { perm: { ints: permutation } }, { name: 'transpose' })];
  },
  broadcastTo: (node, [x], context) => [
    context.graph.node('Expand', [x!, shapeOf(context, node.results[0]!)], {}, { name: 'broadcastTo' }),
  ],
};
