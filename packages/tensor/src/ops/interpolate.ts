import type { NumericArray } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { resample, resampleTable, type ResampleCoordinates, type ResampleMethod } from '../kernels/resample.js';
import { checkShape, formatShape, sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { perAxis } from './conv.js';
import { checkKind } from './elementwise/define.js';

/** Attributes of `resample` and its gradient: one axis, its size before and after. */
export interface ResampleAttributes {
  readonly axis: number;
  readonly input: number;
  readonly output: number;
  readonly method: ResampleMethod;
  readonly coordinates: ResampleCoordinates;
}

function resized(shape: Shape, axis: number, size: number): number[] {
  return shape.map((n, i) => (i === axis ? size : n));
}

/** Samples an axis anew: a sparse matrix that attributes describe, applied along it. */
const resamplePrimitive: Primitive<ResampleAttributes> = definePrimitive<ResampleAttributes>({
  name: 'resample',
  linear: true,
  shape([x], { axis, output }) {
    checkKind('resample', x!, ['float']);
    return { shape: resized(x!.shape, axis, output), dtype: x!.dtype };
  },
  vjp: ({ cotangent, attributes }) => [apply(resampleGradPrimitive, [cotangent], attributes)],
  batch: ({ operands, attributes }) => apply(resamplePrimitive, operands, { ...attributes, axis: attributes.axis + 1 }),
  reference({ operands: [x], attributes: { axis, input, output, method, coordinates } }) {
    const table = resampleTable(input, output, method, coordinates);
    const outer = sizeOf(x!.shape.slice(0, axis));
    const inner = sizeOf(x!.shape.slice(axis + 1));
    return ([source], [target]) => {
      resample(source as NumericArray, target as NumericArray, outer, input, inner, table);
    };
  },
});

/** dx of resample from dy: the transposed matrix. */
const resampleGradPrimitive: Primitive<ResampleAttributes> = definePrimitive<ResampleAttributes>({
  name: 'resampleGrad',
  linear: true,
  shape([dy], { axis, input }) {
    checkKind('resampleGrad', dy!, ['float']);
    return { shape: resized(dy!.shape, axis, input), dtype: dy!.dtype };
  },
  vjp: ({ cotangent, attributes }) => [apply(resamplePrimitive, [cotangent], attributes)],
  batch: ({ operands, attributes }) =>
    apply(resampleGradPrimitive, operands, { ...attributes, axis: attributes.axis + 1 }),
  reference({ operands: [dy], attributes: { axis, input, output, method, coordinates } }) {
    const table = resampleTable(input, output, method, coordinates);
    const outer = sizeOf(dy!.shape.slice(0, axis));
    const inner = sizeOf(dy!.shape.slice(axis + 1));
    return ([source], [target]) => {
      resample(source as NumericArray, target as NumericArray, outer, input, inner, table, true);
    };
  },
});

/** Options of `interpolate`. */
export interface InterpolateOptions {
  /** `nearest`, `linear` (also bilinear and trilinear) or `cubic` (Keys, a = −0.75). Default `linear`. */
  readonly method?: ResampleMethod;
  /**
   * `halfPixel` (default): pixels have an area, as in Keras and PyTorch (`nearest-exact` there); `alignCorners`: the first and
   * last pixels stay first and last; `asymmetric`: sample i lies at i · input / output, as in PyTorch's `nearest`.
   */
  readonly coordinates?: ResampleCoordinates;
}

/**
 * Resizes images: x: [batch, …spatial, channels] → [batch, …size, channels], for any number of spatial axes.
 * Throws a ShapeError for images without pixels. No low-pass filter is applied when an image shrinks.
 *
 * @example
 * ```ts
 * nn.interpolate(zeros([1, 32, 32, 3]), [64, 48]).shape; // → [1, 64, 48, 3]
 * ```
 */
export function interpolate(x: Tensor, size: number | readonly number[], options: InterpolateOptions = {}): Tensor {
  const { method = 'linear', coordinates = 'halfPixel' } = options;
  const axes = Math.max(x.rank - 2, 0);
  const sizes = perAxis('interpolate', 'size', size, axes);
  checkKind('interpolate', x, ['float']);
  if (axes === 0 || x.shape.slice(1, -1).includes(0)) {
    throw new ShapeError(
      `interpolate: ${formatShape(x.shape)} has no pixels to resize; x is [batch, …spatial, channels]`,
    );
  }
  if (!['nearest', 'linear', 'cubic'].includes(method)) {
    throw new ArgumentError(`interpolate: method ${JSON.stringify(method)} is not known; use nearest, linear or cubic`);
  }
  if (!['halfPixel', 'alignCorners', 'asymmetric'].includes(coordinates)) {
    throw new ArgumentError(
      `interpolate: coordinates ${JSON.stringify(coordinates)} are not known; use halfPixel, alignCorners or asymmetric`,
    );
  }
  checkShape('interpolate', [x.shape[0]!, ...sizes, x.shape.at(-1)!]);
  return sizes.reduce((image, output, i) => {
    const input = x.shape[i + 1]!;
    if (input === output) return image;
    return apply(resamplePrimitive, [image], { axis: i + 1, input, output, method, coordinates });
  }, x);
}

/** Names of the resampling primitives. */
export type ResampleName = 'resample' | 'resampleGrad';

/** The resampling primitives. */
export const resamplePrimitives: Readonly<Record<ResampleName, Primitive<ResampleAttributes>>> = {
  resample: resamplePrimitive,
  resampleGrad: resampleGradPrimitive,
};
