import { ArgumentError, bytesPerElement, formatShape, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Initializer } from '../../initializers.js';
import { asFloat, Layer, type CreateWeight, type FieldKind, type LayerOptions } from '../layer.js';
import type { WeightRuleOptions } from '../weight-rules.js';

/** Options of normalizations that scale and shift at the end. */
export interface AffineNormalizationOptions extends LayerOptions, WeightRuleOptions<'gamma' | 'beta'> {
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number;
  /** Whether an offset `beta` is learned. Default true. */
  readonly center?: boolean;
  /** Whether a factor `gamma` is learned. Default true. */
  readonly scale?: boolean;
  /** Default `zeros`. */
  readonly betaInitializer?: Initializer | InitializerName;
  /** Default `ones`. */
  readonly gammaInitializer?: Initializer | InitializerName;
}

/** The fields that these normalizations save. */
export const affineFields: Readonly<Record<string, FieldKind>> = {
  epsilon: 'number',
  center: 'boolean',
  scale: 'boolean',
  betaInitializer: 'initializer',
  gammaInitializer: 'initializer',
};

/** A normalization with a factor and an offset. */
export abstract class AffineNormalization extends Layer {
  static readonly weightOptions: Readonly<Record<string, string>> = { gamma: 'gamma', beta: 'beta' };

  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
  /** Factor; null until built, or without `scale`. */
  gamma: Tensor | null = null;
  /** Offset; null until built, or without `center`. */
  beta: Tensor | null = null;

  constructor(factory: string, options: AffineNormalizationOptions) {
    super(factory, options);
    const { epsilon = 1e-3, center = true, scale = true } = options;
    this.epsilon = toEpsilon(this.name, epsilon);
    this.center = center;
    this.scale = scale;
    this.betaInitializer = toInitializer(this.name, options.betaInitializer ?? 'zeros');
    this.gammaInitializer = toInitializer(this.name, options.gammaInitializer ?? 'ones');
  }

  override get built(): boolean {
    return (!this.scale || this.gamma !== null) && (!this.center || this.beta !== null);
  }

  /** Makes gamma and beta. */
  protected createAffine(shape: Shape, create: CreateWeight): void {
    if (this.scale) this.gamma = create('gamma', this.gammaInitializer, shape);
    if (this.center) this.beta = create('beta', this.betaInitializer, shape);
  }

  /** The factor and the offset for x, those that there are. */
  protected affineFor(x: Tensor): { readonly scale?: Tensor; readonly offset?: Tensor } {
    return {
      ...(this.gamma === null ? {} : { scale: this.gamma.cast(x.dtype) }),
      ...(this.beta === null ? {} : { offset: this.beta.cast(x.dtype) }),
    };
  }
}

/** x as a float of at least 32 bits, so that sums of squares neither overflow nor lose digits. */
export function widened(x: Tensor): Tensor {
  const float = asFloat(x);
  return bytesPerElement(float.dtype) < 4 ? float.cast('float32') : float;
}

/** An epsilon. Throws an ArgumentError unless it is a finite number >= 0. */
export function toEpsilon(operation: string, epsilon: number): number {
  if (Number.isFinite(epsilon) && epsilon >= 0) return epsilon;
  throw new ArgumentError(
    `${operation}: epsilon ${JSON.stringify(epsilon)} is not accepted; use a small number >= 0, such as 0.001`,
  );
}

/** One or several axes, counted from the end where negative. Throws an ArgumentError for anything else. */
export function toAxes(operation: string, axis: number | readonly number[]): number | readonly number[] {
  const list: readonly unknown[] = Array.isArray(axis) ? (axis as readonly unknown[]) : [axis];
  if (list.length > 0 && list.every((n) => Number.isInteger(n))) return typeof axis === 'number' ? axis : [...axis];
  throw new ArgumentError(
    `${operation}: axis ${JSON.stringify(axis)} is not accepted; use a whole number, or a list of them`,
  );
}

/** One axis. Throws an ArgumentError for anything else. */
export function toAxis(operation: string, axis: number): number {
  if (Number.isInteger(axis)) return axis;
  throw new ArgumentError(`${operation}: axis ${JSON.stringify(axis)} is not accepted; use a whole number`);
}

/** Positions of axes in a shape, in order. Throws a ShapeError for axes that it lacks, twice the same, and the batch. */
export function positionsOf(layer: Layer, shape: Shape, axis: number | readonly number[]): readonly number[] {
  const axes = typeof axis === 'number' ? [axis] : axis;
  const positions = axes.map((n) => (n < 0 ? n + shape.length : n)).sort((a, b) => a - b);
  if (positions.some((n, i) => n < 1 || n >= shape.length || n === positions[i - 1])) {
    throw new ShapeError(
      `${layer.name}: input ${formatShape(shape)} and axis ${JSON.stringify(axis)}: each axis must be one of the ` +
        `input's, once, and not that of the batch: 1 to ${shape.length - 1}, or −1 for the last`,
    );
  }
  return positions;
}

/** Throws a ShapeError unless an input has the sizes that the weights were made for. */
export function checkFeatures(layer: Layer, shape: Shape, positions: readonly number[], weight: Tensor | null): void {
  const sizes = positions.map((position) => shape[position]!);
  if (weight === null || formatShape(weight.shape) === formatShape(sizes)) return;
  throw new ShapeError(
    `${layer.name}: input ${formatShape(shape)} has ${formatShape(sizes)} along axis ${positions.join(', ')}, the ` +
      `layer was built for ${formatShape(weight.shape)}`,
  );
}
