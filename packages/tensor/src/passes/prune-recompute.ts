import { bindTyped } from '../graph/bind.js';
import { createGraph, rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { RecomputeAttributes } from '../ops/recompute.js';
import type { Tensor } from '../tensor.js';

/** Computes again only what is used: barriers hide from all other passes that a gradient is not asked for. */
export function pruneRecompute(graph: Graph): Graph {
  if (!graph.nodes.some(isRecompute)) return graph;
  const used = new Set<Tensor>(graph.outputs);
  for (const node of graph.nodes) for (const operand of node.operands) used.add(operand);
  return rewriteGraph(graph, (node, operands) => {
    if (!isRecompute(node)) return null;
    const { graph: body } = node.attributes as RecomputeAttributes;
    const kept = [...node.results.keys()].filter((i) => used.has(node.results[i]!));
    const inner = createGraph(
      body.inputs,
      kept.map((i) => body.outputs[i]!),
    );
    const needed = new Set<Tensor>(inner.outputs);
    for (const { operands: sources } of inner.nodes) for (const source of sources) needed.add(source);
    const from = [...body.inputs.keys()].filter((i) => needed.has(body.inputs[i]!));
    if (kept.length === node.results.length && from.length === operands.length) return null;
    const attributes: RecomputeAttributes = { graph: { ...inner, inputs: from.map((i) => body.inputs[i]!) } };
    const made = bindTyped(
      node.primitive,
      from.map((i) => operands[i]!),
      attributes,
      kept.map((i) => node.results[i]!),
    );
    return node.results.map((result, i) => made[kept.indexOf(i)] ?? result);
  });
}

function isRecompute({ primitive }: Node): boolean {
  return primitive.name === 'recompute';
}
