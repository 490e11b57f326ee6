import { ArgumentError, formatShape, ShapeError, type Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../../activations.js';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import type { Context } from '../../module/context.js';
import { conv2d, type Conv2d } from '../convolution/conv.js';
import { asFloat, checkSize, type FieldKind } from '../layer.js';
import { batchNormalization, type BatchNormalization } from '../normalization/batch-normalization.js';
import {
  dataFormats,
  toDataFormat,
  toPerAxis,
  type DataFormat,
  type PerAxis,
  type SpatialOptions,
} from '../spatial.js';
import { Block } from './block.js';

/** Options of `residualBlock`. */
export interface ResidualBlockOptions extends SpatialOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Height and width of both kernels. Default 3. */
  readonly kernelSize?: PerAxis<2>;
  /** Step of the first convolution. Default 1. */
  readonly strides?: PerAxis<2>;
  /** 1: normalized after each convolution, activated after the sum; 2: both before each convolution. Default 1. */
  readonly version?: 1 | 2;
  /**
   * Whether the skip connection goes through a convolution of 1 × 1, which it must where number of channels or size
   * change. Default: whether there are strides.
   */
  readonly projection?: boolean;
  /** Default `relu`. */
  readonly activation?: Activation;
  /** Default `heNormal`. */
  readonly kernelInitializer?: Initializer | InitializerName;
  /**
   * Of the gamma of the last normalization in version 1, how much a block adds at first: with `zeros` it is the
   * identity, so that gradients pass any number of blocks unchanged (Goyal et al., 2017). Default `ones`.
   */
  readonly lastGammaInitializer?: Initializer | InitializerName;
}

/** Two convolutions beside a skip connection; made by {@link residualBlock}. */
export class ResidualBlock extends Block {
  static readonly className: string = 'ResidualBlock';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    filters: 'size',
    kernelSize: 'sizes',
    strides: 'sizes',
    version: 'size',
    projection: 'boolean',
    dataFormat: dataFormats,
    activation: 'activation',
    kernelInitializer: 'initializer',
    lastGammaInitializer: 'initializer',
  };

  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly version: 1 | 2;
  readonly projection: boolean;
  readonly dataFormat: DataFormat;
  readonly activation: Activation;
  readonly kernelInitializer: Initializer;
  readonly lastGammaInitializer: Initializer;
  readonly convolution1: Conv2d;
  readonly normalization1: BatchNormalization;
  readonly convolution2: Conv2d;
  readonly normalization2: BatchNormalization;
  /** The skip connection's convolution, where it has one. */
  readonly skip: Conv2d | null;
  /** What follows it in version 1. */
  readonly skipNormalization: BatchNormalization | null;

  /** As {@link residualBlock}. */
  constructor(options: ResidualBlockOptions) {
    super('residualBlock', options);
    const { filters, version = 1, activation = 'relu' } = options;
    checkSize(this.name, 'filters', filters);
    checkActivation(this.name, activation);
    if (![1, 2].includes(version)) {
      throw new ArgumentError(`${this.name}: version ${JSON.stringify(version)} is not known; use 1 or 2`);
    }
    this.filters = filters;
    this.kernelSize = toPerAxis(this.name, 'kernelSize', options.kernelSize ?? 3, 2);
    this.strides = toPerAxis(this.name, 'strides', options.strides ?? 1, 2);
    this.version = version;
    this.projection = options.projection ?? this.strides.some((n) => n > 1);
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
    this.activation = activation;
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'heNormal');
    this.lastGammaInitializer = toInitializer(this.name, options.lastGammaInitializer ?? 'ones');
    const [kernelSize, strides] = [this.kernelSize, this.strides] as [[number, number], [number, number]];
    this.convolution1 = this.convolution('convolution1', kernelSize, strides);
    this.normalization1 = this.normalization('normalization1');
    this.convolution2 = this.convolution('convolution2', kernelSize, [1, 1]);
    this.normalization2 = this.normalization('normalization2', version === 1 ? this.lastGammaInitializer : 'ones');
    this.skip = this.projection ? this.convolution('skip', [1, 1], strides) : null;
    this.skipNormalization = this.projection && version === 1 ? this.normalization('skipNormalization') : null;
  }

  override call(input: Tensor, ctx: Context): Tensor {
    const x = asFloat(input, this.convolution1.kernel);
    const activate = activationFunction(this.activation);
    if (this.version === 1) {
      const inner = activate(this.normalization1.apply(this.convolution1.apply(x, ctx), ctx));
      const y = this.normalization2.apply(this.convolution2.apply(inner, ctx), ctx);
      const projected = this.skip?.apply(x, ctx) ?? x;
      return activate(this.sum(x, this.skipNormalization?.apply(projected, ctx) ?? projected, y));
    }
    const before = activate(this.normalization1.apply(x, ctx));
    const inner = activate(this.normalization2.apply(this.convolution1.apply(before, ctx), ctx));
    const y = this.convolution2.apply(inner, ctx);
    return this.sum(x, this.skip?.apply(before, ctx) ?? x, y);
  }

  private sum(x: Tensor, skipped: Tensor, y: Tensor): Tensor {
    if (formatShape(skipped.shape) === formatShape(y.shape)) return skipped.add(y);
    throw new ShapeError(
      `${this.name}: input ${formatShape(x.shape)} and what the convolutions make of it, ${formatShape(y.shape)}, ` +
        'cannot be added; use projection: true',
    );
  }

  private convolution(part: string, kernelSize: PerAxis<2>, strides: PerAxis<2>): Conv2d {
    return conv2d({
      name: `${this.name}.${part}`,
      filters: this.filters,
      kernelSize,
      strides,
      padding: 'same',
      useBias: false,
      dataFormat: this.dataFormat,
      kernelInitializer: this.kernelInitializer,
    });
  }

  private normalization(part: string, gammaInitializer: Initializer | InitializerName = 'ones'): BatchNormalization {
    const axis = this.dataFormat === 'channelsLast' ? -1 : 1;
    return batchNormalization({ name: `${this.name}.${part}`, axis, gammaInitializer });
  }
}

/**
 * Residual block over images: two convolutions with batch normalization, whose result is added to the input.
 *
 * x: [batch, height, width, channels] → [batch, ⌈height / stride⌉, ⌈width / stride⌉, filters]. Weights: convolution1,
 * normalization1, convolution2, normalization2, and with `projection` skip and (version 1) skipNormalization;
 * convolutions have no bias. Not in Keras; the basic block of PyTorch's ResNet-18 and 34, with Keras's defaults for
 * normalization and padding. Throws a ShapeError where input and result cannot be added. Source: He et al., "Deep
 * Residual Learning" (2016) for version 1, "Identity Mappings in Deep Residual Networks" (2016) for version 2.
 *
 * @example
 * ```ts
 * const layer = residualBlock({ filters: 16, strides: 2 });
 * layer.apply(zeros([1, 8, 8, 8])).shape; // → [1, 4, 4, 16]
 * ```
 */
export function residualBlock(options: ResidualBlockOptions): ResidualBlock {
  return new ResidualBlock(options);
}
