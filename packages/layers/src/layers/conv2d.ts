import { ArgumentError, formatShape, nn, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../activations.js';
import { toInitializer, type InitializerName } from '../initializer-names.js';
import type { Initializer } from '../initializers.js';
import {
  asFloat,
  checkAxes,
  checkPadding,
  checkSize,
  Layer,
  toPair,
  weightOf,
  type CreateWeight,
  type FieldKind,
  type LayerOptions,
} from './layer.js';

/** Options of `conv2d`. */
export interface Conv2dOptions extends LayerOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number | readonly [number, number];
  /** Step of the window. Default 1. */
  readonly strides?: number | readonly [number, number];
  /** `valid` (none, default), or `same`: output size = ⌈input size / stride⌉, what is odd goes to the end. */
  readonly padding?: 'valid' | 'same';
  /** Distance between kernel elements. Default 1. */
  readonly dilationRate?: number | readonly [number, number];
  /** Channels and filters are divided into this many independent groups. Default 1. */
  readonly groups?: number;
  /** Default `linear`. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName;
  /** Default `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName;
}

/** y = activation(x ∗ kernel + bias) over images; made by {@link conv2d}. */
export class Conv2d extends Layer {
  static readonly className: string = 'Conv2D';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    filters: 'size',
    kernelSize: 'sizes',
    strides: 'sizes',
    padding: 'padding',
    dilationRate: 'sizes',
    groups: 'size',
    activation: 'activation',
    useBias: 'boolean',
    kernelInitializer: 'initializer',
    biasInitializer: 'initializer',
  };

  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'valid' | 'same';
  readonly dilationRate: readonly [number, number];
  readonly groups: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  /** [height, width, channels / groups, filters]; null until built. */
  kernel: Tensor | null = null;
  /** [filters]; null until built, or without a bias. */
  bias: Tensor | null = null;

  /** As {@link conv2d}. */
  constructor(options: Conv2dOptions) {
    super('conv2d', options);
    const { filters, padding = 'valid', groups = 1, activation = 'linear', useBias = true } = options;
    checkSize(this.name, 'filters', filters);
    checkSize(this.name, 'groups', groups);
    checkPadding(this.name, padding);
    checkActivation(this.name, activation);
    this.filters = filters;
    this.kernelSize = toPair(this.name, 'kernelSize', options.kernelSize);
    this.strides = toPair(this.name, 'strides', options.strides ?? 1);
    this.padding = padding;
    this.dilationRate = toPair(this.name, 'dilationRate', options.dilationRate ?? 1);
    this.groups = groups;
    this.activation = activation;
    this.useBias = useBias;
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'glorotUniform');
    this.biasInitializer = toInitializer(this.name, options.biasInitializer ?? 'zeros');
    if (filters % groups !== 0) {
      throw new ArgumentError(
        `${this.name}: ${filters} filters cannot be divided into ${groups} groups; use a multiple of groups`,
      );
    }
    if (this.strides.some((n) => n > 1) && this.dilationRate.some((n) => n > 1)) {
      throw new ArgumentError(`${this.name}: strides > 1 and dilationRate > 1 exclude each other`);
    }
  }

  override get built(): boolean {
    return this.kernel !== null;
  }

  override call(x: Tensor): Tensor {
    const kernel = weightOf(this, this.kernel);
    checkImages(this, x.shape, kernel.shape[2]! * this.groups);
    const y = nn.conv(asFloat(x, kernel), kernel, {
      strides: this.strides,
      padding: this.padding,
      dilation: this.dilationRate,
      groups: this.groups,
    });
    return activationFunction(this.activation)(this.bias === null ? y : y.add(this.bias));
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    checkImages(this, inputShape, null);
    const channels = inputShape[3]!;
    if (channels % this.groups !== 0) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(inputShape)} has ${channels} channels, which cannot be divided into ` +
          `${this.groups} groups`,
      );
    }
    this.kernel = create('kernel', this.kernelInitializer, [...this.kernelSize, channels / this.groups, this.filters]);
    if (this.useBias) this.bias = create('bias', this.biasInitializer, [this.filters]);
  }
}

function checkImages(layer: Conv2d, shape: Shape, channels: number | null): void {
  checkAxes(layer, shape, ['batch', 'height', 'width', 'channels']);
  if (channels !== null && shape[3] !== channels) {
    throw new ShapeError(
      `${layer.name}: input ${formatShape(shape)} has ${shape[3]} channels, the kernel was built for ${channels}; ` +
        'channels are the last axis',
    );
  }
  if (layer.padding === 'same') return;
  const window = layer.kernelSize.map((size, i) => (size - 1) * layer.dilationRate[i]! + 1);
  if (window.some((size, i) => size > shape[i + 1]!)) {
    throw new ShapeError(
      `${layer.name}: input ${formatShape(shape)} is smaller than the window ${formatShape(window)}; ` +
        "use padding: 'same' or a smaller kernelSize",
    );
  }
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
