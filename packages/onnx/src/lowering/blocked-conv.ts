import type { ConvAttributes, Node, Tensor, TransposeAttributes } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import { integers, reshapeTo, type LoweringContext } from './context.js';

/**
 * ONNX Runtime's direct convolutions: images lie in memory as [batch, channels / block, height, width, block], where the
 * block fills a vector register, under the shape [batch, channels, height, width]. The size of the block depends on the
 * processor and is nowhere told: whoever asks for these operators has tried it out.
 */
export const blockedDomain = 'com.microsoft.nchwc';

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A convolution [batch, channels, height, width] → [batch, features, …] with a kernel [features, channels, …window]. */
export interface BlockedShapes {
  readonly image: readonly number[];
  readonly kernel: readonly number[];
  readonly result: readonly number[];
}

/** The kernel [height, width, channels, features] behind one whose features come first. */
export function channelsLastKernel({ node }: Tensor): Tensor | null {
  if (node?.primitive.name !== 'transpose') return null;
  const { permutation } = node.attributes as TransposeAttributes;
  return permutation.join() === '3,2,0,1' ? node.operands[0]! : null;
}

/**
 * Whether a convolution is faster in blocks: with one position in the kernel, or a stride, it is not, nor where bringing
 * the kernel into order costs more than the images gain. Kernels with channels last have to be turned for any operator,
 * and are turned into blocks as fast.
 */
export function worthBlocks(
  { image, kernel, result }: BlockedShapes,
  fromLast: boolean,
  attributes: Pick<ConvAttributes, 'strides' | 'dilation' | 'groups'>,
  { channelBlock, batch }: Pick<LoweringContext, 'channelBlock' | 'batch'>,
): boolean {
  if (channelBlock === null || batch !== null || image.length !== 4 || attributes.groups !== 1) return false;
  const [features, channels, ...window] = kernel;
  return (
    features! % channelBlock === 0 &&
    channels! % channelBlock === 0 &&
    count(window) > 1 &&
    attributes.strides.every((stride) => stride === 1) &&
    attributes.dilation.every((distance) => distance === 1) &&
    (fromLast || count(image) + count(result) >= 4 * count(kernel))
  );
}

/** The kernel [features, channels, height, width] in the order that the operator reads. */
export function blockedKernel(kernel: string, shape: readonly number[], context: LoweringContext): string {
  const block = context.channelBlock!;
  const [features, channels, height, width] = shape as [number, number, number, number];
  const split = reshapeTo(context, kernel, [features / block, block, channels / block, block, height, width]);
  const ordered = context.graph.node('Transpose', [split], { perm: { ints: [0, 2, 4, 5, 3, 1] } });
  return reshapeTo(context, ordered, shape);
}

/** The same from a kernel [height, width, channels, features]. */
export function blockedFromLast(
  kernel: string,
  shape: readonly number[],
  direction: 'forward' | 'flipped',
  context: LoweringContext,
): string {
  const { graph, channelBlock } = context;
  const block = channelBlock!;
  const [features, channels, height, width] = shape as [number, number, number, number];
  const taps = height * width;
  if (direction === 'forward') {
    const split = reshapeTo(context, kernel, [taps, channels / block, block, features / block, block]);
    return reshapeTo(context, graph.node('Transpose', [split], { perm: { ints: [3, 1, 0, 2, 4] } }), shape);
  }
  // The convolution goes back: what it takes are the features, and the window is turned around.
  const lines = reshapeTo(context, kernel, [taps, features, channels]);
  const [first, beforeFirst] = [integers(context, [-1]), integers(context, [-(2 ** 31)])];
  const turned = graph.node('Slice', [lines, first, beforeFirst, integers(context, [0]), first]);
  const split = reshapeTo(context, turned, [taps, features / block, block, channels / block, block]);
  return reshapeTo(context, graph.node('Transpose', [split], { perm: { ints: [1, 3, 0, 4, 2] } }), shape);
}

/** The image in blocks; what came out of such a convolution still has them. */
function blockedImage(x: string, context: LoweringContext): string {
  return context.shared(`blocked ${x}`, () => [
    context.graph.node('ReorderInput', [x], {}, { domain: blockedDomain }),
  ])[0]!;
}

/** A convolution in blocks; `kernel` is in order already. */
export function blockedConv(
  node: Node,
  [x, kernel, ...bias]: readonly string[],
  features: number,
  attributes: Attributes,
  context: LoweringContext,
): string {
  const { graph } = context;
  const inputs = [blockedImage(x!, context), kernel!, ...bias];
  const blocks = graph.node('Conv', inputs, attributes, { domain: blockedDomain, name: node.primitive.name });
  const plain = graph.node('ReorderOutput', [blocks], { channels: { int: features } }, { domain: blockedDomain });
  context.shared(`blocked ${plain}`, () => [blocks]);
  return plain;
}
