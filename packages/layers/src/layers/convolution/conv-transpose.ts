import { ArgumentError, nn, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { checkSize, type CreateWeight, type FieldKind } from '../layer.js';
import { toPerAxis, type PerAxis, type SpatialRank } from '../spatial.js';
import { Convolution, convolutionFields, type ConvolutionOptions } from './convolution.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of `conv1dTranspose`, `conv2dTranspose` and `conv3dTranspose`. */
export interface ConvTransposeOptions<Rank extends SpatialRank>
  extends Omit<ConvolutionOptions<Rank>, 'padding'>, WeightRuleOptions<'kernel'> {
  /** Number of output channels. */
  readonly filters: number;
  /** `valid` (nothing is cut off, default), or `same`: output size = input size · stride. */
  readonly padding?: 'valid' | 'same';
  /**
   * Elements added at the end of each axis to the least size, (n − 1) · stride + kernelSize for `valid` and (n − 1) ·
   * stride + (kernelSize mod 2) for `same`; less than the stride. Default: what makes n · stride, and with `valid` as
   * much more as the kernel is larger than the stride.
   */
  readonly outputPadding?: PerAxis<Rank>;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName;
}

/** Options of `conv1dTranspose`. */
export type Conv1dTransposeOptions = ConvTransposeOptions<1>;
/** Options of `conv2dTranspose`. */
export type Conv2dTransposeOptions = ConvTransposeOptions<2>;
/** Options of `conv3dTranspose`. */
export type Conv3dTransposeOptions = ConvTransposeOptions<3>;

/** What is cut off both ends of an axis and added at its end. Source: `backend_utils.py` of Keras 3, for JAX. */
function cutAndAdded(
  window: number,
  stride: number,
  padding: 'valid' | 'same',
  outputPadding: number | null,
): { readonly cut: readonly [number, number]; readonly added: number } {
  if (padding === 'valid') return { cut: [0, 0], added: outputPadding ?? Math.max(stride - window, 0) };
  const total = outputPadding === null ? stride + window - 2 : window + (window % 2) - 2 + outputPadding;
  const low = Math.min(Math.ceil(total / 2), window - 1);
  const beyond = total - low - (window - 1);
  return { cut: [window - 1 - low, Math.max(-beyond, 0)], added: Math.max(beyond, 0) };
}

abstract class ConvTranspose extends Convolution {
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    filters: 'size',
    outputPadding: 'wholes',
    kernelInitializer: 'initializer',
    ...convolutionFields,
  };

  readonly filters: number;
  readonly outputPadding: readonly number[] | null;
  readonly kernelInitializer: Initializer;
  /** […kernelSize, filters, channels]; null until built. */
  kernel: Tensor | null = null;
  bias: Tensor | null = null;

  constructor(factory: string, rank: SpatialRank, options: ConvTransposeOptions<SpatialRank>) {
    super(factory, rank, options, ['valid', 'same']);
    const { filters, outputPadding } = options;
    checkSize(this.name, 'filters', filters);
    this.filters = filters;
    this.outputPadding =
      outputPadding === undefined ? null : toPerAxis(this.name, 'outputPadding', outputPadding, rank, 0);
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'glorotUniform');
    if (this.outputPadding?.some((n, i) => n >= this.strides[i]!) === true) {
      throw new ArgumentError(
        `${this.name}: outputPadding [${this.outputPadding.join(', ')}] must be less than strides ` +
          `[${this.strides.join(', ')}]`,
      );
    }
  }

  protected override get mainKernel(): Tensor | null {
    return this.kernel;
  }

  protected override channelsOf(kernel: Shape): number {
    return kernel.at(-1)!;
  }

  protected override convolve(x: Tensor, kernel: Tensor): Tensor {
    const ends = this.kernelSize.map((size, i) => {
      const window = (size - 1) * this.dilationRate[i]! + 1;
      return cutAndAdded(window, this.strides[i]!, this.padding as 'valid' | 'same', this.outputPadding?.[i] ?? null);
    });
    return nn.convTranspose(x, kernel, {
      strides: this.strides,
      padding: ends.map(({ cut }) => cut),
      outputPadding: ends.map(({ added }) => added),
      dilation: this.dilationRate,
    });
  }

  protected override createKernels(channels: number, create: CreateWeight): number {
    this.kernel = create('kernel', this.kernelInitializer, [...this.kernelSize, this.filters, channels]);
    return this.filters;
  }

  protected override checkWindow(): void {
    // A result is never smaller than its window.
  }
}

/** Transposed convolution over sequences; made by {@link conv1dTranspose}. */
export class Conv1dTranspose extends ConvTranspose {
  static readonly className: string = 'Conv1DTranspose';

  /** As {@link conv1dTranspose}. */
  constructor(options: Conv1dTransposeOptions) {
    super('conv1dTranspose', 1, options);
  }
}

/** Transposed convolution over images; made by {@link conv2dTranspose}. */
export class Conv2dTranspose extends ConvTranspose {
  static readonly className: string = 'Conv2DTranspose';

  /** As {@link conv2dTranspose}. */
  constructor(options: Conv2dTransposeOptions) {
    super('conv2dTranspose', 2, options);
  }
}

/** Transposed convolution over volumes; made by {@link conv3dTranspose}. */
export class Conv3dTranspose extends ConvTranspose {
  static readonly className: string = 'Conv3DTranspose';

  /** As {@link conv3dTranspose}. */
  constructor(options: Conv3dTransposeOptions) {
    super('conv3dTranspose', 3, options);
  }
}

/**
 * Transposed 1-D convolution over sequences, channels last: the gradient of `conv1d` in its input, which enlarges.
 *
 * x: [batch, steps, channels] → [batch, steps', filters]; steps' = steps · stride for `same`, (steps − 1) · stride +
 * max(kernelSize, stride) for `valid`. Weights: kernel [kernelSize, filters, channels] (Glorot uniform), bias [filters]
 * (zeros). As Keras 3. Throws a ShapeError for inputs of other rank or channels.
 *
 * @example
 * ```ts
 * const layer = conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' });
 * layer.apply(zeros([1, 10, 8])).shape; // → [1, 20, 4]
 * ```
 */
export function conv1dTranspose(options: Conv1dTransposeOptions): Conv1dTranspose {
  return new Conv1dTranspose(options);
}

/**
 * Transposed 2-D convolution over images, channels last: the gradient of `conv2d` in its input, which enlarges.
 *
 * x: [batch, height, width, channels] → [batch, height', width', filters]; height' = height · stride for `same`, (height
 * − 1) · stride + max(kernelSize, stride) for `valid`. Weights: kernel [height, width, filters, channels] (Glorot
 * uniform), bias [filters] (zeros). As Keras 3; where its backends differ (`same` with an even kernel), as TensorFlow
 * and JAX. Throws a ShapeError for inputs of other rank or channels.
 *
 * @example
 * ```ts
 * const layer = conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' });
 * layer.apply(zeros([1, 7, 7, 8])).shape; // → [1, 14, 14, 4]
 * ```
 */
export function conv2dTranspose(options: Conv2dTransposeOptions): Conv2dTranspose {
  return new Conv2dTranspose(options);
}

/**
 * Transposed 3-D convolution over volumes, channels last: the gradient of `conv3d` in its input, which enlarges.
 *
 * x: [batch, depth, height, width, channels] → [batch, depth', height', width', filters], sizes as in
 * {@link conv2dTranspose}. Weights: kernel [depth, height, width, filters, channels] (Glorot uniform), bias [filters]
 * (zeros). As Keras 3. Throws a ShapeError for inputs of other rank or channels.
 *
 * @example
 * ```ts
 * const layer = conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 });
 * layer.apply(zeros([1, 3, 4, 5, 8])).shape; // → [1, 6, 8, 10, 2]
 * ```
 */
export function conv3dTranspose(options: Conv3dTransposeOptions): Conv3dTranspose {
  return new Conv3dTranspose(options);
}
