import { resampleTable, type Node, type PrimitiveName, type ResampleAttributes } from '@tesserajs/tensor';
import {
  elementType,
  integers,
  mergedSize,
  requireFixed,
  reshapeLike,
  reshapeTo,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

/** The dense matrix [output, input] of a resampling, or its transpose. */
function matrix(node: Node, transposed: boolean, context: LoweringContext): string {
  const { input, output, method, coordinates } = node.attributes as ResampleAttributes;
  const { taps, index, weights } = resampleTable(input, output, method, coordinates);
  const dense = new Float64Array(output * input);
  for (let o = 0; o < output; o++) {
    for (let t = o * taps; t < (o + 1) * taps; t++) {
      dense[transposed ? index[t]! * output + o : o * input + index[t]!]! += weights[t]!;
    }
  }
  const shape = transposed ? [input, output] : [output, input];
  const type = elementType(node.operands[0]!);
  return context.shared(
    `${node.primitive.name} ${type} ${JSON.stringify({ ...node.attributes, axis: 0 })} ${transposed}`,
    () => [context.graph.constant(type, [...dense], shape)],
  )[0]!;
}

/** A matrix product along one axis. */
function along(node: Node, x: string, gradient: boolean, context: LoweringContext): string {
  const { axis } = node.attributes as ResampleAttributes;
  const [operand, result] = [node.operands[0]!, node.results[0]!];
  const { graph } = context;
  const { name } = node.primitive;
  if (axis === operand.rank - 1) return graph.node('MatMul', [x, matrix(node, !gradient, context)], {}, { name });
  if ((context.batch?.openAxes(operand) ?? []).length > 1) requireFixed(context, node);
  const axes = [...operand.shape.keys()];
  const inner = mergedSize(context, operand, axes.slice(axis + 1));
  const outer = mergedSize(context, operand, axes.slice(0, axis));
  const folded = axis === operand.rank - 2 ? x : reshapeTo(context, x, [outer, operand.shape[axis]!, inner]);
  const made = graph.node('MatMul', [matrix(node, gradient, context), folded], {}, { name });
  return folded === x ? made : reshapeLike(context, made, result);
}

const resample: Lowering = (node, [x], context) => {
  const { axis, input, output, method, coordinates } = node.attributes as ResampleAttributes;
  if (method !== 'nearest') return [along(node, x!, false, context)];
  const { index } = resampleTable(input, output, method, coordinates);
  const indices = integers(context, [...index]);
  return [context.graph.node('Gather', [x!, indices], { axis: { int: axis } }, { name: 'resample' })];
};

const resampleGrad: Lowering = (node, [dy], context) => [along(node, dy!, true, context)];

/** Lowerings of the resampling primitives: products with dense matrices along one axis. */
export const resampleLowerings: Readonly<Record<Extract<PrimitiveName, 'resample' | 'resampleGrad'>, LoweringEntry>> = {
  resample,
  resampleGrad,
};
