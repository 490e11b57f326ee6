import { ArgumentError, formatShape, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { loraFields, type LoraOptions } from '../core/lora.js';
import { checkSize, type CreateWeight, type FieldKind } from '../layer.js';
import type { SpatialRank } from '../spatial.js';
import { Convolution, convolutionFields, type ConvolutionOptions, type ConvolutionPadding } from './convolution.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of `conv1d`, `conv2d` and `conv3d`. */
export interface ConvOptions<Rank extends SpatialRank>
  extends ConvolutionOptions<Rank>, LoraOptions, WeightRuleOptions<'kernel'> {
  /** Number of output channels. */
  readonly filters: number;
  /** Channels and filters are divided into this many independent groups. Default 1. */
  readonly groups?: number;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName;
}

/** Options of `conv1d`. */
export interface Conv1dOptions extends Omit<ConvOptions<1>, 'padding'> {
  /**
   * `valid` (none, default); `same`: output size = ⌈input size / stride⌉, what is odd goes to the end; or `causal`: all
   * in front, so that y at a step depends on x up to that step.
   */
  readonly padding?: ConvolutionPadding;
}
/** Options of `conv2d`. */
export type Conv2dOptions = ConvOptions<2>;
/** Options of `conv3d`. */
export type Conv3dOptions = ConvOptions<3>;

abstract class Conv extends Convolution {
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    filters: 'size',
    groups: 'size',
    kernelInitializer: 'initializer',
    ...loraFields,
    ...convolutionFields,
  };

  readonly filters: number;
  readonly groups: number;
  readonly kernelInitializer: Initializer;
  /** […kernelSize, channels / groups, filters]; null until built. */
  kernel: Tensor | null = null;
  bias: Tensor | null = null;

  constructor(
    factory: string,
    rank: SpatialRank,
    options: Omit<ConvOptions<SpatialRank>, 'padding'> & { readonly padding?: ConvolutionPadding },
    paddings: readonly ConvolutionPadding[] = ['valid', 'same'],
  ) {
    super(factory, rank, options, paddings);
    const { filters, groups = 1 } = options;
    checkSize(this.name, 'filters', filters);
    checkSize(this.name, 'groups', groups);
    this.filters = filters;
    this.groups = groups;
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'glorotUniform');
    if (filters % groups !== 0) {
      throw new ArgumentError(
        `${this.name}: ${filters} filters cannot be divided into ${groups} groups; use a multiple of groups`,
      );
    }
  }

  protected override get loraField(): string {
    return 'kernel';
  }

  protected override get mainKernel(): Tensor | null {
    return this.kernel;
  }

  protected override channelsOf(kernel: Shape): number {
    return kernel.at(-2)! * this.groups;
  }

  protected override convolve(x: Tensor, kernel: Tensor): Tensor {
    // A group's filters see its own channels, but the correction mixes all: only the sum is a grouped kernel.
    if (this.groups > 1) return this.slide(x, this.withLora(kernel), this.groups);
    return this.applyLora(kernel, (kernel) => this.slide(x, kernel, 1));
  }

  protected override createKernels(channels: number, create: CreateWeight, inputShape: Shape): number {
    if (channels % this.groups !== 0) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(inputShape)} has ${channels} channels, which cannot be divided into ` +
          `${this.groups} groups`,
      );
    }
    this.kernel = create('kernel', this.kernelInitializer, [...this.kernelSize, channels / this.groups, this.filters]);
    return this.filters;
  }
}

/** y = activation(x ∗ kernel + bias) over sequences; made by {@link conv1d}. */
export class Conv1d extends Conv {
  static readonly className: string = 'Conv1D';
  static override readonly fields: Readonly<Record<string, FieldKind>> = {
    ...Conv.fields,
    padding: ['valid', 'same', 'causal'],
  };

  /** As {@link conv1d}. */
  constructor(options: Conv1dOptions) {
    super('conv1d', 1, options, ['valid', 'same', 'causal']);
  }
}

/** y = activation(x ∗ kernel + bias) over images; made by {@link conv2d}. */
export class Conv2d extends Conv {
  static readonly className: string = 'Conv2D';

  /** As {@link conv2d}. */
  constructor(options: Conv2dOptions) {
    super('conv2d', 2, options);
  }
}

/** y = activation(x ∗ kernel + bias) over volumes; made by {@link conv3d}. */
export class Conv3d extends Conv {
  static readonly className: string = 'Conv3D';

  /** As {@link conv3d}. */
  constructor(options: Conv3dOptions) {
    super('conv3d', 3, options);
  }
}

/**
 * 1-D convolution (cross-correlation) over sequences, channels last: y = activation(x ∗ kernel + bias).
 *
 * x: [batch, steps, channels] → [batch, steps', filters]. Weights: kernel [kernelSize, channels / groups, filters]
 * (Glorot uniform), bias [filters] (zeros). Defaults are those of Keras 3; there, dilated causal layers as in WaveNet
 * have `padding: 'causal'`. Throws a ShapeError for inputs of other rank or channels, or smaller than the window.
 *
 * @example
 * ```ts
 * const y = conv1d({ filters: 32, kernelSize: 3, padding: 'causal', dilationRate: 2 }).apply(zeros([1, 100, 8]));
 * y.shape; // → [1, 100, 32]
 * ```
 */
export function conv1d(options: Conv1dOptions): Conv1d {
  return new Conv1d(options);
}

/**
 * 2-D convolution (cross-correlation) over images, channels last: y = activation(x ∗ kernel + bias).
 *
 * x: [batch, height, width, channels] → [batch, height', width', filters]. Weights: kernel [height, width, channels /
 * groups, filters] (Glorot uniform), bias [filters] (zeros). Defaults are those of Keras 3. Throws a ShapeError for
 * inputs of other rank or channels, or smaller than the window.
 *
 * @example
 * ```ts
 * const y = conv2d({ filters: 32, kernelSize: 3, padding: 'same' }).apply(zeros([1, 28, 28, 1]));
 * y.shape; // → [1, 28, 28, 32]
 * ```
 */
export function conv2d(options: Conv2dOptions): Conv2d {
  return new Conv2d(options);
}

/**
 * 3-D convolution (cross-correlation) over volumes, channels last: y = activation(x ∗ kernel + bias).
 *
 * x: [batch, depth, height, width, channels] → [batch, depth', height', width', filters]. Weights: kernel [depth,
 * height, width, channels / groups, filters] (Glorot uniform), bias [filters] (zeros). Defaults are those of Keras 3.
 * Throws a ShapeError for inputs of other rank or channels, or smaller than the window.
 *
 * @example
 * ```ts
 * const y = conv3d({ filters: 4, kernelSize: 3, strides: 2 }).apply(zeros([1, 9, 9, 9, 1]));
 * y.shape; // → [1, 4, 4, 4, 4]
 * ```
 */
export function conv3d(options: Conv3dOptions): Conv3d {
  return new Conv3d(options);
}
