import type { ConvAttributes, ConvGradAttributes, Node, PrimitiveName } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import {
  blockedConv,
  blockedFromLast,
  blockedKernel,
  channelsLastKernel,
  worthBlocks,
  type BlockedShapes,
} from './blocked-conv.js';
import { filterGradient } from './conv-filter-gradient.js';
import { integers, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

/** Pads of an ONNX operator: all low ends, then all high ends. */
function pads(padding: ConvAttributes['padding']): readonly number[] {
  return [...padding.map(([low]) => low), ...padding.map(([, high]) => high)];
}

/** Attributes of Conv. */
function convAttributes({ strides, padding, dilation, groups }: ConvAttributes): Attributes {
  return {
    strides: { ints: strides },
    pads: { ints: pads(padding) },
    dilations: { ints: dilation },
    group: { int: groups },
  };
}

/** The convolution that a node is, or that its gradient in the image is, as the direct kernels would see it. */
function blockedShapes(node: Node): BlockedShapes | null {
  const [first, second] = node.operands.map(({ shape }) => shape);
  if (node.primitive.name === 'conv') return { image: first!, kernel: second!, result: node.results[0]!.shape };
  if (node.primitive.name !== 'convInputGrad' || !isFlippedConvolution(node)) return null;
  const [features, channels, ...window] = second!;
  const { shape } = node.attributes as ConvGradAttributes;
  return { image: first!, kernel: [channels!, features!, ...window], result: shape };
}

type BlockContext = Pick<LoweringContext, 'channelBlock' | 'batch'>;

/** The shapes of a convolution that runs on the direct kernels; null for others. */
function inBlocks(node: Node, context: BlockContext): BlockedShapes | null {
  const shapes = blockedShapes(node);
  const fromLast = shapes !== null && channelsLastKernel(node.operands[1]!) !== null;
  return shapes !== null && worthBlocks(shapes, fromLast, node.attributes as ConvAttributes, context) ? shapes : null;
}

/** Whether a node reads its kernel before the transpose that puts features first. */
export function readsChannelsLastKernel(node: Node, context: BlockContext): boolean {
  const [, kernel] = node.operands;
  return (
    (node.primitive.name === 'conv' || node.primitive.name === 'convInputGrad') &&
    channelsLastKernel(kernel!) !== null &&
    inBlocks(node, context) !== null
  );
}

/** A convolution of channels-first images, whose inputs may have a bias as the third, with an activation behind it. */
export function convolve(
  node: Node,
  inputs: readonly string[],
  activation: 'Relu' | null,
  context: LoweringContext,
): string {
  const attributes = node.attributes as ConvAttributes;
  const active: Attributes = activation === null ? {} : { activation: { string: activation } };
  const all = { ...convAttributes(attributes), ...active };
  const shapes = inBlocks(node, context);
  if (shapes !== null) {
    const [x, kernel, ...bias] = inputs;
    const source = channelsLastKernel(node.operands[1]!);
    const ordered =
      source === null
        ? blockedKernel(kernel!, shapes.kernel, context)
        : blockedFromLast(context.nameOf(source), shapes.kernel, 'forward', context);
    return blockedConv(node, [x!, ordered, ...bias], shapes.kernel[0]!, all, context);
  }
  if (activation === null) return context.graph.node('Conv', inputs, all, { name: 'conv' });
  return context.graph.node('FusedConv', inputs, all, { name: 'conv', domain: 'com.microsoft' });
}

const conv: Lowering = (node, operands, context) => [convolve(node, operands, null, context)];

/** The kernel turned around in space, with inputs and outputs exchanged. */
function flippedKernel(node: Node, kernel: string, context: LoweringContext): string {
  const axes = node.operands[1]!.shape.map((_, axis) => axis);
  const spatial = axes.slice(2);
  const exchanged = context.graph.node('Transpose', [kernel], { perm: { ints: [1, 0, ...spatial] } });
  const minus = integers(
    context,
    spatial.map(() => -1),
  );
  const beforeFirst = integers(
    context,
    spatial.map(() => -(2 ** 31)),
  );
  return context.graph.node('Slice', [exchanged, minus, beforeFirst, integers(context, spatial), minus]);
}

/** With stride 1 the gradient is a convolution with the flipped kernel, which runs twice as fast as ConvTranspose. */
function isFlippedConvolution(node: Node): boolean {
  const { strides, padding, dilation, groups } = node.attributes as ConvAttributes;
  const [, channels, ...window] = node.operands[1]!.shape;
  return (
    groups === 1 &&
    channels! > 3 &&
    strides.every((stride) => stride === 1) &&
    padding.every(([low, high], i) => Math.max(low, high) <= (window[i]! - 1) * dilation[i]!)
  );
}

const convInputGrad: Lowering = (node, [dy, kernel], context) => {
  const attributes = node.attributes as ConvGradAttributes;
  const { strides, padding, dilation, groups, shape } = attributes;
  const [cotangent, weights] = node.operands;
  const window = weights!.shape.slice(2);
  if (isFlippedConvolution(node)) {
    const full = padding.map(([low, high], i) => {
      const reach = (window[i]! - 1) * dilation[i]!;
      return [reach - low, reach - high] as const;
    });
    const turned = convAttributes({ ...attributes, padding: full });
    const shapes = inBlocks(node, context);
    if (shapes !== null) {
      const source = channelsLastKernel(weights!);
      const ordered =
        source === null
          ? blockedKernel(flippedKernel(node, kernel!, context), shapes.kernel, context)
          : blockedFromLast(context.nameOf(source), shapes.kernel, 'flipped', context);
      return [blockedConv(node, [dy!, ordered], shapes.kernel[0]!, turned, context)];
    }
    const inputs = [dy!, flippedKernel(node, kernel!, context)];
    return [context.graph.node('Conv', inputs, turned, { name: 'convInputGrad' })];
  }
  const outputPadding = strides.map((stride, i) => {
    const [low, high] = padding[i]!;
    const reached = (cotangent!.shape[i + 2]! - 1) * stride + (window[i]! - 1) * dilation[i]! + 1 - low - high;
    return shape[i + 2]! - reached;
  });
  return [
    context.graph.node(
      'ConvTranspose',
      [dy!, kernel!],
      {
        strides: { ints: strides },
        pads: { ints: pads(padding) },
        dilations: { ints: dilation },
        group: { int: groups },
        output_padding: { ints: outputPadding },
      },
      { name: 'convInputGrad' },
    ),
  ];
};

const convFilterGrad: Lowering = (node, [x, dy], context) => [filterGradient(node, x!, dy!, context)];

/** Lowerings of the convolution primitives, for channels-first layouts. */
export const convLowerings: Readonly<
  Record<Extract<PrimitiveName, 'conv' | 'convInputGrad' | 'convFilterGrad'>, LoweringEntry>
> = {
  conv,
  convInputGrad,
  convFilterGrad,
};
