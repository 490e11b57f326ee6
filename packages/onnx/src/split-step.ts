import { partOfGraph, type Graph, type Node, type Tensor, type TracedGraph } from '@tesserajs/tensor';
import { joinPath } from './argument-names.js';
import { ModelBuildError } from './errors.js';

/** A part of a traced function with names for its ends. */
export interface GraphPart {
  readonly graph: Graph;
  /** Per input of the graph: its name, or the position of a captured tensor. */
  readonly inputs: readonly (string | number)[];
  readonly outputs: readonly string[];
}

/** Names of all tensors that a step takes and returns, in the order of its graph. */
export interface StepNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A tensor at an end of a part. */
interface End<Name extends string | number> {
  readonly tensor: Tensor;
  readonly name: Name;
}

/** All that is computed from any of the tensors. */
function follow({ nodes }: Graph, from: Iterable<Tensor>): Set<Tensor> {
  const reached = new Set(from);
  for (const { operands, results } of nodes) {
    if (operands.some((operand) => reached.has(operand))) for (const result of results) reached.add(result);
  }
  return reached;
}

function read(nodes: readonly Node[], outputs: readonly Tensor[]): Set<Tensor> {
  return new Set([...nodes.flatMap(({ operands }) => operands), ...outputs]);
}

/** What computes `outputs` from those of `inputs` that it takes. */
function part(inputs: readonly End<string | number>[], outputs: readonly End<string>[]): GraphPart {
  const ends = inputs.map(({ tensor }) => tensor);
  const results = outputs.map(({ tensor }) => tensor);
  const graph = partOfGraph(ends, results);
  const used = read(graph.nodes, graph.outputs);
  const taken = [...graph.inputs.keys()].filter((i) => used.has(graph.inputs[i]!));
  return {
    graph: { ...graph, inputs: taken.map((i) => graph.inputs[i]!) },
    inputs: taken.map((i) => inputs[i]!.name),
    outputs: outputs.map(({ name }) => name),
  };
}

/** `gradients.layers.0.kernel`, or `gradients_1.…` for the second of several calls. */
function gradientName(path: string, calls: number): string {
  const [call] = path.split('.', 1);
  return joinPath(calls === 1 ? 'gradients' : `gradients_${call!}`, path.slice(call!.length + 1));
}

/** The ends of a step: its arguments, results and gradients. */
function endsOf({ graph, result, inputPaths }: TracedGraph, names: StepNames) {
  const outputs = graph.outputs.slice(0, names.outputs.length);
  const gradients = graph.outputs.slice(names.outputs.length);
  const paths = result.paths.slice(names.outputs.length).map((path) => path.slice(2));
  const calls = new Set(paths.map((path) => path.split('.', 1)[0])).size;
  return {
    inputs: graph.inputs.map((tensor, i) => ({ tensor, name: names.inputs[i] ?? i - inputPaths.length })),
    results: outputs.map((tensor, i) => ({ tensor, name: names.outputs[i]! })),
    gradients: gradients.map((tensor, i) => ({ tensor, name: gradientName(paths[i]!, calls) })),
  };
}

function checkGradients(graph: Graph, gradients: readonly End<string>[], after: ReadonlySet<Tensor>): void {
  if (gradients.length === 0) {
    throw new ModelBuildError(
      'toOnnx: split: the step takes no gradients; take them with grad or valueAndGrad, outside of loops and other transforms',
    );
  }
  const cut = new Set(gradients.map(({ tensor }) => tensor));
  const made = new Map(graph.nodes.flatMap((node) => node.results.map((result) => [result, node] as const)));
  for (const { tensor, name } of gradients) {
    if (made.get(tensor)?.operands.some((operand) => after.has(operand) && !cut.has(operand)) !== true) continue;
    throw new ModelBuildError(
      `toOnnx: split: ${name} depends on gradients that the step takes before; export each of its updates by itself`,
    );
  }
}

/** Takes a step apart at its gradients; `isBatch` tells for each input name whether it holds examples. */
export function splitStep(
  traced: TracedGraph,
  names: StepNames,
  isBatch: (input: number) => boolean,
): { readonly gradient: GraphPart; readonly update: GraphPart } {
  const { graph } = traced;
  const { inputs, results, gradients } = endsOf(traced, names);
  const batch = inputs.filter((_, i) => isBatch(i));
  const cut = gradients.map(({ tensor }) => tensor);
  const afterGradients = follow(graph, cut);
  const afterBatch = follow(
    graph,
    batch.map(({ tensor }) => tensor),
  );
  checkGradients(graph, gradients, afterGradients);
  const updated = (tensor: Tensor): boolean =>
    afterGradients.has(tensor) ? !cut.includes(tensor) : !afterBatch.has(tensor);
  const before = results.filter(({ tensor }) => !updated(tensor));
  const update = part(
    [...inputs, ...before, ...gradients],
    results.filter(({ tensor }) => updated(tensor)),
  );
  const seen = batch.find(({ name }) => update.inputs.includes(name));
  if (seen !== undefined) {
    throw new ModelBuildError(
      `toOnnx: split: the update reads ${seen.name}, which belongs to the batch; an update takes gradients, what does not ` +
        'depend on the batch, and what the step returns: return what it needs',
    );
  }
  return { gradient: part(inputs, [...gradients, ...before]), update };
}
