import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { Tensor } from '../tensor.js';

/** Primitives that make random keys and bits. */
const randomPrimitives: ReadonlySet<string> = new Set(['keySplit', 'keyFoldIn', 'randomBits']);

/** The random nodes whose keys come from graph inputs through random nodes alone: the host can run them ahead. */
export function inputDerivedKeys(graph: Graph): Set<Node> {
  const derived = new Set<Node>();
  const available = new Set<Tensor>(graph.inputs);
  for (const node of graph.nodes) {
    if (!randomPrimitives.has(node.primitive.name)) continue;
    if (!node.operands.every((operand) => available.has(operand))) continue;
    derived.add(node);
    for (const result of node.results) available.add(result);
  }
  return derived;
}
