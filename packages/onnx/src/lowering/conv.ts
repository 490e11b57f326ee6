import type { ConvAttributes, ConvGradAttributes, Node, PrimitiveName } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import { blockedConv, worthBlocks } from './blocked-conv.js';
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

/** A convolution of channels-first images, whose inputs may have a bias as the third, with an activation behind it. */
export function convolve(
  node: Node,
  inputs: readonly string[],
  activation: 'Relu' | null,
  context: LoweringContext,
): string {
  const attributes = node.attributes as ConvAttributes;
  const [image, kernel] = node.operands.map(({ shape }) => shape);
  const active: Attributes = activation === null ? {} : { activation: { string: activation } };
  const all = { ...convAttributes(attributes), ...active };
  if (worthBlocks(image!, kernel!, node.results[0]!.shape, attributes, context)) {
    return blockedConv(node, inputs, kernel!, all, context);
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
    const inputs = [dy!, flippedKernel(node, kernel!, context)];
    const turned = convAttributes({ ...attributes, padding: full });
    const [features, channels] = weights!.shape;
    const flipped = [channels!, features!, ...window];
    if (worthBlocks(cotangent!.shape, flipped, shape, attributes, context)) {
      return [blockedConv(node, inputs, flipped, turned, context)];
    }
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
