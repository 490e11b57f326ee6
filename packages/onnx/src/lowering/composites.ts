import type { CompositeName } from '@tesserajs/tensor';
import type { Lowering } from './context.js';

/** How a composite becomes ONNX: an operator that computes it whole, or the operators of its body. */
export type CompositeEntry = Lowering | 'inline';

/** The sigmoid inside is off by less than an ulp of x, at the ends of its range too. */
const silu: Lowering = (_, [x], { graph, target }) => {
  if (target === 'onnxruntime') {
    return [graph.node('QuickGelu', [x!], { alpha: { float: 1 } }, { domain: 'com.microsoft', name: 'silu' })];
  }
  return [graph.node('Mul', [x!, graph.node('Sigmoid', [x!])], {}, { name: 'silu' })];
};

/** How each composite becomes ONNX operators. */
export const compositeLowerings: Readonly<Record<CompositeName, CompositeEntry>> = {
  silu,
};
