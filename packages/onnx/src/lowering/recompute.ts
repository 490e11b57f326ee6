import type { RecomputeAttributes } from '@tesserajs/tensor';
import { zerosLike } from './create.js';
import { elementType, type Lowering, type LoweringEntry } from './context.js';

/**
 * A branch that is always taken, which the runtime does not know: it would merge the recomputation with the first
 * computation, and keep its values from there. Without such a flag, as in exported models, plain recomputation.
 */
const recompute: Lowering = (node, operands, context) => {
  const { graph, alwaysTrue } = context;
  const { graph: body } = node.attributes as RecomputeAttributes;
  if (alwaysTrue === null) return context.lowerInside(body, graph, operands);
  const then = graph.subgraph('recompute');
  context.lowerInside(body, then, operands).forEach((value, i) => {
    const output = body.outputs[i]!;
    then.output(value, elementType(output), context.dimensionsOf(output));
  });
  const never = graph.subgraph('never');
  for (const output of body.outputs) {
    never.output(zerosLike({ ...context, graph: never }, output), elementType(output), context.dimensionsOf(output));
  }
  const attributes = { then_branch: { graph: then }, else_branch: { graph: never } };
  const endings = node.results.map((_, i) => `y${i}`);
  return graph.nodeWithOutputs('If', [alwaysTrue], endings, attributes, { name: 'recompute' });
};

/** The lowering of the barrier around recomputation. */
export const recomputeLowerings: Readonly<Record<'recompute', LoweringEntry>> = { recompute };
