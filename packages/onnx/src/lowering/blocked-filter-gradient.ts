import type { ConvGradAttributes, Node } from '@tesserajs/tensor';
import { blockedDomain } from './blocked-conv.js';
import { integers, reshapeTo, type LoweringContext } from './context.js';

/** x [batch, channels, height, width], dy [batch, features, …output], kernel […window]. */
interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly features: number;
  readonly output: readonly [number, number];
  readonly window: readonly [number, number];
}

function sizesOf(node: Node): Sizes {
  const [x, dy] = node.operands.map(({ shape }) => shape) as [readonly number[], readonly number[]];
  const { shape } = node.attributes as ConvGradAttributes;
  const [features, ...output] = dy.slice(1) as [number, number, number];
  return {
    batch: x[0]!,
    channels: x[1]!,
    features,
    output,
    window: shape.slice(2) as unknown as readonly [number, number],
  };
}

/**
 * Whether the kernel gradient is faster as a direct convolution: nearly always, by a factor of 1.3 to 2.5. It is not
 * where the images are so small that bringing them into order costs more than the sums, nor for one channel and a small
 * kernel, which leave the processor idle.
 */
export function worthBlockedGradient(node: Node, { channelBlock, batch: open }: LoweringContext): boolean {
  const { groups, padding, shape } = node.attributes as ConvGradAttributes;
  if (channelBlock === null || open !== null || shape.length !== 4 || groups !== 1) return false;
  const { batch, channels, features, output, window } = sizesOf(node);
  const taps = window[0] * window[1];
  return (
    batch % channelBlock === 0 &&
    features % channelBlock === 0 &&
    taps > 1 &&
    padding.every(([low]) => low >= 0) &&
    (channels > 1 || taps > 16) &&
    batch * output[0] * output[1] >= features
  );
}

/** dy as the kernel of a convolution: [features / block, batch / block, height, width, block of batch, block of features]. */
function cotangentAsKernel(dy: string, sizes: Sizes, block: number, context: LoweringContext): string {
  const { batch, features, output } = sizes;
  const { graph } = context;
  const positions = output[0] * output[1];
  const groups = features / block;
  const apart =
    groups === 1
      ? dy
      : graph.node('Transpose', [reshapeTo(context, dy, [batch, groups, block * positions])], {
          perm: { ints: [1, 0, 2] },
        });
  const blocks = reshapeTo(context, apart, [(groups * batch) / block, block * block, positions]);
  const ordered = graph.node('Transpose', [blocks], { perm: { ints: [0, 2, 1] } });
  return reshapeTo(context, ordered, [features, batch, ...output]);
}

/** x with its examples as channels, in blocks, with zeros around it: [channels, batch / block, …padded, block]. */
function paddedExamples(x: string, sizes: Sizes, pads: readonly number[], context: LoweringContext): string {
  const { graph } = context;
  const { batch } = sizes;
  const turned = graph.node('Transpose', [x], { perm: { ints: [1, 0, 2, 3] } });
  const blocks = graph.node('ReorderInput', [turned], {}, { domain: blockedDomain });
  if (pads.every((size) => size === 0)) return blocks;
  // A convolution with ones pads on all threads; Pad runs on one.
  const ones = graph.constant('float32', new Array<number>(batch).fill(1), [batch, 1, 1, 1]);
  return graph.node(
    'Conv',
    [blocks, ones],
    { group: { int: batch }, kernel_shape: { ints: [1, 1] }, pads: { ints: pads } },
    { domain: blockedDomain },
  );
}

/**
 * The gradient of a channels-first convolution in its kernel, as one direct convolution: examples take the part of the
 * channels, channels that of the batch, and the cotangent is the kernel, whose steps are the strides. Padding is filled
 * in before: the operator computes positions at the border one by one.
 */
export function blockedFilterGradient(node: Node, x: string, dy: string, context: LoweringContext): string {
  const { strides, padding, dilation, shape } = node.attributes as ConvGradAttributes;
  const { graph, channelBlock } = context;
  const sizes = sizesOf(node);
  const { features, output, window } = sizes;
  const input = node.operands[0]!.shape.slice(2);
  const kernelReach = output.map((size, i) => (size - 1) * strides[i]! + 1);
  const low = padding.map(([start]) => start);
  // What the last output does not reach is left out.
  const high = window.map((size, i) => Math.max(0, kernelReach[i]! + (size - 1) * dilation[i]! - input[i]! - low[i]!));
  const images = paddedExamples(x, sizes, [...low, ...high], context);
  const kernel = cotangentAsKernel(dy, sizes, channelBlock!, context);
  const sums = graph.node(
    'Conv',
    [images, kernel],
    { kernel_shape: { ints: output }, strides: { ints: dilation }, dilations: { ints: strides } },
    { domain: blockedDomain, name: node.primitive.name },
  );
  const plain = graph.node('ReorderOutput', [sums], { channels: { int: features } }, { domain: blockedDomain });
  const reached = input.map((size, i) => Math.floor((size + low[i]! + high[i]! - kernelReach[i]!) / dilation[i]!) + 1);
  const exact = reached.every((size, i) => size === window[i]);
  const cut = exact
    ? plain
    : graph.node('Slice', [plain, integers(context, [0, 0]), integers(context, window), integers(context, [2, 3])]);
  const turned = graph.node('Transpose', [cut], { perm: { ints: [1, 0, 2, 3] } }); // [features, channels, …window]
  return reshapeTo(context, turned, shape);
}
