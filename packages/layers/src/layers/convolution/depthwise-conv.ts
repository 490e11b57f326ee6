import type { Shape, Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { checkSize, type CreateWeight, type FieldKind } from '../layer.js';
import type { SpatialRank } from '../spatial.js';
import { Convolution, convolutionFields, type ConvolutionOptions } from './convolution.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of `depthwiseConv1d` and `depthwiseConv2d`. */
export interface DepthwiseConvOptions<Rank extends SpatialRank>
  extends ConvolutionOptions<Rank>, WeightRuleOptions<'depthwise'> {
  /** Number of filters for each channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Default `glorotUniform`. */
  readonly depthwiseInitializer?: Initializer | InitializerName;
}

/** Options of `depthwiseConv1d`. */
export type DepthwiseConv1dOptions = DepthwiseConvOptions<1>;
/** Options of `depthwiseConv2d`. */
export type DepthwiseConv2dOptions = DepthwiseConvOptions<2>;

/** The kernel of a convolution with a group for each channel: […, channels, n] → […, 1, channels · n]. */
export function groupedKernel(kernel: Tensor): Tensor {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  return kernel.reshape([...kernel.shape.slice(0, -2), 1, channels * multiplier]);
}

abstract class DepthwiseConv extends Convolution {
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    depthMultiplier: 'size',
    depthwiseInitializer: 'initializer',
    ...convolutionFields,
  };
  static override readonly weightOptions: Readonly<Record<string, string>> = { depthwise: 'kernel', bias: 'bias' };

  readonly depthMultiplier: number;
  readonly depthwiseInitializer: Initializer;
  /** […kernelSize, channels, depthMultiplier]; null until built. */
  kernel: Tensor | null = null;
  bias: Tensor | null = null;

  constructor(factory: string, rank: SpatialRank, options: DepthwiseConvOptions<SpatialRank>) {
    super(factory, rank, options, ['valid', 'same']);
    const { depthMultiplier = 1 } = options;
    checkSize(this.name, 'depthMultiplier', depthMultiplier);
    this.depthMultiplier = depthMultiplier;
    this.depthwiseInitializer = toInitializer(this.name, options.depthwiseInitializer ?? 'glorotUniform');
  }

  protected override get mainKernel(): Tensor | null {
    return this.kernel;
  }

  protected override channelsOf(kernel: Shape): number {
    return kernel.at(-2)!;
  }

  protected override convolve(x: Tensor, kernel: Tensor): Tensor {
    return this.slide(x, groupedKernel(kernel), this.channelsOf(kernel.shape));
  }

  protected override createKernels(channels: number, create: CreateWeight): number {
    this.kernel = create('kernel', this.depthwiseInitializer, [...this.kernelSize, channels, this.depthMultiplier]);
    return channels * this.depthMultiplier;
  }
}

/** Filters each channel of sequences; made by {@link depthwiseConv1d}. */
export class DepthwiseConv1d extends DepthwiseConv {
  static readonly className: string = 'DepthwiseConv1D';

  /** As {@link depthwiseConv1d}. */
  constructor(options: DepthwiseConv1dOptions) {
    super('depthwiseConv1d', 1, options);
  }
}

/** Filters each channel of images; made by {@link depthwiseConv2d}. */
export class DepthwiseConv2d extends DepthwiseConv {
  static readonly className: string = 'DepthwiseConv2D';

  /** As {@link depthwiseConv2d}. */
  constructor(options: DepthwiseConv2dOptions) {
    super('depthwiseConv2d', 2, options);
  }
}

/**
 * Depthwise 1-D convolution over sequences, channels last: each channel with filters of its own.
 *
 * x: [batch, steps, channels] → [batch, steps', channels · depthMultiplier]. Weights: kernel [kernelSize, channels,
 * depthMultiplier] (Glorot uniform), bias (zeros). As Keras 3. Throws a ShapeError for inputs of other rank or
 * channels, or smaller than the window.
 *
 * @example
 * ```ts
 * const y = depthwiseConv1d({ kernelSize: 3, padding: 'same' }).apply(zeros([1, 10, 8]));
 * y.shape; // → [1, 10, 8]
 * ```
 */
export function depthwiseConv1d(options: DepthwiseConv1dOptions): DepthwiseConv1d {
  return new DepthwiseConv1d(options);
}

/**
 * Depthwise 2-D convolution over images, channels last: each channel with filters of its own.
 *
 * x: [batch, height, width, channels] → [batch, height', width', channels · depthMultiplier]. Weights: kernel [height,
 * width, channels, depthMultiplier] (Glorot uniform), bias (zeros). As Keras 3. Throws a ShapeError for inputs of other
 * rank or channels, or smaller than the window.
 *
 * @example
 * ```ts
 * const y = depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }).apply(zeros([1, 28, 28, 8]));
 * y.shape; // → [1, 26, 26, 16]
 * ```
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): DepthwiseConv2d {
  return new DepthwiseConv2d(options);
}
