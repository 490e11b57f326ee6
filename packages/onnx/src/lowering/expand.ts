import { optimizeGraph, traceGraph, zeros, type Node, type Shape, type Tensor } from '@tesserajs/tensor';
import { requireFixed, type Lowering, type LoweringContext } from './context.js';

/** A function of a node's operands that gives its results, out of primitives that have lowerings. */
export type Expansion<A = object> = (operands: readonly Tensor[], attributes: A) => Tensor | readonly Tensor[];

/** The same of operands of float64. */
export type PointwiseFunction<A = object> = (operands: readonly Tensor[], attributes: A) => Tensor;

/** Writes the operations of a function in place of a node, traced for operands of the given shapes. */
function writeTraced<A>(
  expansion: Expansion<A>,
  shapeOf: (operand: Tensor) => Shape,
  node: Node,
  names: readonly string[],
  context: LoweringContext,
): readonly string[] {
  const examples = node.operands.map((operand) => zeros(shapeOf(operand), { dtype: operand.dtype }));
  const body = (...operands: Tensor[]): unknown => expansion(operands, node.attributes as A);
  const { graph } = traceGraph(body, ...examples);
  return context.lowerInside(optimizeGraph(graph, { channels: 'first' }), context.graph, names);
}

/** A primitive that a function of its operands computes. */
export function expanded<A>(expansion: Expansion<A>): Lowering {
  return (node, names, context) => {
    requireFixed(context, node);
    return writeTraced(expansion, ({ shape }) => shape, node, names, context);
  };
}

/**
 * An elementwise primitive of float32 that a function of float64 computes, so that what cancels in between leaves enough
 * digits. The function is traced for scalars: it must not ask for shapes.
 */
export function pointwise<A>(f: PointwiseFunction<A>): Lowering {
  const expansion: Expansion<A> = (operands, attributes) => {
    const wide = operands.map((operand) => operand.cast('float64'));
    return f(wide, attributes).cast('float32');
  };
  return (node, names, context) => writeTraced(expansion, () => [], node, names, context);
}
