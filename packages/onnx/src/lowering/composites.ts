import type { CompositeName, Node, NormalizeAttributes } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import { elementType, integers, type Lowering, type LoweringContext } from './context.js';

/** How a composite becomes ONNX: an operator that computes it whole, or the operators of its body. */
export type CompositeEntry = Lowering | 'inline';

/** The sigmoid inside is off by less than an ulp of x, at the ends of its range too. */
const silu: Lowering = (_, [x], { graph, target }) => {
  if (target === 'onnxruntime') {
    return [graph.node('QuickGelu', [x!], { alpha: { float: 1 } }, { domain: 'com.microsoft', name: 'silu' })];
  }
  return [graph.node('Mul', [x!, graph.node('Sigmoid', [x!])], {}, { name: 'silu' })];
};

function normalizationAttributes(node: Node): Attributes {
  const { axes, epsilon } = node.attributes as NormalizeAttributes;
  return { axis: { int: axes[0]! }, epsilon: { float: epsilon } };
}

/** The scale, which the operators require: ones where there is none. */
function scaleOf(node: Node, scale: string | undefined, context: LoweringContext): string {
  if (scale !== undefined) return scale;
  const x = node.operands[0]!;
  const { axes } = node.attributes as NormalizeAttributes;
  const shape = axes.map((axis) => x.shape[x.rank + axis]!);
  return context.graph.node('Expand', [context.graph.constant(elementType(x), 1), integers(context, shape)]);
}

const layerNorm: Lowering = (node, [x, scale, offset], context) => {
  const inputs = [x!, scaleOf(node, scale, context), ...(offset === undefined ? [] : [offset])];
  const outputs = ['y', 'mean', 'inverse'];
  return context.graph.nodeWithOutputs('LayerNormalization', inputs, outputs, normalizationAttributes(node), {
    name: 'layerNorm',
  });
};

/** The operator of the standard came later than its version that most tools read: there the body takes its place. */
const rmsNorm: Lowering = (node, [x, scale], context) => {
  const { graph, target } = context;
  const factor = scaleOf(node, scale, context);
  if (target === 'onnxruntime') {
    // ONNX Runtime's own operator, in spite of its domain.
    const options = { domain: 'ai.onnx', name: 'rmsNorm' };
    const attributes = normalizationAttributes(node);
    return graph.nodeWithOutputs('SimplifiedLayerNormalization', [x!, factor], ['y', 'inverse'], attributes, options);
  }
  const { axes, epsilon } = node.attributes as NormalizeAttributes;
  const type = elementType(node.operands[0]!);
  const square = graph.node('ReduceMean', [graph.node('Mul', [x!, x!]), integers(context, axes)]);
  const root = graph.node('Sqrt', [graph.node('Add', [square, graph.constant(type, epsilon)])]);
  const inverse = graph.node('Reciprocal', [root]);
  return [graph.node('Mul', [graph.node('Mul', [x!, inverse]), factor], {}, { name: 'rmsNorm' }), inverse];
};

/** How each composite becomes ONNX operators. */
export const compositeLowerings: Readonly<Record<CompositeName, CompositeEntry>> = {
  gelu: (_, [x], { graph }) => [graph.node('Gelu', [x!], {}, { name: 'gelu' })],
  geluTanh: (_, [x], { graph }) => [
    graph.node('Gelu', [x!], { approximate: { string: 'tanh' } }, { name: 'geluTanh' }),
  ],
  silu,
  // Softplus takes twice the time of its body.
  softplus: 'inline',
  normalize: 'inline',
  layerNorm,
  rmsNorm,
};

/** Since which version of the standard an operator of a fused form exists, where that is later than the oldest export. */
export const compositeOpsets: Partial<Record<CompositeName, number>> = { gelu: 20, geluTanh: 20 };
