import { ArgumentError, formatShape, moveAxis, nn, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { asFloat, type CreateWeight, type FieldKind } from '../layer.js';
import {
  affineFields,
  AffineNormalization,
  checkFeatures,
  positionsOf,
  toAxis,
  widened,
  type AffineNormalizationOptions,
} from './affine.js';

/** Options of `instanceNormalization`. */
export interface InstanceNormalizationOptions extends AffineNormalizationOptions {
  /** Axis of the channels. Default −1, the last. */
  readonly axis?: number;
}

/** Options of `groupNormalization`. */
export interface GroupNormalizationOptions extends InstanceNormalizationOptions {
  /** Number of groups that the channels are divided into; −1 for one per channel. Default 32. */
  readonly groups?: number;
}

/** What group and instance normalization share. */
abstract class Grouped extends AffineNormalization {
  readonly axis: number;

  constructor(factory: string, options: InstanceNormalizationOptions) {
    super(factory, options);
    this.axis = toAxis(this.name, options.axis ?? -1);
  }

  override call(x: Tensor): Tensor {
    const input = asFloat(x, this.gamma ?? this.beta);
    const axis = this.channelAxis(x.shape);
    checkFeatures(this, x.shape, [axis], this.gamma ?? this.beta);
    const channels = x.shape[axis]!;
    const wide = moveAxis(widened(input), axis, -1);
    const y = nn.groupNorm(wide, this.groupsOf(channels), { ...this.affineFor(wide), epsilon: this.epsilon });
    return moveAxis(y, -1, axis).cast(input.dtype);
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    this.createAffine([inputShape[this.channelAxis(inputShape)]!], create);
  }

  /** How many groups so many channels have. */
  protected abstract groupsOf(channels: number): number;

  private channelAxis(shape: Shape): number {
    const [axis] = positionsOf(this, shape, this.axis);
    const channels = shape[axis!]!;
    const groups = this.groupsOf(channels);
    if (channels % groups !== 0) {
      throw new ShapeError(
        `${this.name}: input ${formatShape(shape)} has ${channels} channels, which cannot be divided into ${groups} ` +
          'groups',
      );
    }
    return axis!;
  }
}

/** Normalizes groups of channels; made by {@link groupNormalization}. */
export class GroupNormalization extends Grouped {
  static readonly className: string = 'GroupNormalization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { groups: 'whole', axis: 'whole', ...affineFields };

  readonly groups: number;

  /** As {@link groupNormalization}. */
  constructor(options: GroupNormalizationOptions = {}) {
    super('groupNormalization', options);
    const { groups = 32 } = options;
    if (!Number.isInteger(groups) || (groups < 1 && groups !== -1)) {
      throw new ArgumentError(
        `${this.name}: groups ${JSON.stringify(groups)} is not accepted; use a whole number >= 1, or -1 for one per ` +
          'channel',
      );
    }
    this.groups = groups;
  }

  protected override groupsOf(channels: number): number {
    return this.groups === -1 ? channels : this.groups;
  }
}

/** Normalizes each channel of each image; made by {@link instanceNormalization}. */
export class InstanceNormalization extends Grouped {
  static readonly className: string = 'InstanceNormalization';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axis: 'whole', ...affineFields };

  /** As {@link instanceNormalization}. */
  constructor(options: InstanceNormalizationOptions = {}) {
    super('instanceNormalization', options);
  }

  protected override groupsOf(channels: number): number {
    return channels;
  }
}

/**
 * Group normalization: groups of channels of each example to mean 0 and variance 1, then each channel times `gamma` plus
 * `beta`.
 *
 * x: [batch, …spatial, channels] → the same. Weights: gamma (ones), beta (zeros): [channels]. As Keras 3: epsilon is
 * 1e-3 (PyTorch: 1e-5). Throws a ShapeError where the channels do not divide into the groups. Source: Wu & He, "Group
 * Normalization" (2018).
 *
 * @example
 * ```ts
 * groupNormalization({ groups: 4 }).apply(zeros([2, 8, 8, 32])).shape; // → [2, 8, 8, 32]
 * ```
 */
export function groupNormalization(options: GroupNormalizationOptions = {}): GroupNormalization {
  return new GroupNormalization(options);
}

/**
 * Instance normalization: each channel of each example to mean 0 and variance 1, then times `gamma` plus `beta`.
 *
 * x: [batch, …spatial, channels] → the same. Weights: gamma (ones), beta (zeros): [channels]. Keras 3 has it as group
 * normalization with −1 groups, whose defaults these are; PyTorch's has epsilon 1e-5 and no weights. Source: Ulyanov et
 * al., "Instance Normalization" (2016).
 *
 * @example
 * ```ts
 * instanceNormalization().apply(zeros([2, 8, 8, 3])).shape; // → [2, 8, 8, 3]
 * ```
 */
export function instanceNormalization(options: InstanceNormalizationOptions = {}): InstanceNormalization {
  return new InstanceNormalization(options);
}
