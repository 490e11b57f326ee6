import type { HostArray, NumericArray } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor, apply } from '../graph/bind.js';
import {
  definePrimitive,
  type BatchContext,
  type KernelNode,
  type Primitive,
  type TensorType,
} from '../graph/primitive.js';
import { addAt, findMaxima, largestOfWindows, take, type ImageLayout } from '../kernels/maxima.js';
import { windowTable, windowedSize, type Padding, type WindowTable } from '../kernels/windows.js';
import { formatShape, sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { perAxis, resolvePadding } from './conv.js';
import { fromChannels, imageShape, type Channels } from './conv-layout.js';
import { checkKind, commonDType } from './elementwise/define.js';

/** Attributes of pooling. */
export interface PoolAttributes {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly channels: Channels;
}

/** Shape of the pooled tensor; throws a ShapeError or DTypeError when x and the window do not fit. */
export function pooledShape(
  operation: string,
  x: TensorType,
  { window, strides, padding, channels }: PoolAttributes,
): Shape {
  checkKind(operation, x, ['float']);
  if (x.shape.length !== window.length + 2 || window.length === 0) {
    throw new ShapeError(
      `${operation}: ${formatShape(x.shape)} with a window of ${window.length} axes; x is [batch, …spatial, channels], the window has a size per spatial axis`,
    );
  }
  const image = imageShape(channels, x.shape);
  const spatial = window.map((size, i) => windowedSize(image[i + 1]!, size, strides[i]!, padding[i]!, 1));
  if (spatial.some((size) => size < 1)) {
    throw new ShapeError(
      `${operation}: window ${formatShape(window)} is larger than the padded input ${formatShape(x.shape)}; use padding: 'same'`,
    );
  }
  return fromChannels(channels, [image[0]!, ...spatial, image[image.length - 1]!]);
}

/** Position arithmetic for both layouts: element (image, channel, pixel) lies at base + pixel · step. */
export interface PoolPlan {
  readonly table: WindowTable;
  readonly rows: number;
  readonly inputBase: (row: number) => number;
  readonly outputBase: (row: number) => number;
  readonly step: number;
}

/** How the windows of a pool lie in memory. */
export function poolPlan(x: Shape, y: Shape, { window, strides, padding, channels }: PoolAttributes): PoolPlan {
  const input = imageShape(channels, x);
  const output = imageShape(channels, y);
  const dilation = window.map(() => 1);
  const table = windowTable(input.slice(1, -1), output.slice(1, -1), window, strides, padding, dilation);
  const pixels = sizeOf(input.slice(1, -1));
  const features = input[input.length - 1]!;
  const base = (size: number) => (row: number) =>
    channels === 'first' ? row * size : Math.floor(row / features) * size * features + (row % features);
  return {
    table,
    rows: input[0]! * features,
    inputBase: base(pixels),
    outputBase: base(table.positions),
    step: channels === 'first' ? 1 : features,
  };
}

function layoutOf(x: Shape, channels: PoolAttributes['channels']): ImageLayout {
  const image = imageShape(channels, x);
  return {
    images: image[0]!,
    channels: image[image.length - 1]!,
    pixels: sizeOf(image.slice(1, -1)),
    channelsLast: channels === 'last',
  };
}

/** Positions of the maxima of all windows, found in x. */
function maximaOf(x: Shape, y: Shape, attributes: PoolAttributes): (source: HostArray) => Int32Array {
  const { table } = poolPlan(x, y, attributes);
  const layout = layoutOf(x, attributes.channels);
  return (source) => findMaxima(source as NumericArray, layout, table);
}

/** Folds the batch axis of all operands into their images, and unfolds it from the result. */
export function foldPoolBatch(
  { operands, batched, size }: BatchContext<object>,
  body: (operands: readonly Tensor[]) => Tensor,
): Tensor {
  const folded = operands.map((x, i) => {
    const full = batched[i] === true ? x : x.broadcastTo([size, ...x.shape]);
    const [, images, ...rest] = full.shape;
    return full.reshape([size * images!, ...rest]);
  });
  const result = body(folded);
  return result.reshape([size, result.shape[0]! / size, ...result.shape.slice(1)]);
}

const maxPoolPrimitive: Primitive<PoolAttributes> = definePrimitive<PoolAttributes>({
  name: 'maxPool',
  shape: ([x], attributes) => ({ shape: pooledShape('maxPool', x!, attributes), dtype: x!.dtype }),
  vjp: ({ cotangent, operands: [x], attributes }) => [apply(maxPoolGradPrimitive, [x!, cotangent], attributes)],
  batch: (context) => foldPoolBatch(context, (operands) => apply(maxPoolPrimitive, operands, context.attributes)),
  reference({ operands: [x], results: [y], attributes }: KernelNode<PoolAttributes>) {
    const { table } = poolPlan(x!.shape, y!.shape, attributes);
    const layout = layoutOf(x!.shape, attributes.channels);
    return ([source], [target]) => {
      largestOfWindows(source as NumericArray, target as NumericArray, layout, table);
    };
  },
});

/** dx of maxPool from x and dy: the first largest element of each window gets its cotangent. */
const maxPoolGradPrimitive: Primitive<PoolAttributes> = definePrimitive<PoolAttributes>({
  name: 'maxPoolGrad',
  linear: [1],
  shape([x, dy], attributes) {
    pooledShape('maxPool', x!, attributes);
    commonDType('maxPoolGrad', [x!, dy!]);
    return x!;
  },
  vjp: ({ cotangent, operands: [x], attributes }) => [null, apply(maxPoolTakePrimitive, [x!, cotangent], attributes)],
  batch: (context) => foldPoolBatch(context, (operands) => apply(maxPoolGradPrimitive, operands, context.attributes)),
  reference({ operands: [x, dy], attributes }) {
    const maxima = maximaOf(x!.shape, dy!.shape, attributes);
    return ([source, cotangent], [target]) => {
      addAt(cotangent as NumericArray, maxima(source!), target as NumericArray);
    };
  },
});

/** Picks from v the elements at which x has the first largest element of each window: the transpose of maxPoolGrad. */
const maxPoolTakePrimitive: Primitive<PoolAttributes> = definePrimitive<PoolAttributes>({
  name: 'maxPoolTake',
  linear: [1],
  shape([x, v], attributes) {
    return { shape: pooledShape('maxPool', x!, attributes), dtype: commonDType('maxPoolTake', [x!, v!]) };
  },
  vjp: ({ cotangent, operands: [x], attributes }) => [null, apply(maxPoolGradPrimitive, [x!, cotangent], attributes)],
  batch: (context) => foldPoolBatch(context, (operands) => apply(maxPoolTakePrimitive, operands, context.attributes)),
  reference({ operands: [x], results: [y], attributes }) {
    const maxima = maximaOf(x!.shape, y!.shape, attributes);
    return ([source, values], [target]) => {
      take(values as NumericArray, maxima(source!), target as NumericArray);
    };
  },
});

/** Options of pooling. */
export interface PoolOptions {
  /** Step of the window; default: the window. */
  readonly strides?: number | readonly number[];
  /** `valid` (default), `same`, or pairs. Padding never wins. */
  readonly padding?: 'valid' | 'same' | Padding;
}

/**
 * Largest element of each window, channels last: x: [batch, …spatial, channels] → [batch, …spatial, channels].
 * Of equal elements, the first gets the gradient. Throws a ShapeError when a window is larger than its input.
 *
 * @example
 * ```ts
 * nn.maxPool(tensor([[[1], [3], [7], [5]]]), 2); // → [[[3], [7]]]
 * ```
 */
export function maxPool(x: Tensor, window: number | readonly number[], options: PoolOptions = {}): Tensor {
  return apply(maxPoolPrimitive, [x], resolvePool('maxPool', x, window, options));
}

/** The attributes that the window and options of a pool mean for x. */
export function resolvePool(
  operation: string,
  x: Tensor,
  window: number | readonly number[],
  options: PoolOptions,
): PoolAttributes {
  checkTensor(operation, x);
  const axes = Math.max(x.rank - 2, 0);
  const size = perAxis(operation, 'window', window, axes);
  const strides = perAxis(operation, 'strides', options.strides ?? size, axes);
  const ones = size.map(() => 1);
  const padding = resolvePadding(operation, options.padding ?? 'valid', x.shape.slice(1, -1), size, strides, ones);
  if (padding.some((pair, i) => Math.max(...pair) >= size[i]!)) {
    throw new ArgumentError(
      `${operation}: padding ${JSON.stringify(padding)} leaves windows ${formatShape(size)} that hold nothing else; use less than the window`,
    );
  }
  return { window: size, strides, padding, channels: 'last' };
}

/** Names of the pooling primitives. */
export type PoolName = 'maxPool' | 'maxPoolGrad' | 'maxPoolTake';

/** The pooling primitives. */
export const poolPrimitives: Readonly<Record<PoolName, Primitive<PoolAttributes>>> = {
  maxPool: maxPoolPrimitive,
  maxPoolGrad: maxPoolGradPrimitive,
  maxPoolTake: maxPoolTakePrimitive,
};
