import { createGraph, inlineGraph, type Graph } from '../../graph/graph.js';
import type { Tensor } from '../../tensor.js';
import { closeFunction } from '../../transforms/close-function.js';

/** Applies a graph to operands some of which have a leading batch axis; tells which results have it. */
export function applyBatched(
  graph: Graph,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
): { readonly outputs: Tensor[]; readonly batched: boolean[] } {
  const values = new Map<Tensor, Tensor>();
  const withAxis = new Set<Tensor>();
  graph.inputs.forEach((input, i) => {
    values.set(input, inputs[i]!);
    if (batched[i] === true) withAxis.add(input);
  });
  for (const node of graph.nodes) {
    const mask = node.operands.map((operand) => withAxis.has(operand));
    if (!mask.includes(true)) {
      // Not a batched operation: applied as it is, on whatever its operands became.
      const inner = createGraph(node.operands, node.results);
      const made = inlineGraph(
        { ...inner, nodes: [node] },
        node.operands.map((operand) => values.get(operand)!),
      );
      node.results.forEach((result, i) => values.set(result, made[i]!));
      continue;
    }
    const operands = node.operands.map((operand) => values.get(operand)!);
    const made = node.primitive.batch({ operands, batched: mask, size, attributes: node.attributes });
    const list = Array.isArray(made) ? (made as readonly Tensor[]) : [made as Tensor];
    node.results.forEach((result, i) => {
      values.set(result, list[i]!);
      withAxis.add(result);
    });
  }
  return {
    outputs: graph.outputs.map((output) => values.get(output)!),
    batched: graph.outputs.map((output) => withAxis.has(output)),
  };
}

/** Gives a tensor a leading batch axis along which it repeats. */
export function repeatBatch(x: Tensor, size: number): Tensor {
  return x.broadcastTo([size, ...x.shape]);
}

/**
 * The graph for a batch: inputs with `batched` and all outputs with `wanted` have a leading axis; further outputs may have
 * got one too, as `batched` of the result tells.
 */
export function batchGraph(
  graph: Graph,
  batched: readonly boolean[],
  wanted: readonly boolean[],
  size: number,
): { readonly graph: Graph; readonly batched: boolean[] } {
  const types = graph.inputs.map(({ shape, dtype }, i) => ({
    shape: batched[i] === true ? [size, ...shape] : shape,
    dtype,
  }));
  const { graph: batch, value } = closeFunction('vmap', types, (inputs) => {
    const made = applyBatched(graph, inputs, batched, size);
    const outputs = made.outputs.map((output, i) =>
      wanted[i] === true && made.batched[i] !== true ? repeatBatch(output, size) : output,
    );
    return { outputs, value: made.batched.map((one, i) => one || wanted[i] === true) };
  });
  return { graph: batch, batched: value };
}

/** The graph for a batch, all of whose outputs have the leading axis. */
export function batchAll(graph: Graph, batched: readonly boolean[], size: number): Graph {
  return batchGraph(
    graph,
    batched,
    graph.outputs.map(() => true),
    size,
  ).graph;
}
