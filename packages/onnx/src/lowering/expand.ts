import { optimizeGraph, traceGraph, zeros, type Tensor, type TensorType } from '@tesserajs/tensor';
import { requireFixed, type Lowering, type LoweringContext } from './context.js';

/** A function of a node's operands that gives its results, out of primitives that have lowerings. */
export type Expansion<A = object> = (operands: readonly Tensor[], attributes: A) => Tensor | readonly Tensor[];

/** The same of operands of float64. */
export type PointwiseFunction<A = object> = (operands: readonly Tensor[], attributes: A) => Tensor;

/** Writes the operations of a function of values of the given types, and returns the names of its results. */
export function writeFunction(
  f: (operands: readonly Tensor[]) => unknown,
  types: readonly TensorType[],
  names: readonly string[],
  context: LoweringContext,
): readonly string[] {
  const examples = types.map(({ shape, dtype }) => zeros(shape, { dtype }));
  const { graph } = traceGraph((...operands: Tensor[]) => f(operands), ...examples);
  return context.lowerInside(optimizeGraph(graph, { channels: 'first' }), context.graph, names);
}

/** A primitive that a function of its operands computes. */
export function expanded<A>(expansion: Expansion<A>): Lowering {
  return (node, names, context) => {
    requireFixed(context, node);
    return writeFunction((operands) => expansion(operands, node.attributes as A), node.operands, names, context);
  };
}

/**
 * An elementwise primitive of float32 that a function of float64 computes, so that what cancels in between leaves enough
 * digits. The function is traced for scalars: it must not ask for shapes.
 */
export function pointwise<A>(f: PointwiseFunction<A>): Lowering {
  return (node, names, context) => {
    const scalars = node.operands.map(({ dtype }) => ({ shape: [], dtype }));
    const narrow = (operands: readonly Tensor[]): Tensor => {
      const wide = operands.map((operand) => operand.cast('float64'));
      return f(wide, node.attributes as A).cast('float32');
    };
    return writeFunction(narrow, scalars, names, context);
  };
}
