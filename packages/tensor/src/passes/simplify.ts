import { rewriteGraph, type Graph } from '../graph/graph.js';
import { simplifyNode } from './algebra.js';
import { foldConstant } from './fold-constants.js';
import { countUses, pushBroadcast } from './push-broadcasts.js';

/**
 * Algebra, folding of constants and pushing of broadcasts in one walk: a node is rewritten on operands that are
 * rewritten already, so that one rule may use what another one made.
 */
export function simplifyGraph(graph: Graph): Graph {
  const uses = countUses(graph);
  return rewriteGraph(graph, (node, operands) => {
    const result = simplifyNode(node, operands) ?? foldConstant(node, operands) ?? pushBroadcast(node, operands, uses);
    return result === null ? null : [result];
  });
}
