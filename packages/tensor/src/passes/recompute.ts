import { inputDerivedKeys } from '../execution/placement.js';
import { bindTyped, createLeaf } from '../graph/bind.js';
import { createGraph, rewriteGraph, rewriteNodes, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { RecomputeAttributes } from '../ops/recompute.js';
import type { Tensor } from '../tensor.js';

function isRecompute({ primitive }: Node): boolean {
  return primitive.name === 'recompute';
}

function bodyOf({ attributes }: Node): Graph {
  return (attributes as RecomputeAttributes).graph;
}

/** The node with another body, of which only the inputs that it uses remain; results with `kept` are its outputs. */
function withBody(node: Node, body: Graph, operands: readonly Tensor[], kept: readonly number[]): readonly Tensor[] {
  const used = new Set<Tensor>(body.outputs);
  for (const { operands: sources } of body.nodes) for (const source of sources) used.add(source);
  const from = [...body.inputs.keys()].filter((i) => used.has(body.inputs[i]!));
  const attributes: RecomputeAttributes = { graph: { ...body, inputs: from.map((i) => body.inputs[i]!) } };
  const made = bindTyped(
    node.primitive,
    from.map((i) => operands[i]!),
    attributes,
    kept.map((i) => node.results[i]!),
  );
  return node.results.map((result, i) => made[kept.indexOf(i)] ?? result);
}

/** Computes again only what is used: barriers hide from all other passes that a gradient is not asked for. */
export function pruneRecompute(graph: Graph): Graph {
  if (!graph.nodes.some(isRecompute)) return graph;
  const used = new Set<Tensor>(graph.outputs);
  for (const node of graph.nodes) for (const operand of node.operands) used.add(operand);
  return rewriteGraph(graph, (node, operands) => {
    if (!isRecompute(node)) return null;
    const body = bodyOf(node);
    const kept = [...node.results.keys()].filter((i) => used.has(node.results[i]!));
    const outputs = kept.map((i) => body.outputs[i]!);
    return withBody(node, createGraph(body.inputs, outputs), operands, kept);
  });
}

/** The values of `ahead` that the other nodes of a body use; constants are made on both sides. */
function crossing(body: Graph, ahead: ReadonlySet<Node>): Tensor[] {
  const found = new Set<Tensor>();
  const add = (tensor: Tensor): void => {
    if (tensor.node !== null && ahead.has(tensor.node) && tensor.node.operands.length > 0) found.add(tensor);
  };
  for (const node of body.nodes) if (!ahead.has(node)) node.operands.forEach(add);
  body.outputs.forEach(add);
  return [...found];
}

/**
 * Takes random bits out of what is computed again, for a backend that has them made on the host: there they are fed, and
 * lie in memory for the whole run in any case.
 */
export function hoistRandom(graph: Graph, supports: (node: Node) => boolean): Graph {
  return rewriteGraph(graph, (node, operands) => {
    if (!isRecompute(node)) return null;
    const body = bodyOf(node);
    const ahead = inputDerivedKeys(body);
    const moved = crossing(body, ahead);
    if (moved.length === 0) return null;
    const outside = new Map(body.inputs.map((input, i) => [input, operands[i]!]));
    const early = body.nodes.filter((inner) => ahead.has(inner));
    rewriteNodes(early, outside, (inner, sources) =>
      bindTyped(inner.primitive, sources, inner.attributes, inner.results),
    );
    const inputs = moved.map(({ shape, dtype }) => createLeaf(shape, dtype));
    const inside = new Map(moved.map((tensor, i) => [tensor, inputs[i]!]));
    rewriteNodes(
      body.nodes.filter((inner) => !ahead.has(inner)),
      inside,
      () => null,
    );
    const outputs = body.outputs.map((output) => inside.get(output) ?? output);
    const rest = createGraph([...body.inputs, ...inputs], outputs);
    const all = [...operands, ...moved.map((tensor) => outside.get(tensor)!)];
    const results = withBody(node, rest, all, [...node.results.keys()]);
    // Bits that stay in another backend's segment anyway gain nothing by being kept.
    return supports(results[0]!.node!) ? results : null;
  });
}
