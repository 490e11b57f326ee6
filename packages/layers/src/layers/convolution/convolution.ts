import { ArgumentError, formatShape, nn, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../../activations.js';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { LoraLayer, type LoraOptions } from '../core/lora.js';
import { asFloat, weightOf, type CreateWeight, type FieldKind } from '../layer.js';
import {
  channelsLastShape,
  checkSpatial,
  dataFormats,
  fromChannelsLast,
  toChannelsLast,
  toDataFormat,
  toPadding,
  toPerAxis,
  type DataFormat,
  type PerAxis,
  type SpatialOptions,
  type SpatialRank,
} from '../spatial.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** What a convolution does at the borders. */
export type ConvolutionPadding = 'valid' | 'same' | 'causal';

/** Options of all convolutions. */
export interface ConvolutionOptions<Rank extends SpatialRank> extends SpatialOptions, WeightRuleOptions<'bias'> {
  /** Size of the kernel along each spatial axis. */
  readonly kernelSize: PerAxis<Rank>;
  /** Step of the window. Default 1. */
  readonly strides?: PerAxis<Rank>;
  /** `valid` (none, default), or `same`: output size = ⌈input size / stride⌉, what is odd goes to the end. */
  readonly padding?: 'valid' | 'same';
  /** Distance between kernel elements; excludes strides > 1. Default 1. */
  readonly dilationRate?: PerAxis<Rank>;
  /** Default `linear`. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName;
}

/** The fields that all convolutions save. */
export const convolutionFields: Readonly<Record<string, FieldKind>> = {
  kernelSize: 'sizes',
  strides: 'sizes',
  padding: ['valid', 'same'],
  dilationRate: 'sizes',
  dataFormat: dataFormats,
  activation: 'activation',
  useBias: 'boolean',
  biasInitializer: 'initializer',
};

/** The options of a convolution over any number of axes. */
type AnyOptions = Omit<ConvolutionOptions<SpatialRank>, 'padding'> &
  LoraOptions & { readonly padding?: ConvolutionPadding };

/** What all convolutions share: y = activation(convolve(x) + bias), in either layout. */
export abstract class Convolution extends LoraLayer {
  static readonly weightOptions: Readonly<Record<string, string>> = { kernel: 'kernel', bias: 'bias' };

  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: ConvolutionPadding;
  readonly dilationRate: readonly number[];
  readonly dataFormat: DataFormat;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly biasInitializer: Initializer;
  /** [filters]; null until built, or without a bias. */
  abstract bias: Tensor | null;

  constructor(factory: string, rank: SpatialRank, options: AnyOptions, paddings: readonly ConvolutionPadding[]) {
    super(factory, options);
    const { activation = 'linear' } = options;
    checkActivation(this.name, activation);
    this.kernelSize = toPerAxis(this.name, 'kernelSize', options.kernelSize, rank);
    this.strides = toPerAxis(this.name, 'strides', options.strides ?? 1, rank);
    this.padding = toPadding(this.name, options.padding ?? 'valid', paddings);
    this.dilationRate = toPerAxis(this.name, 'dilationRate', options.dilationRate ?? 1, rank);
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
    this.activation = activation;
    this.useBias = options.useBias ?? true;
    this.biasInitializer = toInitializer(this.name, options.biasInitializer ?? 'zeros');
    if (this.strides.some((n) => n > 1) && this.dilationRate.some((n) => n > 1)) {
      throw new ArgumentError(`${this.name}: strides > 1 and dilationRate > 1 exclude each other`);
    }
  }

  protected override get loraField(): string | null {
    return null;
  }

  override get built(): boolean {
    return this.mainKernel !== null;
  }

  override call(x: Tensor): Tensor {
    const kernel = weightOf(this, this.mainKernel);
    this.checkInput(x.shape, this.channelsOf(kernel.shape));
    const y = this.convolve(toChannelsLast(asFloat(x, kernel), this.dataFormat), kernel);
    const biased = this.bias === null ? y : y.add(this.bias);
    return activationFunction(this.activation)(fromChannelsLast(biased, this.dataFormat));
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    this.checkInput(inputShape, null);
    const filters = this.createKernels(channelsLastShape(inputShape, this.dataFormat).at(-1)!, create, inputShape);
    if (this.useBias) this.bias = create('bias', this.biasInitializer, [filters]);
    this.createLora(create);
  }

  /** Makes the kernels, and tells the number of filters. */
  protected abstract createKernels(channels: number, create: CreateWeight, inputShape: Shape): number;

  /** The kernel that meets the input; null until built. */
  protected abstract get mainKernel(): Tensor | null;

  /** Number of channels that a kernel takes. */
  protected abstract channelsOf(kernel: Shape): number;

  /** The convolution alone, channels last. */
  protected abstract convolve(x: Tensor, kernel: Tensor): Tensor;

  /** The convolution of x with a kernel, as the options say. */
  protected slide(x: Tensor, kernel: Tensor, groups: number): Tensor {
    const padding =
      this.padding === 'causal'
        ? this.kernelSize.map((size, i) => [(size - 1) * this.dilationRate[i]!, 0] as const)
        : this.padding;
    return nn.conv(x, kernel, { strides: this.strides, padding, dilation: this.dilationRate, groups });
  }

  /** Throws a ShapeError unless windows fit into an input. */
  protected checkWindow(shape: Shape): void {
    if (this.padding !== 'valid') return;
    const window = this.kernelSize.map((size, i) => (size - 1) * this.dilationRate[i]! + 1);
    const spatial = channelsLastShape(shape, this.dataFormat).slice(1, -1);
    if (window.some((size, i) => size > spatial[i]!)) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(shape)} is smaller than the window ${formatShape(window)}; ` +
          "use padding: 'same' or a smaller kernelSize",
      );
    }
  }

  private checkInput(shape: Shape, channels: number | null): void {
    checkSpatial(this, shape, this.kernelSize.length as SpatialRank);
    const own = channelsLastShape(shape, this.dataFormat).at(-1)!;
    if (channels !== null && own !== channels) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(shape)} has ${own} channels, the kernel was built for ${channels}; ` +
          `channels are ${this.dataFormat === 'channelsLast' ? 'the last axis' : 'axis 1'}`,
      );
    }
    this.checkWindow(shape);
  }
}
