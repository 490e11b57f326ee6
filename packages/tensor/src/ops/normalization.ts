import { isFloat } from '../dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { formatShape, normalizeAxes, normalizeAxis, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { moveAxis } from './axes.js';
import { div } from './elementwise/arithmetic.js';
import { normalize, normalizeLast, normalizeLastByRms } from './normalize.js';

/** What the normalizations multiply by and add at the end; both are learned. */
export interface AffineOptions {
  /** Factor of each normalized element; default none. */
  readonly scale?: Tensor;
  /** Added at the end; default none. */
  readonly offset?: Tensor;
}

/** Options of `layerNorm`. */
export interface LayerNormOptions extends AffineOptions {
  /** Axes along which mean and variance are taken. Default the last. */
  readonly axis?: number | readonly number[];
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

function checkEpsilon(operation: string, epsilon: number): void {
  if (epsilon >= 0 && Number.isFinite(epsilon)) return;
  throw new ArgumentError(`${operation}: epsilon ${epsilon} is not accepted; use a small number >= 0`);
}

/** Throws unless a scale, offset or statistic has the shape and dtype that x asks for. */
function checkPart(operation: string, name: string, part: Tensor | undefined, shape: Shape, x: Tensor): void {
  if (part === undefined) return;
  checkTensor(operation, part);
  if (!sameShape(part.shape, shape)) {
    throw new ShapeError(
      `${operation}: ${name} is ${formatShape(part.shape)}, x is ${formatShape(x.shape)}; it needs shape ${formatShape(shape)}`,
    );
  }
  if (part.dtype !== x.dtype) {
    throw new DTypeError(
      `${operation}: ${name} is ${part.dtype}, x is ${x.dtype}; convert one with .cast('${x.dtype}')`,
    );
  }
}

function checkInput(operation: string, x: Tensor, leastRank: number, layout: string): void {
  checkTensor(operation, x);
  if (!isFloat(x.dtype)) {
    throw new DTypeError(
      `${operation}: ${x.dtype} ${formatShape(x.shape)} is not accepted; it takes floats: use .cast(…)`,
    );
  }
  if (x.rank < leastRank) throw new ShapeError(`${operation}: x is ${formatShape(x.shape)}; it must be ${layout}`);
}

/** x · scale + offset, where both have x's sizes along the given axes. */
function affine(x: Tensor, { scale, offset }: AffineOptions, axes: readonly number[]): Tensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const scaled = scale === undefined ? x : x.mul(scale.reshape(shape));
  return offset === undefined ? scaled : scaled.add(offset.reshape(shape));
}

/** `normalize` with the scale and the offset of other axes than it runs along. */
function normalizeWith(
  x: Tensor,
  along: readonly number[],
  { scale, offset }: AffineOptions,
  axes: readonly number[],
  epsilon: number,
): readonly [Tensor, Tensor, Tensor] {
  if (scale === undefined && offset !== undefined) {
    const [y, mean, variance] = normalize([x], along, epsilon);
    return [affine(y, { offset }, axes), mean, variance];
  }
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  const parts = [scale, offset].filter((part) => part !== undefined).map((part) => part.reshape(shape));
  return normalize([x, ...parts], along, epsilon);
}

function isTrailing(axes: readonly number[], rank: number): boolean {
  return axes.length > 0 && axes.every((axis, i) => axis === rank - axes.length + i);
}

/**
 * Normalizes along axes (default the last) to mean 0 and variance 1, then scales and shifts: x: any shape; scale, offset:
 * x's sizes along the axes. Source: Ba et al., "Layer Normalization" (2016).
 *
 * @example
 * ```ts
 * nn.layerNorm(tensor([[1, 2, 3]]), { scale: ones([3]), offset: zeros([3]), epsilon: 0 }); // → [[-1.2247, 0, 1.2247]]
 * ```
 */
export function layerNorm(x: Tensor, options: LayerNormOptions = {}): Tensor {
  const { axis = -1, epsilon = 1e-5, scale, offset } = options;
  checkInput('layerNorm', x, 1, '[…, features]');
  checkEpsilon('layerNorm', epsilon);
  const axes = normalizeAxes('layerNorm', axis, x.shape);
  const shape = axes.map((i) => x.shape[i]!);
  checkPart('layerNorm', 'scale', scale, shape, x);
  checkPart('layerNorm', 'offset', offset, shape, x);
  if (isTrailing(axes, x.rank)) {
    const normalized = normalizeLast(
      scale === undefined ? [x] : [x, scale, ...(offset === undefined ? [] : [offset])],
      axes.length,
      epsilon,
    );
    return scale === undefined && offset !== undefined ? normalized.add(offset) : normalized;
  }
  return affine(normalize([x], axes, epsilon)[0], options, axes);
}

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
  /** Axes along which the mean square is taken. Default the last. */
  readonly axis?: number | readonly number[];
  /** Factor of each normalized element; default none. */
  readonly scale?: Tensor;
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Divides by the root of the mean square along axes (default the last), then scales: x: any shape; scale: x's sizes along
 * the axes. Source: Zhang & Sennrich, "Root Mean Square Layer Normalization" (2019).
 *
 * @example
 * ```ts
 * nn.rmsNorm(tensor([[3, 4]])); // → [[0.8485, 1.1314]]
 * ```
 */
export function rmsNorm(x: Tensor, options: RmsNormOptions = {}): Tensor {
  const { axis = -1, epsilon = 1e-6, scale } = options;
  checkInput('rmsNorm', x, 1, '[…, features]');
  checkEpsilon('rmsNorm', epsilon);
  const axes = normalizeAxes('rmsNorm', axis, x.shape);
  checkPart(
    'rmsNorm',
    'scale',
    scale,
    axes.map((i) => x.shape[i]!),
    x,
  );
  const operands = scale === undefined ? [] : [scale];
  if (isTrailing(axes, x.rank)) return normalizeLastByRms([x, ...operands], axes.length, epsilon);
  const last = axes.map((_, i) => i - axes.length);
  return moveAxis(normalizeLastByRms([moveAxis(x, axes, last), ...operands], axes.length, epsilon), last, axes);
}

/** Options of `batchNorm`. */
export interface BatchNormOptions extends AffineOptions {
  /** Axis of the features, which are normalized one by one. Default the last. */
  readonly axis?: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Statistics to use instead of the batch's own (in inference): both or none. [features] */
  readonly mean?: Tensor;
  readonly variance?: Tensor;
}

/** What `batchNorm` returns: y like x, and the mean and (biased) variance [features] that it used. */
export interface BatchNormResult {
  readonly y: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Normalizes each feature over all other axes, then scales and shifts: x: […, features]; scale, offset, mean and variance:
 * [features]. In training, with the statistics of the batch, through which gradients flow; in inference, with the `mean`
 * and `variance` given. Source: Ioffe & Szegedy, "Batch Normalization" (2015).
 *
 * @example
 * ```ts
 * const images = random.normal(random.key(0), [8, 4, 4, 3]);
 * const { y, mean, variance } = nn.batchNorm(images, { scale: ones([3]), offset: zeros([3]) });
 * const { y: inferred } = nn.batchNorm(images, { mean, variance });
 * ```
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): BatchNormResult {
  const { axis = -1, epsilon = 1e-5, mean, variance } = options;
  checkInput('batchNorm', x, 2, '[batch, …, features]');
  checkEpsilon('batchNorm', epsilon);
  const position = normalizeAxis('batchNorm', axis, x.shape);
  const features = [x.shape[position]!];
  for (const name of ['scale', 'offset', 'mean', 'variance'] as const) {
    checkPart('batchNorm', name, options[name], features, x);
  }
  if (mean !== undefined && variance !== undefined) {
    const factor = div(options.scale ?? 1, variance.add(epsilon).sqrt());
    const centred = x.sub(mean.reshape(x.shape.map((size, i) => (i === position ? size : 1))));
    const parts = options.offset === undefined ? { scale: factor } : { scale: factor, offset: options.offset };
    return { y: affine(centred, parts, [position]), mean, variance };
  }
  if (mean !== undefined || variance !== undefined) {
    throw new ArgumentError('batchNorm: mean and variance go together; give both, or none for those of the batch');
  }
  const others = [...x.shape.keys()].filter((i) => i !== position);
  if (others.some((i) => x.shape[i] === 0)) {
    throw new ShapeError(`batchNorm: ${formatShape(x.shape)} has no elements to take statistics of`);
  }
  const [y, batchMean, batchVariance] = normalizeWith(x, others, options, [position], epsilon);
  return {
    y,
    mean: batchMean.reshape(features),
    variance: batchVariance.reshape(features),
  };
}

/** Options of `groupNorm` and `instanceNorm`. */
export interface GroupNormOptions extends AffineOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

function checkChannels(operation: string, x: Tensor, { epsilon = 1e-5, scale, offset }: GroupNormOptions): number {
  checkEpsilon(operation, epsilon);
  const channels = [x.shape[x.rank - 1]!];
  checkPart(operation, 'scale', scale, channels, x);
  checkPart(operation, 'offset', offset, channels, x);
  return epsilon;
}

/**
 * Normalizes each image's groups of channels over space and channels, then scales and shifts each channel:
 * x: [batch, …spatial, channels]; scale, offset: [channels]. Throws a ShapeError when the channels do not divide into
 * groups. Source: Wu & He, "Group Normalization" (2018).
 *
 * @example
 * ```ts
 * nn.groupNorm(zeros([2, 8, 8, 32]), 4).shape; // → [2, 8, 8, 32]
 * ```
 */
export function groupNorm(x: Tensor, groups: number, options: GroupNormOptions = {}): Tensor {
  checkInput('groupNorm', x, 2, '[batch, …spatial, channels]');
  const channels = x.shape[x.rank - 1]!;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ShapeError(
      `groupNorm: ${channels} channels of ${formatShape(x.shape)} cannot be divided into ${groups} groups`,
    );
  }
  const epsilon = checkChannels('groupNorm', x, options);
  const grouped = x.reshape([...x.shape.slice(0, -1), groups, channels / groups]);
  const axes = [...grouped.shape.keys()].filter((axis) => axis !== 0 && axis !== x.rank - 1);
  return affine(normalize([grouped], axes, epsilon)[0].reshape(x.shape), options, [x.rank - 1]);
}

/**
 * Normalizes each channel of each image over space, then scales and shifts: x: [batch, …spatial, channels]; scale,
 * offset: [channels]. Source: Ulyanov et al., "Instance Normalization" (2016).
 *
 * @example
 * ```ts
 * nn.instanceNorm(zeros([2, 8, 8, 3])).shape; // → [2, 8, 8, 3]
 * ```
 */
export function instanceNorm(x: Tensor, options: GroupNormOptions = {}): Tensor {
  checkInput('instanceNorm', x, 3, '[batch, …spatial, channels]');
  const epsilon = checkChannels('instanceNorm', x, options);
  const spatial = Array.from({ length: x.rank - 2 }, (_, i) => i + 1);
  return normalizeWith(x, spatial, options, [x.rank - 1], epsilon)[0];
}
