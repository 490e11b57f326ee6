import { isFloat } from '../dtypes.js';
import { createLeaf } from '../graph/bind.js';
import { createGraph, inlineGraph, type Graph } from '../graph/graph.js';
import type { TensorType } from '../graph/primitive.js';
import { withTrace, type Trace, type TraceKind } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';
import { flatten } from '../tree/flatten.js';
import { backward } from './backward.js';
import { forward } from './forward.js';
import { substitute } from './substitute.js';
import { traceFunction } from './trace-function.js';
import { vmap } from './vmap.js';

/** Results of a function of tensors, null where they are known to be zero. */
export type Sparse = readonly (Tensor | null)[];

/** Cotangents as far as they carry something: null for what is no float. */
export function floatsOf(cotangents: readonly Tensor[]): Sparse {
  return cotangents.map((cotangent) => (isFloat(cotangent.dtype) ? cotangent : null));
}

/** The graph of a function that takes nothing from outside but numbers. */
export function closedGraph(
  kind: TraceKind,
  types: readonly TensorType[],
  f: (...inputs: Tensor[]) => readonly Tensor[],
): Graph {
  const leaves = types.map(({ shape, dtype }) => createLeaf(shape, dtype));
  const { graph, sources } = traceFunction(kind, f, flatten(leaves));
  const outputs = sources.map((source) => {
    if (source.kind === 'output') return graph.outputs[source.index]!;
    return source.kind === 'argument' ? graph.inputs[source.index]! : source.tensor;
  });
  return createGraph(graph.inputs, outputs);
}

function substituteSparse(trace: Trace, outputs: Sparse, values: ReadonlyMap<Tensor, Tensor>): Sparse {
  const found = outputs.filter((output) => output !== null);
  const made = substitute(trace, found, values);
  return outputs.map((output) => (output === null ? null : made[found.indexOf(output)]!));
}

/** Placeholders in place of operands, and what they stand for. */
function placeholdersFor(trace: Trace, operands: readonly Tensor[]): [Tensor[], Map<Tensor, Tensor>] {
  const placeholders = operands.map(({ shape, dtype }) => createLeaf(shape, dtype, trace));
  return [placeholders, new Map(placeholders.map((placeholder, i) => [placeholder, operands[i]!]))];
}

/** Cotangents of the operands of a graph, from those of its outputs. */
export function pullBack(graph: Graph, operands: readonly Tensor[], cotangents: Sparse): Sparse {
  return withTrace('vjp', (trace) => {
    const [placeholders, values] = placeholdersFor(trace, operands);
    const outputs = inlineGraph(graph, placeholders);
    const used = [...outputs.keys()].filter((i) => isFloat(outputs[i]!.dtype) && cotangents[i] != null);
    const made = backward(
      trace,
      used.map((i) => outputs[i]!),
      used.map((i) => cotangents[i]!),
      placeholders,
    );
    return substituteSparse(trace, made, values);
  });
}

/** Tangents of the outputs of a graph, from those of its operands. */
export function pushForward(graph: Graph, operands: readonly Tensor[], tangents: Sparse): Sparse {
  return withTrace('jvp', (trace) => {
    const [placeholders, values] = placeholdersFor(trace, operands);
    const given = tangents.flatMap((tangent, i) => (tangent === null ? [] : [[placeholders[i]!, tangent] as const]));
    return substituteSparse(trace, forward(trace, inlineGraph(graph, placeholders), new Map(given)), values);
  });
}

/** The graph for batches: inputs with `batched` and all outputs have a leading axis. */
export function batchedGraph(graph: Graph, batched: readonly boolean[], size: number): Graph {
  const types = graph.inputs.map(({ shape, dtype }, i) => ({
    shape: batched[i] === true ? [size, ...shape] : shape,
    dtype,
  }));
  const inAxes = batched.map((one) => (one ? 0 : null));
  return closedGraph('vmap', types, (...inputs) =>
    vmap((...inner: Tensor[]) => inlineGraph(graph, inner), { inAxes })(...inputs),
  );
}

/** Makes the graph of a derivative: `f` gets operands and, for those positions that `given` holds, (co)tangents. */
export function derivativeGraph(
  kind: 'vjp' | 'jvp',
  operands: readonly TensorType[],
  given: Sparse,
  f: (operands: readonly Tensor[], given: Sparse) => Sparse,
): { readonly graph: Graph; readonly reached: readonly boolean[]; readonly operands: readonly Tensor[] } {
  const extra = given.filter((one) => one !== null);
  let reached: boolean[] = [];
  const graph = closedGraph(kind, [...operands, ...extra], (...inputs) => {
    let next = operands.length;
    const all = given.map((one) => (one === null ? null : inputs[next++]!));
    const results = f(inputs.slice(0, operands.length), all);
    reached = results.map((result) => result !== null);
    return results.filter((result) => result !== null);
  });
  return { graph, reached, operands: extra };
}
