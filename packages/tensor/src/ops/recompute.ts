import type { HostArray } from '../dtypes.js';
import { ShapeError } from '../errors.js';
import { compileBody } from '../execution/body.js';
import { bind } from '../graph/bind.js';
import type { Graph } from '../graph/graph.js';
import { definePrimitive, type Primitive, type TensorType } from '../graph/primitive.js';
import { formatShape, sameShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import {
  batchedGraph,
  derivativeGraph,
  floatsOf,
  pullBack,
  pushForward,
  type Sparse,
} from '../transforms/closed-graph.js';

/** Attributes of `recompute`. */
export interface RecomputeAttributes {
  /** A closed graph with one input per operand and one output per result. */
  readonly graph: Graph;
}

/** Types of the results of a graph. */
export function recomputeTypes(graph: Graph): TensorType[] {
  return graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
}

/** Applies the derivative of a graph as another node of the same kind. */
function derivative(
  kind: 'vjp' | 'jvp',
  operands: readonly Tensor[],
  given: Sparse,
  f: (operands: readonly Tensor[], given: Sparse) => Sparse,
): Sparse {
  const made = derivativeGraph(kind, operands, given, f);
  const results = recompute([...operands, ...made.operands], made.graph);
  let next = 0;
  return made.reached.map((one) => (one ? results[next++]! : null));
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
    return recomputeTypes(graph);
  },
  vjp: ({ operands, cotangents, attributes: { graph } }) =>
    derivative('vjp', operands, floatsOf(cotangents), (inner, given) => pullBack(graph, inner, given)),
  jvp: ({ operands, tangents, attributes: { graph } }) =>
    derivative('jvp', operands, tangents, (inner, given) => pushForward(graph, inner, given)),
  batch: ({ operands, batched, size, attributes: { graph } }) =>
    recompute(operands, batchedGraph(graph, batched, size)),
  reference({ attributes: { graph } }) {
    const executable = compileBody(graph);
    return (inputs, outputs) => {
      const made = executable.run(inputs) as readonly HostArray[];
      outputs.forEach((output, i) => {
        output.set(made[i] as never);
      });
    };
  },
});

/**
 * Runs a graph as one operation: a barrier that no pass crosses, so that what it computes again is neither merged with
 * the first computation nor kept from it. Its inner values are freed when it ends.
 */
export function recompute(operands: readonly Tensor[], graph: Graph): readonly Tensor[] {
  return graph.outputs.length === 0 ? [] : bind(recomputePrimitive, operands, { graph });
}

/** Name of the recompute primitive. */
export type RecomputeName = 'recompute';

/** The recompute primitive. */
export const recomputePrimitives: Readonly<Record<RecomputeName, Primitive<RecomputeAttributes>>> = {
  recompute: recomputePrimitive,
};
