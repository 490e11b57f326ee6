import { bind } from '../graph/bind.js';
import type { Graph } from '../graph/graph.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { isTracing } from '../graph/trace.js';
import { batchAll } from '../ops/control/batch-graph.js';
import { recompute } from '../ops/recompute.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';
import { differentiateGraph } from './body-rules.js';
import { resultLeaves, traceFunction } from './trace-function.js';

/** The segment of a function whose values are not kept for the backward pass. */
interface CheckpointAttributes {
  readonly graph: Graph;
}

/** Forward, a segment is what it computes: its body takes its place before a graph runs. */
const checkpointPrimitive: Primitive<CheckpointAttributes> = definePrimitive<CheckpointAttributes>({
  name: 'checkpoint',
  takesBits: true,
  shape: (_, { graph }) => graph.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
  body: (_, { graph }) => graph,
  vjp: ({ operands, cotangents, attributes: { graph } }) =>
    differentiateGraph('vjp', graph, operands, cotangents, recompute),
  // A segment as well, so that the memory stays bounded when forward mode is itself differentiated.
  jvp: ({ operands, tangents, attributes: { graph } }) =>
    differentiateGraph('jvp', graph, operands, tangents, (inner, tangent) =>
      bind(checkpointPrimitive, inner, { graph: tangent }),
    ),
  batch: ({ operands, batched, size, attributes: { graph } }) =>
    bind(checkpointPrimitive, operands, { graph: batchAll(graph, batched, size) }),
  reference: () => {
    throw new Error('unreachable: the body takes the place of a checkpoint');
  },
});

/**
 * The same function, whose intermediate values are not kept for the backward pass but computed again there: memory for
 * time. Of each call only its inputs are stored until its gradient is computed, so that a chain of n checkpointed segments
 * needs the memory of the inputs of all and the values of one. Random numbers are the same in both passes. Composes with
 * all transforms.
 *
 * Source: Chen et al., "Training deep nets with sublinear memory cost" (2016).
 *
 * @example
 * ```ts
 * const block = checkpoint((x: Tensor, w: Tensor) => x.matmul(w).tanh().matmul(w).tanh());
 * const loss = (w: Tensor, x: Tensor) => block(block(block(x, w), w), w).square().mean();
 * grad(loss)(eye(2), ones([4, 2])).shape; // → [2, 2]
 * ```
 */
export function checkpoint<A extends readonly unknown[], R>(f: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    if (!isTracing()) return f(...args);
    const flat = flatten(args);
    const traced = traceFunction('checkpoint', (...inner: never[]) => f(...(inner as unknown as A)), flat);
    const { graph, captured } = traced;
    const operands = [...(flat.leaves as Tensor[]), ...captured];
    const outputs = graph.outputs.length === 0 ? [] : bind(checkpointPrimitive, operands, { graph });
    return unflatten(traced.result.definition, resultLeaves(traced, flat.leaves as Tensor[], outputs)) as R;
  };
}
