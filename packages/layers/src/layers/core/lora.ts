import { ArgumentError, random, type Tensor } from '@tesserajs/tensor';
import { hashText } from '../../hash.js';
import { heUniform, zeros } from '../../initializers.js';
import { checkSize, Layer, unbuilt, type CreateWeight, type FieldKind, type LayerOptions } from '../layer.js';

/** Options of layers that can learn a correction of low rank. */
export interface LoraOptions {
  /** Freezes the kernel and learns a correction of this rank instead. Default none. */
  readonly loraRank?: number;
  /** The correction is scaled by loraAlpha / loraRank. Default loraRank. */
  readonly loraAlpha?: number;
}

/** Options of `enableLora`. */
export interface EnableLoraOptions {
  /** The correction is scaled by alpha / rank. Default: the rank. */
  readonly alpha?: number;
  /** Decides the first values of the correction's half that is not 0. Default 0. */
  readonly seed?: number;
}

/** The saved fields of such layers. */
export const loraFields: Readonly<Record<string, FieldKind>> = { loraRank: 'size', loraAlpha: 'number' };

/**
 * A layer whose kernel can be frozen and corrected by a product of low rank, kernel + a · b · alpha / rank, of which only
 * a and b are learned. Source: Hu et al. (2021), as Keras 3.
 *
 * @example
 * ```ts
 * const layers: LoraLayer[] = [dense({ units: 8 }), conv2d({ filters: 8, kernelSize: 3 })];
 * for (const layer of layers) layer.enableLora(2);
 * layers[0]!.loraRank; // → 2
 * ```
 */
export abstract class LoraLayer extends Layer {
  /** Rank of the correction; null without one. */
  loraRank: number | null;
  /** Factor of the correction, before it is divided by the rank; null without one. */
  loraAlpha: number | null;
  /** The correction: a […, rank] has the kernel's other sizes, b is [rank, outputs]. */
  declare lora?: { readonly a: Tensor; readonly b: Tensor };

  constructor(factory: string, options: LayerOptions & LoraOptions) {
    super(factory, options);
    const { loraRank = null, loraAlpha = loraRank } = options;
    this.loraRank = loraRank;
    this.loraAlpha = loraAlpha;
    if (loraRank !== null) this.checkLora(loraRank, loraAlpha);
  }

  /** The field that holds the kernel; null where the layer takes no correction. */
  protected abstract get loraField(): string | null;

  /**
   * Freezes the kernel and adds a correction of low rank, which begins at 0 and is learned instead. In a model that was
   * compiled, call `compile` again. Throws an ArgumentError when there is a correction already.
   *
   * @example
   * ```ts
   * const layer = dense({ units: 64 });
   * layer.build([null, 100]);
   * layer.enableLora(4, { alpha: 8 });
   * layer.lora!.a.shape; // → [100, 4]
   * ```
   */
  enableLora(rank: number, { alpha = rank, seed = 0 }: EnableLoraOptions = {}): void {
    this.checkLora(rank, alpha);
    if (this.loraRank !== null) {
      throw new ArgumentError(`${this.name}: enableLora: there is a correction already; call mergeLora() first`);
    }
    this.loraRank = rank;
    this.loraAlpha = alpha;
    if (!this.built) return;
    const key = random.foldIn(random.key(seed), hashText(this.name));
    this.createLora((name, initializer, shape) => initializer.create(random.foldIn(key, hashText(name)), shape));
  }

  /**
   * Adds the correction to the kernel, which is free again. The layer computes what it did before, up to rounding.
   *
   * @example
   * ```ts
   * const layer = dense({ units: 2, loraRank: 1, inputShape: [3] });
   * const model = sequential([layer]);
   * layer.mergeLora();
   * model.weights.length; // → 2
   * ```
   */
  mergeLora(): void {
    const { loraField: field, lora } = this;
    this.loraRank = null;
    if (lora === undefined || field === null) return;
    const merged = this.corrected((this as unknown as Record<string, Tensor>)[field]!, lora);
    Object.assign(this, { [field]: merged });
    delete this.lora;
    delete this.frozenFields;
    this.loraAlpha = null;
  }

  /** Makes the correction of a layer that has its kernel, where options ask for one. */
  protected createLora(create: CreateWeight): void {
    const { loraField: field, loraRank: rank } = this;
    if (rank === null || field === null) return;
    const kernel = (this as unknown as Record<string, Tensor | null>)[field];
    if (kernel === undefined || kernel === null) throw unbuilt(this);
    const a = create('loraA', heUniform(), [...kernel.shape.slice(0, -1), rank]);
    const b = create('loraB', zeros(), [rank, kernel.shape.at(-1)!]);
    this.lora = { a, b };
    this.frozenFields = [field];
  }

  /** The kernel with its correction. */
  protected withLora(kernel: Tensor): Tensor {
    return this.lora === undefined ? kernel : this.corrected(kernel, this.lora);
  }

  /**
   * What `f`, linear in the kernel and with the kernel's last axis as its own last, gives for the kernel with its
   * correction: without their product, so that the gradient of a frozen kernel is not computed.
   */
  protected applyLora(kernel: Tensor, f: (kernel: Tensor) => Tensor): Tensor {
    const { lora } = this;
    const y = f(kernel);
    return lora === undefined ? y : y.add(f(lora.a).matmul(lora.b.mul(this.loraAlpha! / this.loraRank!)));
  }

  private corrected(kernel: Tensor, { a, b }: { readonly a: Tensor; readonly b: Tensor }): Tensor {
    return kernel.add(a.matmul(b.mul(this.loraAlpha! / b.shape[0]!)));
  }

  private checkLora(rank: number, alpha: number | null): void {
    if (this.loraField === null) throw new ArgumentError(`${this.name}: enableLora: the layer takes no correction`);
    checkSize(this.name, 'loraRank', rank);
    if (alpha !== null && Number.isFinite(alpha) && alpha > 0) return;
    throw new ArgumentError(`${this.name}: loraAlpha ${JSON.stringify(alpha)} is not accepted; use a number above 0`);
  }
}
