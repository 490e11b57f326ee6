import type { ConvGradAttributes, Node } from '@tesserajs/tensor';
import { blockedFilterGradient, worthBlockedGradient } from './blocked-filter-gradient.js';
import { integers, isBatchOpen, reshapeTo, type LoweringContext } from './context.js';

/** Sizes of a kernel gradient: x [batch, channels, …input], dy [batch, features, …output], kernel […window]. */
interface Sizes {
  /** −1: it is open, and the one size that each reshape leaves to the runtime. */
  readonly batch: number;
  readonly channels: number;
  readonly features: number;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly window: readonly number[];
  readonly positions: number;
  readonly taps: number;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

function sizesOf(node: Node, context: LoweringContext): Sizes {
  const [x, dy] = node.operands;
  const { shape } = node.attributes as ConvGradAttributes;
  const output = dy!.shape.slice(2);
  const window = shape.slice(2);
  return {
    batch: isBatchOpen(context, node) ? -1 : x!.shape[0]!,
    channels: x!.shape[1]!,
    features: dy!.shape[1]!,
    input: x!.shape.slice(2),
    output,
    window,
    positions: product(output),
    taps: product(window),
  };
}

/** a · bᵀ for batches of matrices, through an explicit transpose where the standard has no flag. */
function timesTransposed(context: LoweringContext, a: string, b: string): string {
  const { graph, target } = context;
  if (target === 'onnxruntime') {
    return graph.node(
      'FusedMatMul',
      [a, b],
      { transB: { int: 1 } },
      { domain: 'com.microsoft', name: 'convFilterGrad' },
    );
  }
  const turned = graph.node('Transpose', [b], { perm: { ints: [0, 2, 1] } });
  return graph.node('MatMul', [a, turned], {}, { name: 'convFilterGrad' });
}

function sumBatch(context: LoweringContext, value: string): string {
  return context.graph.node('ReduceSum', [value, integers(context, [0])], { keepdims: { int: 0 } });
}

/** x with its spatial padding filled with zeros; `first` is the position of the first spatial axis. */
function padded(node: Node, x: string, first: number, context: LoweringContext): string {
  const { padding } = node.attributes as ConvGradAttributes;
  if (padding.every(([low, high]) => low === 0 && high === 0)) return x;
  const rank = padding.length + 2;
  const ends = (side: 0 | 1): number[] => Array.from({ length: rank }, (_, axis) => padding[axis - first]?.[side] ?? 0);
  return context.graph.node('Pad', [x, integers(context, [...ends(0), ...ends(1)])]);
}

/** The elements of padded x that one kernel element meets, for all output positions. */
function tapOf(node: Node, x: string, tap: number, first: number, sizes: Sizes, context: LoweringContext): string {
  const { strides, dilation } = node.attributes as ConvGradAttributes;
  const starts: number[] = [];
  let rest = tap;
  for (let axis = sizes.window.length - 1; axis >= 0; axis--) {
    starts[axis] = (rest % sizes.window[axis]!) * dilation[axis]!;
    rest = Math.floor(rest / sizes.window[axis]!);
  }
  const ends = starts.map((start, axis) => start + (sizes.output[axis]! - 1) * strides[axis]! + 1);
  const axes = starts.map((_, axis) => axis + first);
  return context.graph.node('Slice', [
    x,
    integers(context, starts),
    integers(context, ends),
    integers(context, axes),
    integers(context, strides),
  ]);
}

/** 1×1 kernels: one product of the two images. */
function pointwise(node: Node, x: string, dy: string, sizes: Sizes, context: LoweringContext): string {
  const { batch, channels, features, positions } = sizes;
  const a = reshapeTo(context, dy, [batch, features, positions]);
  const b = reshapeTo(context, tapOf(node, padded(node, x, 2, context), 0, 2, sizes, context), [
    batch,
    channels,
    positions,
  ]);
  return sumBatch(context, timesTransposed(context, a, b)); // [features, channels]
}

/** Few channels: all taps side by side make one matrix per image. */
function patches(node: Node, x: string, dy: string, sizes: Sizes, context: LoweringContext): string {
  const { batch, channels, features, positions, taps } = sizes;
  const source = padded(node, x, 2, context);
  const rows = Array.from({ length: taps }, (_, tap) =>
    reshapeTo(context, tapOf(node, source, tap, 2, sizes, context), [batch, channels, positions]),
  );
  const all = context.graph.node('Concat', rows, { axis: { int: 1 } }); // [batch, taps · channels, positions]
  const a = reshapeTo(context, dy, [batch, features, positions]);
  const total = sumBatch(context, timesTransposed(context, a, all)); // [features, taps · channels]
  const split = reshapeTo(context, total, [features, taps, channels]);
  return context.graph.node('Transpose', [split], { perm: { ints: [0, 2, 1] } }); // [features, channels, taps]
}

/** Many channels: one product per tap, on images whose channels lie together. */
function perTap(node: Node, x: string, dy: string, sizes: Sizes, context: LoweringContext): string {
  const { batch, channels, features, positions, taps } = sizes;
  const { graph } = context;
  const spatial = sizes.input.map((_, i) => i);
  const last = graph.node('Transpose', [x], { perm: { ints: [0, ...spatial.map((i) => i + 2), 1] } });
  const source = padded(node, last, 1, context);
  // Small images: one product over the whole batch has fewer, larger matrices.
  const whole = sizes.output.every((size) => size <= 8);
  const flat = batch < 0 ? -1 : batch * positions;
  const a = whole
    ? reshapeTo(
        context,
        graph.node('Transpose', [reshapeTo(context, dy, [batch, features, positions])], { perm: { ints: [1, 0, 2] } }),
        [features, flat],
      )
    : reshapeTo(context, dy, [batch, features, positions]);
  const parts = Array.from({ length: taps }, (_, tap) => {
    const rows = whole ? [flat, channels] : [batch, positions, channels];
    const b = reshapeTo(context, tapOf(node, source, tap, 1, sizes, context), rows);
    const sum = graph.node('MatMul', [a, b], {}, { name: 'convFilterGrad' });
    return reshapeTo(context, whole ? sum : sumBatch(context, sum), [features, channels, 1]);
  });
  return graph.node('Concat', parts, { axis: { int: 2 } }); // [features, channels, taps]
}

/** Groups and large kernels: the images become the kernel of a convolution whose stride is the dilation. */
function asConvolution(node: Node, x: string, dy: string, sizes: Sizes, context: LoweringContext): string {
  const { strides, padding, dilation, groups, shape } = node.attributes as ConvGradAttributes;
  const { graph } = context;
  const { batch, channels, input, output, window } = sizes;
  const own = channels / groups;
  const spatial = input.map((_, i) => i);
  const split = reshapeTo(context, x, [batch, groups, own, ...input]);
  const turned = graph.node('Transpose', [split], { perm: { ints: [2, 1, 0, ...spatial.map((i) => i + 3)] } });
  const images = reshapeTo(context, turned, [own, batch < 0 ? -1 : groups * batch, ...input]);
  const kernel = graph.node('Transpose', [dy], { perm: { ints: [1, 0, ...spatial.map((i) => i + 2)] } }); // [features, batch, …output]
  const ends = [...padding.map(([low]) => low), ...padding.map(([, high]) => high)];
  const attributes = {
    strides: { ints: dilation },
    dilations: { ints: strides },
    pads: { ints: ends },
    group: { int: groups },
  };
  const sums = graph.node('Conv', [images, kernel], attributes, { name: 'convFilterGrad' }); // [own, features, …≥window]
  const axes = spatial.map((i) => i + 2);
  const reached = input.map((size, i) => {
    const [low, high] = padding[i]!;
    return Math.floor((size + low + high - (output[i]! - 1) * strides[i]! - 1) / dilation[i]!) + 1;
  });
  const exact = reached.every((size, i) => size === window[i]);
  const cut = exact
    ? sums
    : graph.node('Slice', [
        sums,
        integers(
          context,
          axes.map(() => 0),
        ),
        integers(context, window),
        integers(context, axes),
      ]);
  const result = graph.node('Transpose', [cut], { perm: { ints: [1, 0, ...axes] } });
  return reshapeTo(context, result, [shape[0]!, shape[1]!, ...window]);
}

/**
 * The gradient of a channels-first convolution in its kernel. Which form is fastest depends on the shape: measured on
 * ONNX Runtime's CPU kernels, a direct convolution wins where there is one; then per-tap products from 16 channels on,
 * patches below, and convolution for large or grouped kernels.
 */
export function filterGradient(node: Node, x: string, dy: string, context: LoweringContext): string {
  const { groups, shape } = node.attributes as ConvGradAttributes;
  if (worthBlockedGradient(node, context)) return blockedFilterGradient(node, x, dy, context);
  const sizes = sizesOf(node, context);
  if (groups > 1 || sizes.taps > 25) return asConvolution(node, x, dy, sizes, context);
  if (sizes.taps === 1) return reshapeTo(context, pointwise(node, x, dy, sizes, context), shape);
  const gradient = sizes.channels >= 16 ? perTap(node, x, dy, sizes, context) : patches(node, x, dy, sizes, context);
  return reshapeTo(context, gradient, shape);
}
