import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { randomPrimitives } from '../ops/random.js';
import type { Tensor } from '../tensor.js';

const random: ReadonlySet<unknown> = new Set(Object.values(randomPrimitives));

/**
 * The random nodes that the host can run ahead: their keys come from graph inputs and constants through random nodes
 * alone. The constants belong to them.
 */
export function inputDerivedKeys(graph: Graph): Set<Node> {
  const ahead = new Set<Node>();
  const inputs = new Set<Tensor>(graph.inputs);
  const available = (tensor: Tensor): boolean =>
    inputs.has(tensor) || ahead.has(tensor.node!) || tensor.node!.operands.length === 0;
  for (const node of graph.nodes) {
    if (!random.has(node.primitive) || !node.operands.every(available)) continue;
    for (const { node: source } of node.operands) if (source !== null) ahead.add(source);
    ahead.add(node);
  }
  return ahead;
}
