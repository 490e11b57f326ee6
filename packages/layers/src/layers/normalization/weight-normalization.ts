import { maximum, type Shape, type Tensor } from '@tesserajs/tensor';
import type { Context } from '../../module/context.js';
import { weightOf, type CreateWeight, type FieldKind } from '../layer.js';
import { asMatrix, filtersOf, mainWeight, withMainWeight, Wrapper, type WrapperOptions } from '../wrapper.js';

/** A layer whose kernel is a direction and a magnitude for each filter; made by {@link weightNormalization}. */
export class WeightNormalization extends Wrapper {
  static readonly className: string = 'WeightNormalization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { layer: 'layer' };

  /** Length of each filter, [filters]; null until built. */
  magnitude: Tensor | null = null;

  /** As {@link weightNormalization}. */
  constructor(options: WrapperOptions) {
    super('weightNormalization', options);
  }

  override get built(): boolean {
    return super.built && this.magnitude !== null;
  }

  override call(x: Tensor, ctx: Context): Tensor {
    const direction = mainWeight(this);
    const factor = weightOf(this, this.magnitude).div(maximum(lengthsOf(direction), 1e-12));
    return withMainWeight(this, direction.mul(factor)).apply(x, ctx);
  }

  protected override createWeights(_: Shape, create: CreateWeight): void {
    const direction = mainWeight(this);
    const lengths = { name: 'lengths', config: {}, create: () => lengthsOf(direction) };
    this.magnitude = create('magnitude', lengths, filtersOf(direction));
  }
}

/** Euclidean length of each filter. */
function lengthsOf(direction: Tensor): Tensor {
  return asMatrix(direction).square().sum(0).sqrt();
}

/**
 * Weight normalization: a layer that computes with the kernel magnitude · direction / ‖direction‖ for each filter, so that
 * both are learned apart. At first it computes what the layer alone would.
 *
 * x → what the layer inside gives. Weights: those of the layer, whose kernel is the direction, and magnitude [filters]. As
 * PyTorch's `weight_norm` (there weight_v and weight_g); filters lie along the kernel's last axis. Throws an
 * ArgumentError for layers without a kernel or embeddings. Source: Salimans & Kingma, "Weight Normalization" (2016).
 *
 * @example
 * ```ts
 * const layer = weightNormalization({ layer: dense({ units: 4 }) });
 * layer.apply(zeros([2, 8])).shape; // → [2, 4]
 * ```
 */
export function weightNormalization(options: WrapperOptions): WeightNormalization {
  return new WeightNormalization(options);
}
