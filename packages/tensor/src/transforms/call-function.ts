import { bind } from '../graph/bind.js';
import type { Graph } from '../graph/graph.js';
import type { Primitive } from '../graph/primitive.js';
import type { TraceKind } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';
import { unflatten, type FlatTree } from '../tree/flatten.js';
import { traceFunction } from './trace-function.js';

/** A function that was traced, to become one node of the enclosing trace. */
export interface TracedCall {
  /** Inputs: the tensors of the arguments, then `captured`. */
  readonly graph: Graph;
  readonly captured: readonly Tensor[];
  /** The structure and types of the result. */
  readonly result: FlatTree;
  /** Binds the node, and puts the result together. */
  bind<A extends object>(primitive: Primitive<A>, attributes: A): unknown;
}

/** Traces a call of `f` with arguments that may be tracers themselves. */
export function traceCall(kind: TraceKind, f: (...args: never[]) => unknown, args: FlatTree): TracedCall {
  const { graph, captured, result, sources } = traceFunction(kind, f, args);
  return {
    graph,
    captured,
    result,
    bind(primitive, attributes) {
      const operands = [...(args.leaves as readonly Tensor[]), ...captured];
      const outputs = graph.outputs.length === 0 ? [] : bind(primitive, operands, attributes);
      const leaves = sources.map((source) => {
        if (source.kind === 'output') return outputs[source.index]!;
        return source.kind === 'argument' ? args.leaves[source.index]! : source.tensor;
      });
      return unflatten(result.definition, leaves);
    },
  };
}
