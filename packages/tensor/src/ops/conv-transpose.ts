import { ArgumentError, ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import type { Padding } from '../kernels/windows.js';
import { checkShape, formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { convPrimitives, perAxis, resolvePadding } from './conv.js';
import { checkKind, commonDType } from './elementwise/define.js';

/** Options of `convTranspose`. */
export interface ConvTransposeOptions {
  /** Distance of the windows in the result, one number or one per spatial axis. Default 1. */
  readonly strides?: number | readonly number[];
  /** What is cut off the result: `valid` (nothing, default), `same` (result = x · strides), or pairs. */
  readonly padding?: 'valid' | 'same' | Padding;
  /** Elements added at the end of each axis of the result, fewer than the stride. Default 0; not with `same`. */
  readonly outputPadding?: number | readonly number[];
  /** Distance between kernel elements. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Channels and features are divided into this many independent groups. Default 1. */
  readonly groups?: number;
}

function checkOperands(x: Tensor, kernel: Tensor, groups: number): void {
  commonDType('convTranspose', [x, kernel]);
  checkKind('convTranspose', x, ['float']);
  const shapes = `x ${formatShape(x.shape)}, kernel ${formatShape(kernel.shape)}`;
  if (x.rank !== kernel.rank || x.rank < 3) {
    throw new ShapeError(
      `convTranspose: ${shapes}: x is [batch, …spatial, channels], the kernel […spatial, features / groups, channels]`,
    );
  }
  const channels = x.shape[x.rank - 1]!;
  if (channels !== kernel.shape[x.rank - 1]) {
    throw new ShapeError(
      `convTranspose: ${shapes}: x has ${channels} channels, the kernel takes ${kernel.shape[x.rank - 1]} (its last axis)`,
    );
  }
  if (channels % groups !== 0) {
    throw new ShapeError(`convTranspose: ${shapes}: ${channels} channels cannot be divided into ${groups} groups`);
  }
}

function resolveOutputPadding(
  value: number | readonly number[] | undefined,
  strides: readonly number[],
): readonly number[] {
  const list = typeof value === 'object' ? value : strides.map(() => value ?? 0);
  const fits = list.length === strides.length && list.every((n, i) => Number.isInteger(n) && n >= 0 && n < strides[i]!);
  if (!fits) {
    throw new ArgumentError(
      `convTranspose: outputPadding ${JSON.stringify(value)} is not accepted with strides [${String(strides)}]; ` +
        'use whole numbers from 0 to less than the stride',
    );
  }
  return list;
}

/**
 * Transposed convolution over 1, 2 or 3 spatial axes, channels last: the gradient of `conv` in its input, which spreads
 * each element over a window. x: [batch, …spatial, channels], kernel: […spatial, features / groups, channels] (Keras's
 * order) → [batch, …(spatial − 1) · strides + dilation · (window − 1) + 1 − padding + outputPadding, features].
 * Throws a ShapeError when channels, groups or sizes do not fit. Source: Dumoulin & Visin, "A guide to convolution
 * arithmetic" (2016), chapter 4.
 *
 * @example
 * ```ts
 * const [image, kernel] = [zeros([1, 7, 7, 8]), zeros([3, 3, 4, 8])];
 * nn.convTranspose(image, kernel, { strides: 2, padding: 'same' }).shape; // → [1, 14, 14, 4]
 * ```
 */
export function convTranspose(x: Tensor, kernel: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const axes = Math.max(kernel.rank - 2, 0);
  const groups = perAxis('convTranspose', 'groups', options.groups, 1)[0]!;
  checkOperands(x, kernel, groups);
  const strides = perAxis('convTranspose', 'strides', options.strides, axes);
  const dilation = perAxis('convTranspose', 'dilation', options.dilation, axes);
  const window = kernel.shape.slice(0, -2);
  const spatial = x.shape.slice(1, -1);
  const same = options.padding === 'same';
  if (same && options.outputPadding !== undefined) {
    throw new ArgumentError("convTranspose: outputPadding is not accepted with padding 'same', which fixes the size");
  }
  const grown = spatial.map((size, i) => size * strides[i]!);
  const padding = resolvePadding('convTranspose', options.padding ?? 'valid', grown, window, strides, dilation);
  const added = resolveOutputPadding(options.outputPadding, strides);
  const sizes = spatial.map((size, i) => {
    if (same) return grown[i]!;
    const [low, high] = padding[i]!;
    return (size - 1) * strides[i]! + (window[i]! - 1) * dilation[i]! + 1 - low - high + added[i]!;
  });
  if (sizes.some((size) => size < 1)) {
    throw new ShapeError(
      `convTranspose: x ${formatShape(x.shape)}, kernel ${formatShape(kernel.shape)}: padding ${JSON.stringify(padding)} leaves nothing of the result; use less`,
    );
  }
  const features = kernel.shape[kernel.rank - 2]! * groups;
  checkShape('convTranspose', [x.shape[0]!, ...sizes, features]);
  return apply(convPrimitives.convInputGrad, [x, kernel], {
    strides,
    padding,
    dilation,
    groups,
    channels: 'last',
    kernel: 'last',
    shape: [x.shape[0]!, ...sizes, features],
  });
}
