import { bindTyped } from '../graph/bind.js';
import { rewriteGraph, sortNodes, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { mapSubgraphs, subgraphsOf } from '../graph/subgraphs.js';
import type { Tensor } from '../tensor.js';
import { legalForms } from './legal-forms.js';

/** Whether a backend has a kernel for a node as it is. */
export type IsNative = (node: Node) => boolean;

/** The results of a node by native operations alone; null where there is no such form. */
function legalResults(node: Node, operands: readonly Tensor[], isNative: IsNative): readonly Tensor[] | null {
  const ends = new Set(operands);
  for (const form of legalForms(node)) {
    const results = form(node, operands);
    if (results === null) continue;
    if (sortNodes(results, (tensor) => !ends.has(tensor)).every(isNative)) return results;
  }
  return null;
}

/** Whether a backend can compute a node on other dtypes, with equal results, where it has no kernel for its own. */
export function canLegalizeDTypes(node: Node, isNative: IsNative): boolean {
  // A body is legal when each of its nodes is; a composite has its body.
  if (node.primitive.body !== undefined || subgraphsOf(node.attributes).length > 0) return false;
  return legalResults(node, node.operands, isNative) !== null;
}

/**
 * Puts operations on wider dtypes, with casts around them, in place of those that a backend has no kernels for. Results
 * are equal: integers wrap around, and float16 and bfloat16 are rounded once per operation.
 */
export function legalizeDTypes(graph: Graph, isNative: IsNative): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const attributes = mapSubgraphs(node.attributes, (body) => legalizeDTypes(body, isNative));
    if (attributes !== node.attributes) return bindTyped(node.primitive, operands, attributes, node.results);
    return isNative(node) ? null : legalResults(node, operands, isNative);
  });
}
