import { isFloat, type DType } from '../dtypes.js';
import { createLeaf } from '../graph/bind.js';
import { createGraph, rewriteNodes, type Graph } from '../graph/graph.js';
import { checkNotPromise, type TraceKind } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type FlatTree } from '../tree/flatten.js';
import { closeFunction, type PlaceholderType } from './close-function.js';

/** A function's computation for arguments of given types. */
export interface TracedFunction {
  /** Inputs: the argument leaves that are tensors or numbers, in order, then `captured`. */
  readonly graph: Graph;
  /** Tensors from outside that the function uses. */
  readonly captured: readonly Tensor[];
  /** Structure of the result. */
  readonly result: FlatTree;
  /** Per leaf of the result: a graph output, an argument leaf that is handed through, or a constant tensor. */
  readonly sources: readonly ResultSource[];
}

/** Where a leaf of a traced function's result comes from. */
export type ResultSource =
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'constant'; readonly tensor: Tensor };

/** A number that is only ever cast to one float dtype becomes an input of that dtype. */
function narrowNumbers(graph: Graph, isNumber: (index: number) => boolean): Graph {
  const targets = new Map<Tensor, Set<DType>>();
  graph.inputs.forEach((input, i) => {
    if (isNumber(i)) targets.set(input, new Set());
  });
  for (const { primitive, operands, results } of graph.nodes) {
    for (const operand of operands) {
      targets.get(operand)?.add(primitive.name === 'cast' ? results[0]!.dtype : operand.dtype);
    }
  }
  const replaced = new Map<Tensor, Tensor>();
  const inputs = graph.inputs.map((input) => {
    const wanted = targets.get(input);
    const [dtype] = wanted ?? [];
    if (wanted?.size !== 1 || !isFloat(dtype!)) return input;
    const narrow = createLeaf([], dtype!);
    replaced.set(input, narrow);
    return narrow;
  });
  if (replaced.size === 0) return graph;
  rewriteNodes(graph.nodes, replaced, ({ primitive, results }, [x]) =>
    primitive.name === 'cast' && x!.dtype === results[0]!.dtype ? [x!] : null,
  );
  return createGraph(
    inputs,
    graph.outputs.map((output) => replaced.get(output) ?? output),
  );
}

/** Runs a function on placeholders for the leaves of its arguments and records what it computes. */
export function traceFunction(kind: TraceKind, f: (...args: never[]) => unknown, args: FlatTree): TracedFunction {
  const types = args.leaves.map((leaf): PlaceholderType =>
    typeof leaf === 'number' ? { shape: [], dtype: 'float64', weak: true } : leaf,
  );
  const { graph, captured, value } = closeFunction(kind, types, (placeholders, trace) => {
    const returned = f(...(unflatten(args.definition, placeholders) as never[]));
    checkNotPromise(kind, returned);
    const result = flatten(returned);
    const outputs: Tensor[] = [];
    const positions = new Map<Tensor, number>();
    const sources = (result.leaves as Tensor[]).map((leaf): ResultSource => {
      const index = placeholders.indexOf(leaf);
      if (index >= 0) return { kind: 'argument', index };
      if (leaf.trace !== trace) return { kind: 'constant', tensor: leaf };
      let position = positions.get(leaf);
      if (position === undefined) {
        position = outputs.length;
        positions.set(leaf, position);
        outputs.push(leaf.weak ? leaf.cast('float32') : leaf);
      }
      return { kind: 'output', index: position };
    });
    return { outputs, value: { result, sources } };
  });
  return { graph: narrowNumbers(graph, (i) => typeof args.leaves[i] === 'number'), captured, ...value };
}

/** The leaves of a traced function's result, from those of the arguments and the outputs of the graph. */
export function resultLeaves(
  { sources }: Pick<TracedFunction, 'sources'>,
  args: readonly Tensor[],
  outputs: readonly Tensor[],
): Tensor[] {
  return sources.map((source) => {
    if (source.kind === 'output') return outputs[source.index]!;
    return source.kind === 'argument' ? args[source.index]! : source.tensor;
  });
}
