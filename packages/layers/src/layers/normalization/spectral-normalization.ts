import { maximum, stopGradient, where, type Shape, type Tensor } from '@tesserajs/tensor';
import { truncatedNormal } from '../../initializers.js';
import type { Context } from '../../module/context.js';
import { checkSize, weightOf, type CreateWeight, type FieldKind } from '../layer.js';
import { asMatrix, filtersOf, mainWeight, withMainWeight, Wrapper, type WrapperOptions } from '../wrapper.js';

/** Options of `spectralNormalization`. */
export interface SpectralNormalizationOptions extends WrapperOptions {
  /** Steps of power iteration in each step of training. Default 1. */
  readonly powerIterations?: number;
}

/** A layer whose kernel has spectral norm 1; made by {@link spectralNormalization}. */
export class SpectralNormalization extends Wrapper {
  static readonly className: string = 'SpectralNormalization';
  static override readonly stateFields: readonly string[] = ['vectorU'];
  static readonly fields: Readonly<Record<string, FieldKind>> = { layer: 'layer', powerIterations: 'size' };

  readonly powerIterations: number;
  /** The left singular vector that power iteration found, [1, filters]; null until built. */
  vectorU: Tensor | null = null;

  /** As {@link spectralNormalization}. */
  constructor(options: SpectralNormalizationOptions) {
    super('spectralNormalization', options);
    const { powerIterations = 1 } = options;
    checkSize(this.name, 'powerIterations', powerIterations);
    this.powerIterations = powerIterations;
  }

  override get built(): boolean {
    return super.built && this.vectorU !== null;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    const weight = mainWeight(this);
    const matrix = asMatrix(weight);
    const fixed = stopGradient(matrix);
    let u = weightOf(this, this.vectorU).cast(weight.dtype);
    let v = unit(u.matmul(fixed.transpose()));
    if (ctx.training) {
      for (let i = 0; i < this.powerIterations; i++) {
        if (i > 0) v = unit(u.matmul(fixed.transpose()));
        u = unit(v.matmul(fixed));
      }
      if (!ctx.frozen) ctx.update(this, { vectorU: u });
    }
    const sigma = v.matmul(matrix).mul(u).sum();
    const normalized = weight.div(where(sigma.equal(0), 1, sigma));
    return withMainWeight(this, normalized).apply(x, ctx);
  }

  protected override createWeights(_: Shape, create: CreateWeight): void {
    const shape = [1, ...filtersOf(mainWeight(this))];
    this.vectorU = create('vectorU', truncatedNormal({ stddev: 0.02 }), shape);
  }
}

/** A vector scaled to length 1; zeros stay. */
function unit(vector: Tensor): Tensor {
  return vector.div(maximum(vector.square().sum().sqrt(), 1e-12));
}

/**
 * Spectral normalization: a layer that computes with its kernel divided by the kernel's largest singular value, which
 * power iteration estimates from step to step.
 *
 * x → what the layer inside gives. Weights: those of the layer, and as state vectorU [1, filters]. Its steps are those
 * of Keras 3. As in PyTorch the kernel itself stays as it is and is divided in each run, in inference too; Keras
 * overwrites it while training. Throws an ArgumentError for layers without a kernel or embeddings. Source: Miyato et
 * al., "Spectral Normalization for Generative Adversarial Networks" (2018).
 *
 * @example
 * ```ts
 * const critic = spectralNormalization({ layer: dense({ units: 1 }) });
 * critic.apply(zeros([2, 8])).shape; // → [2, 1]
 * ```
 */
export function spectralNormalization(options: SpectralNormalizationOptions): SpectralNormalization {
  return new SpectralNormalization(options);
}
