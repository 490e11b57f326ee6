import { allocate, type HostArray, type NumericArray } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor, apply } from '../graph/bind.js';
import {
  definePrimitive,
  type BatchContext,
  type Kernel,
  type Primitive,
  type TensorType,
} from '../graph/primitive.js';
import { copyStrided } from '../kernels/broadcast.js';
import { convFilterGradient, convForward, convInputGradient, type ConvGeometry } from '../kernels/conv.js';
import { windowTable, windowedSize, type Padding } from '../kernels/windows.js';
import { formatShape, sameShape, sizeOf, stridesOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkKind, commonDType } from './elementwise/define.js';
import {
  fromChannels,
  imageShape,
  kernelOrder,
  mergeBatchIntoChannels,
  mergeBatchIntoFeatures,
  orderFor,
  splitFeatures,
  type ConvAttributes,
  type ConvGradAttributes,
} from './conv-layout.js';

export type { ConvAttributes, ConvGradAttributes } from './conv-layout.js';

/** Types of x, kernel and y of one convolution, whichever of them is computed. */
interface ConvTypes {
  readonly x: Shape;
  readonly kernel: Shape;
  readonly y: Shape;
}

/** Shape of y for given x and kernel; throws a ShapeError or DTypeError when they do not fit. */
function convShape(operation: string, x: TensorType, kernel: TensorType, attributes: ConvAttributes): TensorType {
  const dtype = commonDType(operation, [x, kernel]);
  checkKind(operation, x, ['float']);
  const shapes = `x ${formatShape(x.shape)}, kernel ${formatShape(kernel.shape)}`;
  if (x.shape.length !== kernel.shape.length || x.shape.length < 3) {
    throw new ShapeError(
      `${operation}: ${shapes}: both need a batch or input axis, channels, and the same spatial axes`,
    );
  }
  const { strides, padding, dilation, groups, channels } = attributes;
  const input = orderFor(channels, x.shape.length).map((axis) => x.shape[axis]!); // [batch, …spatial, channels]
  const weights = kernelOrder(attributes.kernel, x.shape.length).map((axis) => kernel.shape[axis]!); // […spatial, in, out]
  const rank = x.shape.length;
  const inputChannels = input[rank - 1]!;
  const features = weights[rank - 1]!;
  if (inputChannels !== weights[rank - 2]! * groups) {
    throw new ShapeError(
      `${operation}: ${shapes}: x has ${inputChannels} channels, the kernel takes ${weights[rank - 2]! * groups} ` +
        `(${weights[rank - 2]} in each of ${groups} groups)`,
    );
  }
  if (features % groups !== 0) {
    throw new ShapeError(`${operation}: ${shapes}: ${features} features cannot be divided into ${groups} groups`);
  }
  const spatial = strides.map((stride, i) =>
    windowedSize(input[i + 1]!, weights[i]!, stride, padding[i]!, dilation[i]!),
  );
  if (spatial.some((size) => size < 1)) {
    throw new ShapeError(
      `${operation}: ${shapes}: the kernel is larger than the padded input; use padding: 'same' or a smaller kernel`,
    );
  }
  return { shape: fromChannels(channels, [input[0]!, ...spatial, features]), dtype };
}

/** Throws unless a cotangent has the type of the result that it belongs to. */
function checkCotangent(operation: string, y: TensorType, dy: TensorType): void {
  commonDType(operation, [y, dy]);
  if (sameShape(y.shape, dy.shape)) return;
  throw new ShapeError(
    `${operation}: the cotangent is ${formatShape(dy.shape)}; the convolution gives ${formatShape(y.shape)}`,
  );
}

/** Brings an operand into the order that the kernels use. */
function arranged(array: HostArray, shape: Shape, order: readonly number[], dtype: TensorType['dtype']): NumericArray {
  if (order.every((axis, i) => axis === i)) return array as NumericArray;
  const strides = stridesOf(shape);
  const copy = allocate(dtype, sizeOf(shape));
  const target = order.map((axis) => shape[axis]!);
  copyStrided(
    array,
    copy,
    target,
    order.map((axis) => strides[axis]!),
    0,
  );
  return copy as NumericArray;
}

/** Wraps a channels-last kernel so that it takes and gives the layouts of the node. */
function layoutKernel(
  types: ConvTypes,
  dtype: TensorType['dtype'],
  attributes: ConvAttributes,
  roles: readonly ['x' | 'kernel' | 'y', 'x' | 'kernel' | 'y', 'x' | 'kernel' | 'y'],
  run: (a: NumericArray, b: NumericArray, result: NumericArray, geometry: ConvGeometry) => void,
): Kernel {
  const rank = types.x.length;
  const orders = {
    x: orderFor(attributes.channels, rank),
    y: orderFor(attributes.channels, rank),
    kernel: kernelOrder(attributes.kernel, rank),
  };
  const of = (role: 'x' | 'kernel' | 'y'): Shape => orders[role].map((axis) => types[role][axis]!);
  const [x, kernel, y] = [of('x'), of('kernel'), of('y')];
  const table = windowTable(
    x.slice(1, -1),
    y.slice(1, -1),
    kernel.slice(0, -2),
    attributes.strides,
    attributes.padding,
    attributes.dilation,
  );
  const geometry: ConvGeometry = {
    batch: x[0]!,
    pixels: sizeOf(x.slice(1, -1)),
    channels: x[rank - 1]!,
    features: y[rank - 1]!,
    groups: attributes.groups,
    table,
  };
  const [first, second, last] = roles;
  const back = orders[last].map((_, axis) => orders[last].indexOf(axis));
  const plain = back.every((axis, i) => axis === i);
  return ([a, b], [result]) => {
    const target = plain ? (result as NumericArray) : (allocate(dtype, sizeOf(types[last])) as NumericArray);
    run(
      arranged(a!, types[first], orders[first], dtype),
      arranged(b!, types[second], orders[second], dtype),
      target,
      geometry,
    );
    if (!plain) result!.set(arranged(target, of(last), back, dtype) as never);
  };
}

const convPrimitive: Primitive<ConvAttributes> = definePrimitive<ConvAttributes>({
  name: 'conv',
  linear: [0, 1],
  shape: ([x, kernel], attributes) => convShape('conv', x!, kernel!, attributes),
  vjp: ({ cotangent, operands: [x, kernel], attributes }) => [
    apply(convInputGradPrimitive, [cotangent, kernel!], { ...attributes, shape: x!.shape }),
    apply(convFilterGradPrimitive, [x!, cotangent], { ...attributes, shape: kernel!.shape }),
  ],
  batch(context) {
    const { operands, batched, size, attributes } = context;
    if (batched[1] !== true) return foldBatch(context, (x) => apply(convPrimitive, [x, operands[1]!], attributes));
    const [x, kernel] = bothBatched(context);
    const y = apply(
      convPrimitive,
      [mergeBatchIntoChannels(x, attributes.channels), mergeBatchIntoFeatures(kernel, attributes.kernel)],
      { ...attributes, groups: attributes.groups * size },
    );
    return splitFeatures(y, attributes.channels, size);
  },
  reference({ operands: [x, kernel], results: [y], attributes }) {
    const types = { x: x!.shape, kernel: kernel!.shape, y: y!.shape };
    return layoutKernel(types, y!.dtype, attributes, ['x', 'kernel', 'y'], convForward);
  },
});

const convInputGradPrimitive: Primitive<ConvGradAttributes> = definePrimitive<ConvGradAttributes>({
  name: 'convInputGrad',
  linear: [0, 1],
  shape([dy, kernel], { shape, ...attributes }) {
    const x = { shape, dtype: dy!.dtype };
    checkCotangent('convInputGrad', convShape('convInputGrad', x, kernel!, attributes), dy!);
    return x;
  },
  vjp: ({ cotangent, operands: [dy, kernel], attributes: { shape: _, ...attributes } }) => [
    apply(convPrimitive, [cotangent, kernel!], attributes),
    apply(convFilterGradPrimitive, [cotangent, dy!], { ...attributes, shape: kernel!.shape }),
  ],
  batch(context) {
    const { operands, batched, size, attributes } = context;
    if (batched[1] !== true) {
      const [batch, ...rest] = attributes.shape;
      const shape = [batch! * size, ...rest];
      return foldBatch(context, (dy) => apply(convInputGradPrimitive, [dy, operands[1]!], { ...attributes, shape }));
    }
    const [dy, kernel] = bothBatched(context);
    const { channels } = attributes;
    const image = imageShape(channels, attributes.shape);
    const dx = apply(
      convInputGradPrimitive,
      [mergeBatchIntoChannels(dy, channels), mergeBatchIntoFeatures(kernel, attributes.kernel)],
      {
        ...attributes,
        groups: attributes.groups * size,
        shape: fromChannels(channels, [...image.slice(0, -1), image[image.length - 1]! * size]),
      },
    );
    return splitFeatures(dx, channels, size);
  },
  reference({ operands: [dy, kernel], results: [dx], attributes }) {
    const types = { x: dx!.shape, kernel: kernel!.shape, y: dy!.shape };
    return layoutKernel(types, dx!.dtype, attributes, ['y', 'kernel', 'x'], convInputGradient);
  },
});

const convFilterGradPrimitive: Primitive<ConvGradAttributes> = definePrimitive<ConvGradAttributes>({
  name: 'convFilterGrad',
  linear: [0, 1],
  shape([x, dy], { shape, ...attributes }) {
    const kernel = { shape, dtype: x!.dtype };
    checkCotangent('convFilterGrad', convShape('convFilterGrad', x!, kernel, attributes), dy!);
    return kernel;
  },
  vjp: ({ cotangent, operands: [x, dy], attributes: { shape: _, ...attributes } }) => [
    apply(convInputGradPrimitive, [dy!, cotangent], { ...attributes, shape: x!.shape }),
    apply(convPrimitive, [x!, cotangent], attributes),
  ],
  batch(context) {
    const { size, attributes } = context;
    const [x, dy] = bothBatched(context);
    const { channels } = attributes;
    const rank = attributes.shape.length;
    const features = kernelOrder(attributes.kernel, rank)[rank - 1]!;
    const shape = attributes.shape.map((n, axis) => (axis === features ? n * size : n));
    const dkernel = apply(
      convFilterGradPrimitive,
      [mergeBatchIntoChannels(x, channels), mergeBatchIntoChannels(dy, channels)],
      { ...attributes, groups: attributes.groups * size, shape },
    );
    if (features === 0) return dkernel.reshape([size, ...attributes.shape]);
    const split = dkernel.reshape([...attributes.shape.slice(0, -1), size, attributes.shape[rank - 1]!]);
    return split.transpose([rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i), rank]);
  },
  reference({ operands: [x, dy], results: [dkernel], attributes }) {
    const types = { x: x!.shape, kernel: dkernel!.shape, y: dy!.shape };
    return layoutKernel(types, x!.dtype, attributes, ['x', 'y', 'kernel'], convFilterGradient);
  },
});

/** Folds the batch axis of the first operand into its images, and unfolds it from the result. */
function foldBatch({ operands, size }: BatchContext<object>, body: (x: Tensor) => Tensor): Tensor {
  const [, images, ...rest] = operands[0]!.shape;
  const result = body(operands[0]!.reshape([size * images!, ...rest]));
  return result.reshape([size, result.shape[0]! / size, ...result.shape.slice(1)]);
}

function bothBatched({ operands, batched, size }: BatchContext<object>): [Tensor, Tensor] {
  const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
  return [full[0]!, full[1]!];
}

/** Options of `conv`. */
export interface ConvOptions {
  /** Step of the window, one number or one per spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** `valid` (none, default), `same` (output size = input size / stride, extra padding at the end), or pairs. */
  readonly padding?: 'valid' | 'same' | Padding;
  /** Distance between kernel elements. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Channels and features are divided into this many independent groups. Default 1. */
  readonly groups?: number;
}

/** One number per spatial axis; throws an ArgumentError for counts or values that do not fit. */
export function perAxis(
  operation: string,
  name: string,
  value: number | readonly number[] | undefined,
  axes: number,
): readonly number[] {
  const list = typeof value === 'object' ? [...value] : new Array<number>(axes).fill(value ?? 1);
  if (list.length !== axes || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(
      `${operation}: ${name} ${JSON.stringify(value)} is not accepted; use a whole number >= 1, or ${axes} of them`,
    );
  }
  return list;
}

function checkPadding(operation: string, padding: Padding, axes: number): Padding {
  // What TypeScript rules out, such as 'SAME' or one number, is no list of pairs.
  const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2;
  const pairs =
    Array.isArray(padding) && padding.every(isPair) ? padding.map(([low, high]) => [low, high] as const) : [];
  if (pairs.length !== axes || pairs.flat().some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ArgumentError(
      `${operation}: padding ${JSON.stringify(padding)} is not accepted; use 'valid', 'same', or a pair of whole numbers >= 0 ` +
        `for each of ${axes} axes`,
    );
  }
  return pairs;
}

/** Padding in pairs. `same` follows Keras: what is odd goes to the end. */
export function resolvePadding(
  operation: string,
  padding: 'valid' | 'same' | Padding,
  input: Shape,
  window: Shape,
  strides: readonly number[],
  dilation: readonly number[],
): Padding {
  if (padding === 'valid') return input.map(() => [0, 0] as const);
  if (padding !== 'same') return checkPadding(operation, padding, window.length);
  return input.map((size, i) => {
    const needed = (Math.ceil(size / strides[i]!) - 1) * strides[i]! + (window[i]! - 1) * dilation[i]! + 1 - size;
    const total = Math.max(0, needed);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  });
}

/**
 * Convolution (cross-correlation) over 1, 2 or 3 spatial axes, channels last:
 * x: [batch, …spatial, channels], kernel: […spatial, channels / groups, features] → [batch, …spatial, features].
 * Throws a ShapeError when channels, groups or sizes do not fit.
 *
 * @example
 * ```ts
 * const [image, kernel] = [zeros([1, 28, 28, 1]), zeros([3, 3, 1, 32])];
 * nn.conv(image, kernel, { padding: 'same' }).shape; // → [1, 28, 28, 32]
 * ```
 */
export function conv(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  for (const operand of [x, kernel]) checkTensor('conv', operand);
  const axes = Math.max(kernel.rank - 2, 0);
  const strides = perAxis('conv', 'strides', options.strides, axes);
  const dilation = perAxis('conv', 'dilation', options.dilation, axes);
  const spatial = x.shape.slice(1, -1);
  const window = kernel.shape.slice(0, -2);
  const padding = resolvePadding('conv', options.padding ?? 'valid', spatial, window, strides, dilation);
  const groups = perAxis('conv', 'groups', options.groups, 1)[0]!;
  return apply(convPrimitive, [x, kernel], { strides, padding, dilation, groups, channels: 'last', kernel: 'last' });
}

/** Names of the convolution primitives. */
export type ConvName = 'conv' | 'convInputGrad' | 'convFilterGrad';

/** The convolution primitives. */
export const convPrimitives: Readonly<{
  conv: Primitive<ConvAttributes>;
  convInputGrad: Primitive<ConvGradAttributes>;
  convFilterGrad: Primitive<ConvGradAttributes>;
}> = { conv: convPrimitive, convInputGrad: convInputGradPrimitive, convFilterGrad: convFilterGradPrimitive };
