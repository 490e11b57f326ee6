import { ArgumentError, formatShape, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../../activations.js';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { asFloat, Layer, weightOf, type CreateWeight, type FieldKind } from '../layer.js';
import { checkSpatial, dataFormats, toDataFormat, type DataFormat, type SpatialOptions } from '../spatial.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of `squeezeExcite`. */
export interface SqueezeExciteOptions extends SpatialOptions, WeightRuleOptions<'reduceKernel' | 'expandKernel'> {
  /** By what the channels are divided in between. Default 16. */
  readonly ratio?: number;
  /** Activation in between. Default `relu`. */
  readonly activation?: Activation;
  /** Activation of the factors. Default `sigmoid`. */
  readonly gateActivation?: Activation;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName;
}

/** Weighs the channels of an image by what it shows; made by {@link squeezeExcite}. */
export class SqueezeExcite extends Layer {
  static readonly className: string = 'SqueezeExcite';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    ratio: 'number',
    dataFormat: dataFormats,
    activation: 'activation',
    gateActivation: 'activation',
    kernelInitializer: 'initializer',
  };
  static readonly weightOptions: Readonly<Record<string, string>> = {
    reduceKernel: 'reduceKernel',
    expandKernel: 'expandKernel',
  };

  readonly ratio: number;
  readonly dataFormat: DataFormat;
  readonly activation: Activation;
  readonly gateActivation: Activation;
  readonly kernelInitializer: Initializer;
  /** [channels, ⌊channels / ratio⌋]; null until built. */
  reduceKernel: Tensor | null = null;
  /** [⌊channels / ratio⌋]; null until built. */
  reduceBias: Tensor | null = null;
  /** [⌊channels / ratio⌋, channels]; null until built. */
  expandKernel: Tensor | null = null;
  /** [channels]; null until built. */
  expandBias: Tensor | null = null;

  /** As {@link squeezeExcite}. */
  constructor(options: SqueezeExciteOptions = {}) {
    super('squeezeExcite', options);
    const { ratio = 16, activation = 'relu', gateActivation = 'sigmoid' } = options;
    if (!(ratio > 0 && Number.isFinite(ratio))) {
      throw new ArgumentError(`${this.name}: ratio ${JSON.stringify(ratio)} is not accepted; use a number > 0`);
    }
    checkActivation(this.name, activation);
    checkActivation(this.name, gateActivation);
    this.ratio = ratio;
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
    this.activation = activation;
    this.gateActivation = gateActivation;
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'glorotUniform');
  }

  override get built(): boolean {
    return this.expandBias !== null;
  }

  override call(x: Tensor): Tensor {
    const [reduce, reduceBias] = [weightOf(this, this.reduceKernel), weightOf(this, this.reduceBias)];
    const [expand, expandBias] = [weightOf(this, this.expandKernel), weightOf(this, this.expandBias)];
    const channels = this.channelsOf(x.shape);
    if (channels !== expandBias.size) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(x.shape)} has ${channels} channels, the layer was built for ${expandBias.size}`,
      );
    }
    const images = asFloat(x, reduce);
    const last = this.dataFormat === 'channelsLast';
    const squeezed = images.mean(last ? [1, 2] : [2, 3]);
    const inner = activationFunction(this.activation)(squeezed.matmul(reduce).add(reduceBias));
    const factors = activationFunction(this.gateActivation)(inner.matmul(expand).add(expandBias));
    const [batch] = x.shape as [number];
    return images.mul(factors.reshape(last ? [batch, 1, 1, channels] : [batch, channels, 1, 1]));
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    const channels = this.channelsOf(inputShape);
    const reduced = Math.max(1, Math.floor(channels / this.ratio));
    const zeros = toInitializer(this.name, 'zeros');
    this.reduceKernel = create('reduceKernel', this.kernelInitializer, [channels, reduced]);
    this.reduceBias = create('reduceBias', zeros, [reduced]);
    this.expandKernel = create('expandKernel', this.kernelInitializer, [reduced, channels]);
    this.expandBias = create('expandBias', zeros, [channels]);
  }

  private channelsOf(shape: Shape): number {
    checkSpatial(this, shape, 2);
    return shape.at(this.dataFormat === 'channelsLast' ? -1 : 1)!;
  }
}

/**
 * Squeeze and excitation over images: the means of the channels go through two dense layers, whose results, between 0
 * and 1, the channels are multiplied by.
 *
 * x: [batch, height, width, channels] → the same. Weights: reduceKernel [channels, ⌊channels / ratio⌋], reduceBias,
 * expandKernel [⌊channels / ratio⌋, channels], expandBias. Not in Keras; the numerics are those of torchvision's
 * `SqueezeExcitation`. Throws a ShapeError for inputs of other rank or channels. Source: Hu et al., "Squeeze-and-
 * Excitation Networks" (2018).
 *
 * @example
 * ```ts
 * squeezeExcite({ ratio: 4 }).apply(zeros([1, 8, 8, 16])).shape; // → [1, 8, 8, 16]
 * ```
 */
export function squeezeExcite(options: SqueezeExciteOptions = {}): SqueezeExcite {
  return new SqueezeExcite(options);
}
