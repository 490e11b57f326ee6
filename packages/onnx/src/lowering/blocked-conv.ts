import type { ConvAttributes, Node } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import { reshapeTo, type LoweringContext } from './context.js';

/**
 * ONNX Runtime's direct convolutions: images lie in memory as [batch, channels / block, height, width, block], where the
 * block fills a vector register, under the shape [batch, channels, height, width]. The size of the block depends on the
 * processor and is nowhere told: whoever asks for these operators has tried it out.
 */
export const blockedDomain = 'com.microsoft.nchwc';

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Whether a convolution [batch, channels, height, width] → [batch, features, …] is faster in blocks: with one position in
 * the kernel, or a stride, it is not, nor where bringing the kernel into order costs more than the images gain.
 */
export function worthBlocks(
  image: readonly number[],
  kernel: readonly number[],
  result: readonly number[],
  attributes: Pick<ConvAttributes, 'strides' | 'dilation' | 'groups'>,
  { channelBlock, batch }: LoweringContext,
): boolean {
  if (channelBlock === null || batch !== null || image.length !== 4 || attributes.groups !== 1) return false;
  const [features, channels, ...window] = kernel;
  return (
    features! % channelBlock === 0 &&
    channels! % channelBlock === 0 &&
    count(window) > 1 &&
    attributes.strides.every((stride) => stride === 1) &&
    attributes.dilation.every((distance) => distance === 1) &&
    count(image) + count(result) >= 4 * count(kernel)
  );
}

/** The kernel [features, channels, height, width] in the order that the operator reads. */
function blockedKernel(kernel: string, shape: readonly number[], block: number, context: LoweringContext): string {
  const [features, channels, height, width] = shape as [number, number, number, number];
  const split = reshapeTo(context, kernel, [features / block, block, channels / block, block, height, width]);
  const ordered = context.graph.node('Transpose', [split], { perm: { ints: [0, 2, 4, 5, 3, 1] } });
  return reshapeTo(context, ordered, shape);
}

/** The image in blocks; what came out of such a convolution still has them. */
function blockedImage(x: string, context: LoweringContext): string {
  return context.shared(`blocked ${x}`, () => [
    context.graph.node('ReorderInput', [x], {}, { domain: blockedDomain }),
  ])[0]!;
}

/** A convolution in blocks; `inputs` are those of Conv, `shape` is that of the kernel. */
export function blockedConv(
  node: Node,
  [x, kernel, ...bias]: readonly string[],
  shape: readonly number[],
  attributes: Attributes,
  context: LoweringContext,
): string {
  const { graph, channelBlock } = context;
  const inputs = [blockedImage(x!, context), blockedKernel(kernel!, shape, channelBlock!, context), ...bias];
  const blocks = graph.node('Conv', inputs, attributes, { domain: blockedDomain, name: node.primitive.name });
  const plain = graph.node('ReorderOutput', [blocks], { channels: { int: shape[0]! } }, { domain: blockedDomain });
  context.shared(`blocked ${plain}`, () => [blocks]);
  return plain;
}
