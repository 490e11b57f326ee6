import type { PrimitiveName, SoftmaxAttributes } from '@tesserajs/tensor';
import { integers, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

function alongAxis(opType: 'Softmax' | 'LogSoftmax'): Lowering {
  return (node, operands, { graph }) => {
    const { axis } = node.attributes as SoftmaxAttributes;
    return [graph.node(opType, operands, { axis: { int: axis } }, { name: node.primitive.name })];
  };
}

/** ONNX Runtime's kernel for float64 takes the largest element from among numbers, and so hides NaN and infinities. */
function logSoftmaxOfDoubles(x: string, axis: number, context: LoweringContext): string {
  const { graph } = context;
  const along = (opType: 'ReduceMax' | 'ReduceSum', value: string): string =>
    graph.node(opType, [value, integers(context, [axis])], { keepdims: { int: 1 } });
  const shifted = graph.node('Sub', [x, along('ReduceMax', x)]);
  const sums = along('ReduceSum', graph.node('Exp', [shifted]));
  return graph.node('Sub', [shifted, graph.node('Log', [sums])], {}, { name: 'logSoftmax' });
}

const logSoftmax: Lowering = (node, operands, context) => {
  if (context.target === 'standard' || node.results[0]!.dtype !== 'float64') {
    return alongAxis('LogSoftmax')(node, operands, context);
  }
  return [logSoftmaxOfDoubles(operands[0]!, (node.attributes as SoftmaxAttributes).axis, context)];
};

/** Lowerings of the softmax primitives. */
export const softmaxLowerings: Readonly<Record<Extract<PrimitiveName, 'softmax' | 'logSoftmax'>, LoweringEntry>> = {
  softmax: alongAxis('Softmax'),
  logSoftmax,
};
