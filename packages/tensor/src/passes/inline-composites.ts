import { rewriteGraph, rewriteNodes, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { inheritOrigin } from '../graph/origins.js';
import type { Tensor } from '../tensor.js';

/** Puts the bodies of composites, and of those inside them, in their places, except where `keep` holds. */
export function inlineComposites(graph: Graph, keep: (node: Node) => boolean): Graph {
  const inline = (node: Node, operands: readonly Tensor[]): readonly Tensor[] | null => {
    const { primitive, attributes } = node;
    if (primitive.body === undefined || keep(node)) return null;
    const { inputs, nodes, outputs } = inheritOrigin(node, primitive.name, () => primitive.body!(operands, attributes));
    const replaced = new Map(inputs.map((input, i) => [input, operands[i]!]));
    rewriteNodes(nodes, replaced, inline);
    return outputs.map((output) => replaced.get(output) ?? output);
  };
  if (!graph.nodes.some(({ primitive }) => primitive.body !== undefined)) return graph;
  return rewriteGraph(graph, inline);
}
