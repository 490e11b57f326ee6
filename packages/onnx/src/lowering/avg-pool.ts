import type { AvgPoolAttributes, AvgPoolGradAttributes, Node, PrimitiveName, Shape } from '@tesserajs/tensor';
import { integers, isBatchOpen, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';
import { tiles, windowAttributes } from './pool.js';

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

/** One kernel per channel, of one repeated number. */
function channelKernel(channels: number, window: readonly number[], value: number, context: LoweringContext): string {
  const { graph } = context;
  return graph.node('Expand', [graph.constant('float32', value), integers(context, [channels, 1, ...window])]);
}

/** Elements that each window has along one axis: all of them, or those that are not padding. */
function countsAlong(attributes: AvgPoolAttributes, axis: number, inputs: number, outputs: number): number[] {
  const { window, strides, padding, countIncludePadding } = attributes;
  return Array.from({ length: outputs }, (_, o) => {
    if (countIncludePadding) return window[axis]!;
    const start = o * strides[axis]! - padding[axis]![0];
    return Math.min(start + window[axis]!, inputs) - Math.max(start, 0);
  });
}

/** 1 / the number of elements of each window: one number, or one for each position [1, 1, …output]. */
function inverseCounts(attributes: AvgPoolAttributes, input: Shape, output: Shape): number | number[] {
  const counts = output.map((size, axis) => countsAlong(attributes, axis, input[axis]!, size));
  if (counts.every((list) => list.every((n) => n === list[0]))) return 1 / product(counts.map(([first]) => first ?? 1));
  let inverses: number[] = [1];
  for (const list of counts) inverses = inverses.flatMap((value) => list.map((n) => value / n));
  return inverses;
}

/**
 * ONNX Runtime's AveragePool of the newer standards takes ten times as long as a convolution of each channel, which sums up
 * the windows; where windows hold padding, their sums are divided one by one.
 */
const avgPool: Lowering = (node, [x], context) => {
  const { graph, target } = context;
  const attributes = node.attributes as AvgPoolAttributes;
  const { window, strides, padding, countIncludePadding } = attributes;
  if (target === 'standard') {
    const count = { count_include_pad: { int: Number(countIncludePadding) } };
    return [graph.node('AveragePool', [x!], { ...windowAttributes(attributes), ...count }, { name: 'avgPool' })];
  }
  const { shape } = node.operands[0]!;
  const output = node.results[0]!.shape.slice(2);
  const factors = inverseCounts(attributes, shape.slice(2), output);
  const single = typeof factors === 'number';
  const kernel = channelKernel(shape[1]!, window, single ? factors : 1, context);
  const settings = { ...windowAttributes({ window, strides, padding }), group: { int: shape[1]! } };
  const sums = graph.node('Conv', [x!, kernel], settings, { name: 'avgPool' });
  if (single) return [sums];
  return [graph.node('Mul', [sums, graph.constant('float32', factors, [1, 1, ...output])], {}, { name: 'avgPool' })];
};

/** Each cotangent divided by the number of elements that its window has. */
function shares(node: Node, dy: string, context: LoweringContext): string {
  const attributes = node.attributes as AvgPoolGradAttributes;
  const output = node.operands[0]!.shape.slice(2);
  const factors = inverseCounts(attributes, attributes.shape.slice(2), output);
  const shape = typeof factors === 'number' ? [] : [1, 1, ...output];
  return context.graph.node('Mul', [dy, context.graph.constant('float32', factors, shape)]);
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
function summedShares(node: Node, share: string, context: LoweringContext): string {
  const { window, padding, shape } = node.attributes as AvgPoolGradAttributes;
  const around = padding.map(([low, high], axis) => [window[axis]! - 1 - low, window[axis]! - 1 - high] as const);
  const settings = windowAttributes({ window, strides: window.map(() => 1), padding: around });
  const kernel = channelKernel(shape[1]!, window, 1, context);
  const attributes = { ...settings, group: { int: shape[1]! } };
  return context.graph.node('Conv', [share, kernel], attributes, { name: 'avgPoolGrad' });
}

/** A transposed convolution of each channel with ones. */
function spread(node: Node, share: string, context: LoweringContext): string {
  const { window, strides, padding, shape } = node.attributes as AvgPoolGradAttributes;
  const { graph } = context;
  const channels = shape[1]!;
  const kernel = channelKernel(channels, window, 1, context);
  const outputPadding = window.map((size, axis) => {
    const [low, high] = padding[axis]!;
    return shape[axis + 2]! - ((node.operands[0]!.shape[axis + 2]! - 1) * strides[axis]! + size - low - high);
  });
  const attributes = windowAttributes({ window, strides, padding });
  return graph.node(
    'ConvTranspose',
    [share, kernel],
    { ...attributes, group: { int: channels }, output_padding: { ints: outputPadding } },
    { name: 'avgPoolGrad' },
  );
}

/** Which form is fastest depends on the strides: measured on ONNX Runtime's CPU kernels. */
const avgPoolGrad: Lowering = (node, [dy], context) => {
  isBatchOpen(context, node); // refuses other axes
  const attributes = node.attributes as AvgPoolGradAttributes;
  const share = shares(node, dy!, context);
  const unpadded = attributes.padding.every(([low, high]) => low === 0 && high === 0);
  if (unpadded && tiles(attributes)) return [repeated(node, share, context)];
  if (attributes.strides.every((stride) => stride === 1)) return [summedShares(node, share, context)];
  return [spread(node, share, context)];
};

/** Lowerings of the average pooling primitives. */
export const avgPoolLowerings: Readonly<Record<Extract<PrimitiveName, 'avgPool' | 'avgPoolGrad'>, LoweringEntry>> = {
  avgPool,
  avgPoolGrad,
};
