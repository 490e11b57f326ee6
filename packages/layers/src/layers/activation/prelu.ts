import { ArgumentError, formatShape, nn, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { asFloat, Layer, weightOf, type CreateWeight, type FieldKind, type LayerOptions } from '../layer.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of `prelu`. */
export interface PReLUOptions extends LayerOptions, WeightRuleOptions<'alpha'> {
  /** Default `zeros`. */
  readonly alphaInitializer?: Initializer | InitializerName;
  /** Axes along which all values have the same slope: [1, 2] for one slope per channel of an image. Default none. */
  readonly sharedAxes?: readonly number[];
}

/** A rectifier that learns its slope below 0; made by {@link prelu}. */
export class PReLU extends Layer {
  static readonly className: string = 'PReLU';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    alphaInitializer: 'initializer',
    sharedAxes: 'wholes',
  };
  static readonly weightOptions: Readonly<Record<string, string>> = { alpha: 'alpha' };

  readonly alphaInitializer: Initializer;
  readonly sharedAxes: readonly number[];
  /** The shape of an example, with 1 for shared axes; null until built. */
  alpha: Tensor | null = null;

  /** As {@link prelu}. */
  constructor(options: PReLUOptions = {}) {
    super('prelu', options);
    const { sharedAxes = [] } = options;
    if (!Array.isArray(sharedAxes) || !sharedAxes.every((axis) => Number.isInteger(axis) && axis !== 0)) {
      throw new ArgumentError(
        `${this.name}: sharedAxes ${JSON.stringify(sharedAxes)} is not accepted; use a list of axes other than that of ` +
          'the batch, 0',
      );
    }
    this.sharedAxes = sharedAxes;
    this.alphaInitializer = toInitializer(this.name, options.alphaInitializer ?? 'zeros');
  }

  override get built(): boolean {
    return this.alpha !== null;
  }

  override call(x: Tensor): Tensor {
    const alpha = weightOf(this, this.alpha);
    this.checkInput(x.shape, alpha.shape);
    return nn.prelu(asFloat(x, alpha), alpha);
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    const rank = inputShape.length;
    const shared = new Set(this.sharedAxes.map((axis) => (axis < 0 ? axis + rank : axis)));
    if ([...shared].some((axis) => axis < 1 || axis >= rank)) {
      throw new ShapeError(
        `${this.name}: sharedAxes [${this.sharedAxes.join(', ')}] are not all axes of the input ${formatShape(inputShape)}`,
      );
    }
    const shape = inputShape.slice(1).map((size, i) => (shared.has(i + 1) ? 1 : size));
    this.alpha = create('alpha', this.alphaInitializer, shape);
  }

  private checkInput(shape: Shape, alpha: Shape): void {
    const fits = shape.length === alpha.length + 1 && alpha.every((size, i) => size === 1 || size === shape[i + 1]);
    if (fits) return;
    throw new ShapeError(
      `${this.name}: input ${formatShape(shape)} does not fit the slopes ${formatShape(alpha)}; share the axes that ` +
        'vary: sharedAxes: [1, 2]',
    );
  }
}

/**
 * x above 0, x · alpha below, with slopes alpha that are learned.
 *
 * x: any shape → the same. Weights: alpha, of the shape of an example with 1 for `sharedAxes` (zeros). As Keras 3.
 * Source: He et al. (2015).
 *
 * @example
 * ```ts
 * const layer = prelu({ sharedAxes: [1, 2] });
 * layer.apply(zeros([1, 8, 8, 3])).shape; // → [1, 8, 8, 3]
 * layer.alpha!.shape; // → [1, 1, 3]
 * ```
 */
export function prelu(options: PReLUOptions = {}): PReLU {
  return new PReLU(options);
}
