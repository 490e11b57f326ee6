import type { Graph } from '../graph/graph.js';
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
