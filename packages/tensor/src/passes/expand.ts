import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';

/** Takes nodes apart by their primitives' rules, and so what comes of them, until no rule applies any more. */
export function expandNodes(graph: Graph, matrixBlock: number | null): Graph {
  if (!graph.nodes.some(({ primitive }) => primitive.expand !== undefined)) return graph;
  const taken: Node[] = [];
  const expanded = rewriteGraph(graph, (node, operands) => {
    const results = node.primitive.expand?.({ operands, attributes: node.attributes, matrixBlock }) ?? null;
    if (results !== null) taken.push(node);
    return results;
  });
  return taken.length === 0 ? graph : expandNodes(expanded, matrixBlock);
}
