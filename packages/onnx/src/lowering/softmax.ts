import type { PrimitiveName, SoftmaxAttributes } from '@tesserajs/tensor';
import type { Lowering, LoweringEntry } from './context.js';

function alongAxis(opType: 'Softmax' | 'LogSoftmax'): Lowering {
  return (node, operands, { graph }) => {
    const { axis } = node.attributes as SoftmaxAttributes;
    return [graph.node(opType, operands, { axis: { int: axis } }, { name: node.primitive.name })];
  };
}

/** Lowerings of the softmax primitives. */
export const softmaxLowerings: Readonly<Record<Extract<PrimitiveName, 'softmax' | 'logSoftmax'>, LoweringEntry>> = {
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
};
