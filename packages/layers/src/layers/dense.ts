import { formatShape, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../activations.js';
import { toInitializer, type InitializerName } from '../initializer-names.js';
import type { Initializer } from '../initializers.js';
import { loraFields, LoraLayer, type LoraOptions } from './core/lora.js';
import {
  asFloat,
  checkSize,
  weightOf,
  type Layer,
  type CreateWeight,
  type FieldKind,
  type LayerOptions,
} from './layer.js';
import type { WeightRuleOptions } from './weight-rules.js';

/** Options of `dense`. */
export interface DenseOptions extends LayerOptions, LoraOptions, WeightRuleOptions<'kernel' | 'bias'> {
  /** Number of outputs. */
  readonly units: number;
  /** Default `linear`. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName;
  /** Default `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName;
}

/** y = activation(x · kernel + bias); made by {@link dense}. */
export class Dense extends LoraLayer {
  static readonly className: string = 'Dense';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    units: 'size',
    activation: 'activation',
    useBias: 'boolean',
    kernelInitializer: 'initializer',
    biasInitializer: 'initializer',
    ...loraFields,
  };
  static readonly weightOptions: Readonly<Record<string, string>> = { kernel: 'kernel', bias: 'bias' };

  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  /** [inputs, units]; null until built. */
  kernel: Tensor | null = null;
  /** [units]; null until built, or without a bias. */
  bias: Tensor | null = null;

  /** As {@link dense}. */
  constructor(options: DenseOptions) {
    super('dense', options);
    const { units, activation = 'linear', useBias = true } = options;
    checkSize(this.name, 'units', units);
    checkActivation(this.name, activation);
    this.units = units;
    this.activation = activation;
    this.useBias = useBias;
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'glorotUniform');
    this.biasInitializer = toInitializer(this.name, options.biasInitializer ?? 'zeros');
  }

  protected override get loraField(): string {
    return 'kernel';
  }

  override get built(): boolean {
    return this.kernel !== null;
  }

  override call(x: Tensor): Tensor {
    const kernel = weightOf(this, this.kernel);
    checkFeatures(this, x.shape, kernel.shape[0]!);
    const floats = asFloat(x, kernel);
    const product = this.applyLora(kernel, (kernel) => floats.matmul(kernel));
    return activationFunction(this.activation)(this.bias === null ? product : product.add(this.bias));
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    checkFeatures(this, inputShape, null);
    this.kernel = create('kernel', this.kernelInitializer, [inputShape.at(-1)!, this.units]);
    if (this.useBias) this.bias = create('bias', this.biasInitializer, [this.units]);
    this.createLora(create);
  }
}

function checkFeatures(layer: Layer, shape: Shape, expected: number | null): void {
  if (shape.length < 2) {
    throw new ShapeError(
      `${layer.name}: input ${formatShape(shape)} needs a batch axis and an axis of features: [batch, …, features]`,
    );
  }
  if (expected !== null && shape.at(-1) !== expected) {
    throw new ShapeError(
      `${layer.name}: input ${formatShape(shape)} has ${shape.at(-1)} features, the kernel was built for ` +
        `${expected}; ` +
        'add flatten() in front if its other axes belong to the features',
    );
  }
}

/**
 * Fully connected layer: y = activation(x · kernel + bias).
 *
 * x: [batch, …, inputs] → [batch, …, units]. Weights: kernel [inputs, units] (Glorot uniform), bias [units] (zeros).
 * `loraRank` freezes the kernel and learns a correction of low rank. Integer inputs become floats. Defaults are those of Keras 3. Throws a ShapeError for another number of features than
 * it was built for.
 *
 * @example
 * ```ts
 * const y = dense({ units: 2, activation: 'relu' }).apply(tensor([[1, 2, 3]]));
 * y.shape; // → [1, 2]
 * ```
 */
export function dense(options: DenseOptions): Dense {
  return new Dense(options);
}
