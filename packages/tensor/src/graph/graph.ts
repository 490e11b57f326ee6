import type { Tensor } from '../tensor.js';
import { createLeaf, bindTyped } from './bind.js';
import type { Node } from './node.js';
import { inheritOrigin } from './origins.js';

/** A closed computation: `outputs` from `inputs`, through `nodes` in an order in which operands come first. */
export interface Graph {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly nodes: readonly Node[];
}

/**
 * The nodes behind `outputs`, operands first, for which `follow` holds. Iterative: chains may be longer than the stack.
 */
export function sortNodes(outputs: Iterable<Tensor>, follow: (tensor: Tensor) => boolean): Node[] {
  const sorted: Node[] = [];
  const state = new Map<Node, number>(); // next operand to visit; -1 once sorted
  const stack: Node[] = [];
  const push = (tensor: Tensor): void => {
    const { node } = tensor;
    if (node !== null && !state.has(node) && follow(tensor)) {
      state.set(node, 0);
      stack.push(node);
    }
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const node = stack[stack.length - 1]!;
      const next = state.get(node)!;
      if (next < node.operands.length) {
        state.set(node, next + 1);
        push(node.operands[next]!);
      } else {
        state.set(node, -1);
        sorted.push(node);
        stack.pop();
      }
    }
  }
  return sorted;
}

/** Makes a graph from its ends. */
export function createGraph(inputs: readonly Tensor[], outputs: readonly Tensor[]): Graph {
  const ends = new Set(inputs);
  return { inputs, outputs, nodes: sortNodes(outputs, (tensor) => !ends.has(tensor)) };
}

/** How `rewriteNodes` replaces one node: returns the new results, or null to rebuild it on its new operands. */
export type NodeRule = (node: Node, operands: readonly Tensor[]) => readonly Tensor[] | null;

/** Rebuilds `nodes` on replaced operands. `replaced` maps old tensors to new ones and grows as nodes are rebuilt. */
export function rewriteNodes(nodes: readonly Node[], replaced: Map<Tensor, Tensor>, rule: NodeRule): void {
  for (const node of nodes) {
    const operands = node.operands.map((operand) => replaced.get(operand) ?? operand);
    const same = operands.every((operand, i) => operand === node.operands[i]);
    const results = inheritOrigin(
      node,
      null,
      () =>
        rule(node, operands) ??
        (same ? node.results : bindTyped(node.primitive, operands, node.attributes, node.results)),
    );
    for (let i = 0; i < results.length; i++) {
      const old = node.results[i]!;
      if (results[i] !== old) replaced.set(old, results[i]!);
    }
  }
}

/** Applies `rule` to every node of a graph, operands first, and drops what no output needs. */
export function rewriteGraph(graph: Graph, rule: NodeRule): Graph {
  const replaced = new Map<Tensor, Tensor>();
  rewriteNodes(graph.nodes, replaced, rule);
  return createGraph(
    graph.inputs,
    graph.outputs.map((output) => replaced.get(output) ?? output),
  );
}

/** A copy of the graph on fresh inputs, which holds no values and belongs to no trace. */
export function closeGraph(graph: Graph): Graph {
  const inputs = graph.inputs.map((input) => createLeaf(input.shape, input.dtype));
  return createGraph(inputs, inlineGraph(graph, inputs));
}

/** What the graph computes from other inputs; its operations are applied anew. */
export function inlineGraph(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  const replaced = new Map<Tensor, Tensor>();
  graph.inputs.forEach((input, i) => replaced.set(input, inputs[i]!));
  rewriteNodes(graph.nodes, replaced, (node, operands) =>
    bindTyped(node.primitive, operands, node.attributes, node.results),
  );
  return graph.outputs.map((output) => replaced.get(output) ?? output);
}
