import { ArgumentError, isInteger, nn, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { checkSize, weightOf, type CreateWeight, type FieldKind, type LayerOptions } from '../layer.js';
import type { WeightRuleOptions } from '../weight-rules.js';
import { loraFields, LoraLayer, type LoraOptions } from './lora.js';

/** Options of `embedding`. */
export interface EmbeddingOptions extends LayerOptions, LoraOptions, WeightRuleOptions<'embeddings'> {
  /** Number of entries: indices are 0 up to, but not including, it. */
  readonly inputDim: number;
  /** Number of values for each entry. */
  readonly outputDim: number;
  /** Default `randomUniform`, in ±0.05. */
  readonly embeddingsInitializer?: Initializer | InitializerName;
  /** Masks are not supported: false, or nothing. */
  readonly maskZero?: false;
}

/** A table of vectors; made by {@link embedding}. */
export class Embedding extends LoraLayer {
  static readonly className: string = 'Embedding';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    inputDim: 'size',
    outputDim: 'size',
    embeddingsInitializer: 'initializer',
    ...loraFields,
  };
  static readonly weightOptions: Readonly<Record<string, string>> = { embeddings: 'embeddings' };

  readonly inputDim: number;
  readonly outputDim: number;
  readonly embeddingsInitializer: Initializer;
  /** [inputDim, outputDim]; null until built. */
  embeddings: Tensor | null = null;

  /** As {@link embedding}. */
  constructor(options: EmbeddingOptions) {
    super('embedding', options);
    const { inputDim, outputDim, maskZero } = options;
    checkSize(this.name, 'inputDim', inputDim);
    checkSize(this.name, 'outputDim', outputDim);
    if (maskZero as unknown) {
      throw new ArgumentError(
        `${this.name}: maskZero is not supported; multiply with x.notEqual(0), or pass a mask on yourself`,
      );
    }
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.embeddingsInitializer = toInitializer(this.name, options.embeddingsInitializer ?? 'randomUniform');
  }

  protected override get loraField(): string {
    return 'embeddings';
  }

  override get built(): boolean {
    return this.embeddings !== null;
  }

  override call(x: Tensor): Tensor {
    const indices = isInteger(x.dtype) ? x : x.cast('int32');
    return this.applyLora(weightOf(this, this.embeddings), (table) => nn.embedding(indices, table));
  }

  protected override createWeights(_: Shape, create: CreateWeight): void {
    this.embeddings = create('embeddings', this.embeddingsInitializer, [this.inputDim, this.outputDim]);
    this.createLora(create);
  }
}

/**
 * The vectors of a table that indices name: words of a text, categories.
 *
 * x: [batch, …] of whole numbers from 0, floats are cut off → [batch, …, outputDim]. Weights: embeddings [inputDim,
 * outputDim] (uniform in ±0.05). As Keras 3, without masks: `maskZero: true` throws an ArgumentError.
 *
 * @example
 * ```ts
 * const y = embedding({ inputDim: 1000, outputDim: 64 }).apply(tensor([[4, 20, 7]]));
 * y.shape; // → [1, 3, 64]
 * ```
 */
export function embedding(options: EmbeddingOptions): Embedding {
  return new Embedding(options);
}
