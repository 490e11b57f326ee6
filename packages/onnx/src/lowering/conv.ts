import type { ConvAttributes, ConvGradAttributes, Node, PrimitiveName } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import { filterGradient } from './conv-filter-gradient.js';
import { integers, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

/** Pads of an ONNX operator: all low ends, then all high ends. */
function pads(padding: ConvAttributes['padding']): readonly number[] {
  return [...padding.map(([low]) => low), ...padding.map(([, high]) => high)];
}

/** Attributes of Conv. */
export function convAttributes({ strides, padding, dilation, groups }: ConvAttributes): Attributes {
  return {
    strides: { ints: strides },
    pads: { ints: pads(padding) },
    dilations: { ints: dilation },
    group: { int: groups },
  };
}

const conv: Lowering = (node, operands, { graph }) => [
  graph.node('Conv', operands, convAttributes(node.attributes as ConvAttributes), { name: 'conv' }),
];

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
    return [
      context.graph.node('Conv', inputs, convAttributes({ ...attributes, padding: full }), { name: 'convInputGrad' }),
    ];
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
