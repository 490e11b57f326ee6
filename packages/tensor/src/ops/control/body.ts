import { createLeaf } from '../../graph/bind.js';
import { closeGraph, type Graph } from '../../graph/graph.js';
import type { TensorType } from '../../graph/primitive.js';
import { checkNotPromise, withTrace, type Trace, type TraceKind } from '../../graph/trace.js';
import type { Tensor } from '../../tensor.js';
import { close } from '../../transforms/trace-function.js';
import { operand } from '../operands.js';

/** A function's computation as a graph of its own. */
export interface Body<T> {
  /** Inputs: one per placeholder, then one per tensor in `captured`. */
  readonly graph: Graph;
  /** Tensors from outside that the function uses. */
  readonly captured: readonly Tensor[];
  /** What `build` returned beside the outputs. */
  readonly value: T;
}

/** The type of a placeholder; weak for a number whose dtype the function may choose. */
export interface PlaceholderType extends TensorType {
  readonly weak?: boolean;
}

/**
 * Records what `build` computes from placeholders of the given types. The graph is closed: it belongs to no trace, and
 * what `build` takes from outside, tracers of enclosing transforms included, is an input.
 */
export function traceBody<T>(
  kind: TraceKind,
  types: readonly PlaceholderType[],
  build: (placeholders: Tensor[], trace: Trace) => { readonly outputs: readonly Tensor[]; readonly value: T },
): Body<T> {
  return withTrace(kind, (trace) => {
    const placeholders = types.map(({ shape, dtype, weak }) => createLeaf(shape, dtype, trace, weak));
    const { outputs, value } = build(placeholders, trace);
    const { graph, captured } = close(trace, placeholders, outputs);
    return { graph: closeGraph(graph), captured, value };
  });
}

/** A leaf of a body's result as a tensor: numbers and what is as weak as they are become `dtype`. */
export function asOutput(leaf: Tensor | number, dtype: Tensor['dtype'] = 'float32'): Tensor {
  const tensor = typeof leaf === 'number' ? operand(leaf) : leaf;
  return (tensor.weak || typeof leaf === 'number') && tensor.dtype !== dtype ? tensor.cast(dtype) : tensor;
}

/** Throws a TraceError for an asynchronous body. */
export function checkBody(kind: TraceKind, value: unknown): void {
  checkNotPromise(kind, value);
}

/** Makes several bodies take one list of captured tensors: inputs are the `own` first ones, then one per tensor. */
export function shareCaptured(
  bodies: readonly Pick<Body<unknown>, 'graph' | 'captured'>[],
  own: readonly number[],
): { readonly graphs: Graph[]; readonly captured: Tensor[] } {
  const captured = [...new Set(bodies.flatMap((body) => body.captured))];
  const graphs = bodies.map(({ graph, captured: mine }, i) => {
    const inputs = graph.inputs.slice(0, own[i]);
    for (const tensor of captured) {
      const position = mine.indexOf(tensor);
      inputs.push(position < 0 ? createLeaf(tensor.shape, tensor.dtype) : graph.inputs[own[i]! + position]!);
    }
    return { ...graph, inputs };
  });
  return { graphs, captured };
}
