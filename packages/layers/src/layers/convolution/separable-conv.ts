import { nn, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { checkSize, weightOf, type CreateWeight, type FieldKind } from '../layer.js';
import type { SpatialRank } from '../spatial.js';
import { Convolution, convolutionFields, type ConvolutionOptions } from './convolution.js';
import { groupedKernel } from './depthwise-conv.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of `separableConv1d` and `separableConv2d`. */
export interface SeparableConvOptions<Rank extends SpatialRank>
  extends ConvolutionOptions<Rank>, WeightRuleOptions<'depthwise' | 'pointwise'> {
  /** Number of output channels. */
  readonly filters: number;
  /** Number of filters for each channel between the two steps. Default 1. */
  readonly depthMultiplier?: number;
  /** Default `glorotUniform`. */
  readonly depthwiseInitializer?: Initializer | InitializerName;
  /** Default `glorotUniform`. */
  readonly pointwiseInitializer?: Initializer | InitializerName;
}

/** Options of `separableConv1d`. */
export type SeparableConv1dOptions = SeparableConvOptions<1>;
/** Options of `separableConv2d`. */
export type SeparableConv2dOptions = SeparableConvOptions<2>;

abstract class SeparableConv extends Convolution {
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    filters: 'size',
    depthMultiplier: 'size',
    depthwiseInitializer: 'initializer',
    pointwiseInitializer: 'initializer',
    ...convolutionFields,
  };
  static override readonly weightOptions: Readonly<Record<string, string>> = {
    depthwise: 'depthwiseKernel',
    pointwise: 'pointwiseKernel',
    bias: 'bias',
  };

  readonly filters: number;
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: Initializer;
  readonly pointwiseInitializer: Initializer;
  /** […kernelSize, channels, depthMultiplier]; null until built. */
  depthwiseKernel: Tensor | null = null;
  /** […ones, channels · depthMultiplier, filters]; null until built. */
  pointwiseKernel: Tensor | null = null;
  bias: Tensor | null = null;

  constructor(factory: string, rank: SpatialRank, options: SeparableConvOptions<SpatialRank>) {
    super(factory, rank, options, ['valid', 'same']);
    const { filters, depthMultiplier = 1 } = options;
    checkSize(this.name, 'filters', filters);
    checkSize(this.name, 'depthMultiplier', depthMultiplier);
    this.filters = filters;
    this.depthMultiplier = depthMultiplier;
    this.depthwiseInitializer = toInitializer(this.name, options.depthwiseInitializer ?? 'glorotUniform');
    this.pointwiseInitializer = toInitializer(this.name, options.pointwiseInitializer ?? 'glorotUniform');
  }

  protected override get mainKernel(): Tensor | null {
    return this.depthwiseKernel;
  }

  protected override channelsOf(kernel: Shape): number {
    return kernel.at(-2)!;
  }

  protected override convolve(x: Tensor, kernel: Tensor): Tensor {
    const filtered = this.slide(x, groupedKernel(kernel), this.channelsOf(kernel.shape));
    return nn.conv(filtered, weightOf(this, this.pointwiseKernel));
  }

  protected override createKernels(channels: number, create: CreateWeight): number {
    const { kernelSize, depthMultiplier, filters } = this;
    this.depthwiseKernel = create('depthwiseKernel', this.depthwiseInitializer, [
      ...kernelSize,
      channels,
      depthMultiplier,
    ]);
    const ones = kernelSize.map(() => 1);
    this.pointwiseKernel = create('pointwiseKernel', this.pointwiseInitializer, [
      ...ones,
      channels * depthMultiplier,
      filters,
    ]);
    return filters;
  }
}

/** A depthwise and a pointwise convolution over sequences; made by {@link separableConv1d}. */
export class SeparableConv1d extends SeparableConv {
  static readonly className: string = 'SeparableConv1D';

  /** As {@link separableConv1d}. */
  constructor(options: SeparableConv1dOptions) {
    super('separableConv1d', 1, options);
  }
}

/** A depthwise and a pointwise convolution over images; made by {@link separableConv2d}. */
export class SeparableConv2d extends SeparableConv {
  static readonly className: string = 'SeparableConv2D';

  /** As {@link separableConv2d}. */
  constructor(options: SeparableConv2dOptions) {
    super('separableConv2d', 2, options);
  }
}

/**
 * Separable 1-D convolution over sequences, channels last: filters each channel, then mixes the channels at each step.
 *
 * x: [batch, steps, channels] → [batch, steps', filters]. Weights: depthwiseKernel [kernelSize, channels,
 * depthMultiplier], pointwiseKernel [1, channels · depthMultiplier, filters] (Glorot uniform), bias [filters] (zeros).
 * As Keras 3. Throws a ShapeError for inputs of other rank or channels, or smaller than the window.
 *
 * @example
 * ```ts
 * const y = separableConv1d({ filters: 16, kernelSize: 3 }).apply(zeros([1, 10, 8]));
 * y.shape; // → [1, 8, 16]
 * ```
 */
export function separableConv1d(options: SeparableConv1dOptions): SeparableConv1d {
  return new SeparableConv1d(options);
}

/**
 * Separable 2-D convolution over images, channels last: filters each channel, then mixes the channels of each pixel.
 *
 * x: [batch, height, width, channels] → [batch, height', width', filters]. Weights: depthwiseKernel [height, width,
 * channels, depthMultiplier], pointwiseKernel [1, 1, channels · depthMultiplier, filters] (Glorot uniform), bias
 * [filters] (zeros). As Keras 3. Throws a ShapeError for inputs of other rank or channels, or smaller than the window.
 * Source: Chollet, "Xception" (2017).
 *
 * @example
 * ```ts
 * const y = separableConv2d({ filters: 16, kernelSize: 3, padding: 'same' }).apply(zeros([1, 28, 28, 8]));
 * y.shape; // → [1, 28, 28, 16]
 * ```
 */
export function separableConv2d(options: SeparableConv2dOptions): SeparableConv2d {
  return new SeparableConv2d(options);
}
