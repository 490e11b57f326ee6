import { closeGraph, createGraph, type Graph } from '../graph/graph.js';
import { checkNotPromise, innermostTrace } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';
import { flatten, type FlatTree } from '../tree/flatten.js';
import { resultLeaves, traceFunction } from './trace-function.js';

/** The graph of a function, as exporters and tools see it. */
export interface TracedGraph {
  /** Inputs: the tensors of the arguments in order, then those in `captured`. */
  readonly graph: Graph;
  /** Where each argument tensor lies, e.g. `0.kernel`. */
  readonly inputPaths: readonly string[];
  /** Tensors from outside that the function uses (for a model: its weights). */
  readonly captured: readonly Tensor[];
  /** Structure of the result; its leaves are the graph's outputs. */
  readonly result: FlatTree;
}

/**
 * Traces a function for arguments like `args` and returns its graph without running it. Each tensor of the result must
 * depend on an argument.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor) => x.exp().sum(), zeros([3]));
 * graph.nodes.map(({ primitive }) => primitive.name); // → ['exp', 'sum']
 * ```
 */
export function traceGraph(f: (...args: never[]) => unknown, ...args: readonly unknown[]): TracedGraph {
  return traceGraphAs('traceGraph', f, ...args);
}

/**
 * `traceGraph` for a function that the user called by another name, which errors are to say.
 *
 * @example
 * ```ts
 * traceGraphAs('toOnnx', (x: Tensor) => x.exp(), zeros([3])).inputPaths; // → ['0']
 * ```
 */
export function traceGraphAs(
  operation: 'traceGraph' | 'toOnnx',
  f: (...args: never[]) => unknown,
  ...args: readonly unknown[]
): TracedGraph {
  const flat = flatten(args, { numbers: 'leaf' });
  const traced = traceFunction(operation, f, flat);
  const { graph, captured, result } = traced;
  const outputs = resultLeaves(traced, graph.inputs, graph.outputs);
  return { graph: { ...graph, outputs }, inputPaths: flat.paths, captured, result };
}

/**
 * Traces a training step like `traceGraphAs`; the result is [what `f` returns, the gradients that it took by `grad` and
 * `valueAndGrad`, in order]. Gradients that are taken inside of other transforms and of loops do not count.
 *
 * @example
 * ```ts
 * const { result } = traceStep('toOnnx', (w: Tensor) => w.sub(grad((v: Tensor) => v.square().sum())(w)), zeros([3]));
 * result.paths; // → ['0', '1.0']
 * ```
 */
export function traceStep(
  operation: 'traceGraph' | 'toOnnx',
  f: (...args: never[]) => unknown,
  ...args: readonly unknown[]
): TracedGraph {
  const step = (...inner: never[]): [unknown, unknown[]] => {
    const gradients: unknown[] = [];
    innermostTrace()!.gradients = gradients;
    const result = f(...inner);
    checkNotPromise(operation, result);
    return [result, gradients];
  };
  return traceGraphAs(operation, step, ...args);
}

/**
 * The part of a graph that computes `outputs` from `inputs`, any of its tensors; it stands on inputs of its own.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor) => x.exp().sin().sum(), zeros([3]));
 * const [exp] = graph.nodes[0]!.results;
 * partOfGraph([exp!], graph.outputs).nodes.length; // → 2
 * ```
 */
export function partOfGraph(inputs: readonly Tensor[], outputs: readonly Tensor[]): Graph {
  return closeGraph(createGraph(inputs, outputs));
}
