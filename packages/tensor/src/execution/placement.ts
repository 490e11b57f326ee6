import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { subgraphsOf } from '../graph/subgraphs.js';
import { randomPrimitives } from '../ops/random.js';
import type { Tensor } from '../tensor.js';

const random: ReadonlySet<unknown> = new Set(Object.values(randomPrimitives));

/** Whether a node draws numbers, or makes keys or moves them around. */
function isKeyOperation({ primitive, results, attributes }: Node): boolean {
  if (random.has(primitive)) return true;
  return results.every(({ dtype }) => dtype === 'key') && subgraphsOf(attributes).length === 0;
}

/**
 * The operations on keys that the host can run ahead: their keys come from graph inputs and constants through such
 * operations alone. The constants belong to them.
 */
export function inputDerivedKeys(graph: Graph): Set<Node> {
  const ahead = new Set<Node>();
  const inputs = new Set<Tensor>(graph.inputs);
  const available = (tensor: Tensor): boolean =>
    inputs.has(tensor) || ahead.has(tensor.node!) || tensor.node!.operands.length === 0;
  for (const node of graph.nodes) {
    if (node.operands.length === 0 || !isKeyOperation(node) || !node.operands.every(available)) continue;
    for (const { node: source } of node.operands) if (source !== null) ahead.add(source);
    ahead.add(node);
  }
  return ahead;
}
