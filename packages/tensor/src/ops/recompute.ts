import { ShapeError } from '../errors.js';
import { bodyKernel } from '../execution/body.js';
import { bind } from '../graph/bind.js';
import type { Graph } from '../graph/graph.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { formatShape, sameShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { differentiateGraph } from '../transforms/body-rules.js';
import { batchAll } from './control/batch-graph.js';

/** Attributes of `recompute`. */
export interface RecomputeAttributes {
  /** A closed graph with one input per operand and one output per result. */
  readonly graph: Graph;
}

const recomputePrimitive: Primitive<RecomputeAttributes> = definePrimitive<RecomputeAttributes>({
  name: 'recompute',
  takesBits: true,
  shape(operands, { graph }) {
    graph.inputs.forEach(({ shape, dtype }, i) => {
      const operand = operands[i];
      if (operand !== undefined && operand.dtype === dtype && sameShape(operand.shape, shape)) return;
      throw new ShapeError(
        `recompute: operand ${i} is ${operand === undefined ? 'missing' : `${operand.dtype} ${formatShape(operand.shape)}`}; ` +
          `the graph takes ${dtype} ${formatShape(shape)}`,
      );
    });
    return graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  vjp: ({ operands, cotangents, attributes: { graph } }) =>
    differentiateGraph('vjp', graph, operands, cotangents, recompute),
  jvp: ({ operands, tangents, attributes: { graph } }) =>
    differentiateGraph('jvp', graph, operands, tangents, recompute),
  batch: ({ operands, batched, size, attributes: { graph } }) => recompute(operands, batchAll(graph, batched, size)),
  reference: ({ attributes: { graph } }) => bodyKernel(graph),
});

/**
 * Runs a graph as one operation: a barrier that no pass crosses, so that what it computes again is neither merged with
 * the first computation nor kept from it. Its inner values are freed when it ends.
 */
export function recompute(operands: readonly Tensor[], graph: Graph): readonly Tensor[] {
  return bind(recomputePrimitive, operands, { graph });
}

/** Name of the recompute primitive. */
export type RecomputeName = 'recompute';

/** The recompute primitive. */
export const recomputePrimitives: Readonly<Record<RecomputeName, Primitive<RecomputeAttributes>>> = {
  recompute: recomputePrimitive,
};
