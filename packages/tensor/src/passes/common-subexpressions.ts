import { rewriteGraph, type Graph } from '../graph/graph.js';
import { attributeId } from '../graph/signature.js';
import { bindTyped } from '../graph/bind.js';
import type { Tensor } from '../tensor.js';

/** Computes equal operations on equal operands once. */
export function mergeCommonSubexpressions(graph: Graph): Graph {
  const ids = new Map<Tensor, number>();
  const idOf = (tensor: Tensor): number => {
    let id = ids.get(tensor);
    if (id === undefined) {
      id = ids.size;
      ids.set(tensor, id);
    }
    return id;
  };
  const seen = new Map<string, readonly Tensor[]>();
  return rewriteGraph(graph, (node, operands) => {
    if (node.primitive.effect === true) return null;
    const key = `${node.primitive.id}:${attributeId(node.attributes)}(${operands.map(idOf).join(',')})`;
    const present = seen.get(key);
    if (present !== undefined) return present;
    const same = operands.every((operand, i) => operand === node.operands[i]);
    const results = same ? node.results : bindTyped(node.primitive, operands, node.attributes, node.results);
    seen.set(key, results);
    return results;
  });
}
