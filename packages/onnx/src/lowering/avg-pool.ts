import type { AvgPoolAttributes, AvgPoolGradAttributes, Node, PrimitiveName } from '@tesserajs/tensor';
import {
  elementType,
  integers,
  requireFixed,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';
import { tiles, windowAttributes } from './pool.js';

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

const avgPool: Lowering = (node, [x], { graph }) => {
  const attributes = node.attributes as AvgPoolAttributes;
  const count = { count_include_pad: { int: Number(attributes.countIncludePadding) } };
  return [graph.node('AveragePool', [x!], { ...windowAttributes(attributes), ...count }, { name: 'avgPool' })];
};

/** Elements that each window has along one axis: all of them, or those that are not padding. */
function countsAlong(attributes: AvgPoolGradAttributes, axis: number, outputs: number): number[] {
  const { window, strides, padding, countIncludePadding, shape } = attributes;
  return Array.from({ length: outputs }, (_, o) => {
    if (countIncludePadding) return window[axis]!;
    const start = o * strides[axis]! - padding[axis]![0];
    return Math.min(start + window[axis]!, shape[axis + 2]!) - Math.max(start, 0);
  });
}

/** Each cotangent divided by the number of elements that its window has. */
function shares(node: Node, dy: string, context: LoweringContext): string {
  const attributes = node.attributes as AvgPoolGradAttributes;
  const output = node.operands[0]!.shape.slice(2);
  const type = elementType(node.operands[0]!);
  const counts = output.map((size, axis) => countsAlong(attributes, axis, size));
  if (counts.every((list) => list.every((n) => n === list[0]))) {
    const weight = 1 / product(counts.map(([first]) => first ?? 1));
    return context.graph.node('Mul', [dy, context.graph.constant(type, weight)]);
  }
  let weights: number[] = [1];
  for (const list of counts) weights = weights.flatMap((weight) => list.map((n) => weight / n));
  return context.graph.node('Mul', [dy, context.graph.constant(type, weights, [1, 1, ...output])]);
}

/** Windows that tile the image: each share is repeated over its window, and what no window reaches gets zeros. */
function repeated(node: Node, share: string, context: LoweringContext): string {
  const { window, shape } = node.attributes as AvgPoolGradAttributes;
  const { graph } = context;
  const scales = graph.constant('float32', [1, 1, ...window]);
  const large = graph.node(
    'Resize',
    [share, '', scales],
    {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    },
    { name: 'avgPoolGrad' },
  );
  const rest = window.map((size, axis) => shape[axis + 2]! - size * node.operands[0]!.shape[axis + 2]!);
  if (rest.every((n) => n === 0)) return large;
  const zeros = rest.map(() => 0);
  return graph.node('Pad', [large, integers(context, [0, 0, ...zeros, 0, 0, ...rest])], {}, { name: 'avgPoolGrad' });
}

/** Windows one element apart: the shares that reach an element are those of a window around it. */
function pooledShares(node: Node, share: string, context: LoweringContext): string {
  const { window, padding } = node.attributes as AvgPoolGradAttributes;
  const { graph } = context;
  const around = padding.map(([low, high], axis) => [window[axis]! - 1 - low, window[axis]! - 1 - high] as const);
  const attributes = { ...windowAttributes({ window, strides: window.map(() => 1), padding: around }) };
  const means = graph.node('AveragePool', [share], { ...attributes, count_include_pad: { int: 1 } });
  const count = graph.constant(elementType(node.operands[0]!), product(window));
  return graph.node('Mul', [means, count], {}, { name: 'avgPoolGrad' });
}

/** A transposed convolution of each channel with ones. */
function spread(node: Node, share: string, context: LoweringContext): string {
  const { window, strides, padding, shape } = node.attributes as AvgPoolGradAttributes;
  const { graph } = context;
  const channels = shape[1]!;
  const kernel = graph.node('Expand', [
    graph.constant(elementType(node.operands[0]!), 1),
    integers(context, [channels, 1, ...window]),
  ]);
  const outputPadding = window.map((size, axis) => {
    const [low, high] = padding[axis]!;
    return shape[axis + 2]! - ((node.operands[0]!.shape[axis + 2]! - 1) * strides[axis]! + size - low - high);
  });
  const attributes = { ...windowAttributes({ window, strides, padding }) };
  return graph.node(
    'ConvTranspose',
    [share, kernel],
    { ...attributes, group: { int: channels }, output_padding: { ints: outputPadding } },
    { name: 'avgPoolGrad' },
  );
}

/** Which form is fastest depends on the strides: measured on ONNX Runtime's CPU kernels. */
const avgPoolGrad: Lowering = (node, [dy], context) => {
  requireFixed(context, node);
  const attributes = node.attributes as AvgPoolGradAttributes;
  const share = shares(node, dy!, context);
  const unpadded = attributes.padding.every(([low, high]) => low === 0 && high === 0);
  if (unpadded && tiles(attributes)) return [repeated(node, share, context)];
  if (attributes.strides.every((stride) => stride === 1)) return [pooledShares(node, share, context)];
  return [spread(node, share, context)];
};

/** Lowerings of the average pooling primitives. */
export const avgPoolLowerings: Readonly<Record<Extract<PrimitiveName, 'avgPool' | 'avgPoolGrad'>, LoweringEntry>> = {
  avgPool,
  avgPoolGrad,
};
