import type { Graph, Node } from '@tesserajs/tensor';
import { channelsLastKernel } from './blocked-conv.js';
import type { LoweringContext } from './context.js';
import { readsChannelsLastKernel } from './conv.js';
import { readsTransposed, swapsLastAxes } from './matmul.js';

type FoldingContext = Pick<LoweringContext, 'target' | 'channelBlock' | 'batch'>;

/** Whether a node reads an operand as it was before the transpose that made it. */
function readsSource(node: Node, operand: number, context: FoldingContext): boolean {
  const transpose = node.operands[operand]!.node!;
  if (swapsLastAxes(transpose)) return readsTransposed(node, context.target);
  return operand === 1 && readsChannelsLastKernel(node, context);
}

/** Transposes that nobody needs, since all readers take the operand as it was. */
export function foldedTransposes(graph: Graph, context: FoldingContext): ReadonlySet<Node> {
  const folded = new Set(
    graph.nodes.filter(
      (node) =>
        node.operands[0]?.dtype === 'float32' && (swapsLastAxes(node) || channelsLastKernel(node.results[0]!) !== null),
    ),
  );
  for (const node of graph.nodes) {
    node.operands.forEach((operand, i) => {
      if (operand.node !== null && folded.has(operand.node) && !readsSource(node, i, context))
        folded.delete(operand.node);
    });
  }
  for (const output of graph.outputs) if (output.node !== null) folded.delete(output.node);
  return folded;
}
