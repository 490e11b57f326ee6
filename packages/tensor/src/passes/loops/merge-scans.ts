import { createLeaf } from '../../graph/bind.js';
import { createGraph, inlineGraph, rewriteNodes, type Graph } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import type { Tensor } from '../../tensor.js';
import { mergeCommonSubexpressions } from '../common-subexpressions.js';
import { bodyNodes, isScan, putTogether, takeApart, type ScanParts, type Source } from './scan-parts.js';

/** The body's input for an operand among `sources`; added when there is none. */
function inputFor(sources: Source[], { operand, input }: Source): Tensor {
  const present = sources.find((source) => source.operand === operand);
  if (present !== undefined) return present.input;
  const added = { operand, input: createLeaf(input.shape, input.dtype) };
  sources.push(added);
  return added.input;
}

/** One loop that does what both do, if the carries of `small` are carried by `large` anyway; results: large's, then small's outputs. */
function mergePair(small: ScanParts, large: ScanParts): readonly Tensor[] | null {
  if (small.length !== large.length || small.reverse !== large.reverse) return null;
  if (small.carries.length > large.carries.length) return null;
  if (!small.carries.every(({ first }, i) => first === large.carries[i]!.first)) return null;
  const sequences = [...large.sequences];
  const constants = [...large.constants];
  const inputs = [
    ...small.carries.map((_, i) => large.carries[i]!.input),
    ...small.sequences.map((source) => inputFor(sequences, source)),
    ...small.constants.map((source) => inputFor(constants, source)),
  ];
  // A loop that shares no sequence or carry would only be made longer.
  if (small.carries.length === 0 && sequences.length > large.sequences.length) return null;
  const own = [...small.carries, ...small.sequences, ...small.constants].map(({ input }) => input);
  const nodes = bodyNodes(small);
  const again = inlineGraph(
    { inputs: own, outputs: [...small.carries.map(({ output }) => output), ...small.outputs], nodes },
    inputs,
  );
  const count = large.carries.length;
  const all = [...large.carries, ...sequences, ...constants].map(({ input }) => input);
  const joint = mergeCommonSubexpressions(
    createGraph(all, [...large.carries.map(({ output }) => output), ...large.outputs, ...again]),
  );
  const first = count + large.outputs.length;
  for (let i = 0; i < small.carries.length; i++) if (joint.outputs[first + i] !== joint.outputs[i]) return null;
  return putTogether({
    ...large,
    carries: large.carries.map((carry, i) => ({ ...carry, output: joint.outputs[i]! })),
    sequences,
    constants,
    outputs: [...joint.outputs.slice(count, first), ...joint.outputs.slice(first + small.carries.length)],
  });
}

/** Nodes that `node` depends on. */
function ancestors(graph: Graph, node: Node): Set<Node> {
  const found = new Set<Node>([node]);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const next = graph.nodes[i]!;
    if (!found.has(next)) continue;
    for (const operand of next.operands) if (operand.node !== null) found.add(operand.node);
  }
  return found;
}

function mergeOnce(graph: Graph): Graph | null {
  const scans = graph.nodes.filter(isScan);
  for (const [i, a] of scans.entries()) {
    for (const b of scans.slice(i + 1)) {
      const [one, other] = [takeApart(a, a.operands), takeApart(b, b.operands)];
      const sharing = one.carries.every(({ first }, k) => first === other.carries[k]?.first);
      const reversed = other.carries.every(({ first }, k) => first === one.carries[k]?.first);
      if ((!sharing && !reversed) || ancestors(graph, b).has(a)) continue;
      const [small, large, smallNode, largeNode] = sharing ? [one, other, a, b] : [other, one, b, a];
      const merged = mergePair(small, large);
      if (merged === null) continue;
      const replaced = new Map<Tensor, Tensor>();
      largeNode.results.forEach((result, k) => replaced.set(result, merged[k]!));
      const { length } = largeNode.results;
      smallNode.results.forEach((result, k) =>
        replaced.set(result, merged[k < small.carries.length ? k : length + k - small.carries.length]!),
      );
      rewriteNodes(
        graph.nodes.filter((node) => node !== a && node !== b),
        replaced,
        () => null,
      );
      return createGraph(
        graph.inputs,
        graph.outputs.map((output) => replaced.get(output) ?? output),
      );
    }
  }
  return null;
}

/**
 * Makes one loop of two that carry the same: a loop and the one that gradients or tangents run again with more results
 * beside it.
 */
export function mergeScans(graph: Graph): Graph {
  for (let merged: Graph | null = graph; merged !== null; merged = mergeOnce(graph)) graph = merged;
  return graph;
}
