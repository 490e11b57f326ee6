import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import { Layer, type FieldKind } from '../layer.js';
import {
  channelsLastShape,
  checkSpatial,
  dataFormats,
  fromChannelsLast,
  toChannelsLast,
  toDataFormat,
  type DataFormat,
  type SpatialOptions,
  type SpatialRank,
} from '../spatial.js';

/** Widths before and after. */
export type Border = readonly [before: number, after: number];

/**
 * Widths at the borders of each spatial axis: one number for all; for one axis [before, after]; for several one number
 * or [before, after] for each.
 */
export type Borders<Rank extends SpatialRank> =
  | number
  | {
      1: Border | readonly [Border];
      2: readonly [number, number] | readonly [Border, Border];
      3: readonly [number, number, number] | readonly [Border, Border, Border];
    }[Rank];

function isWidth(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isBorder(value: unknown): value is Border {
  return Array.isArray(value) && value.length === 2 && value.every(isWidth);
}

/** [before, after] of each spatial axis. Throws an ArgumentError for anything else. */
function toBorders(operation: string, option: string, value: unknown, rank: SpatialRank): readonly Border[] {
  const same = (width: number): Border => [width, width];
  if (isWidth(value)) return new Array<Border>(rank).fill(same(value));
  if (rank === 1 && isBorder(value)) return [value];
  if (Array.isArray(value) && value.length === rank) {
    const list = (value as unknown[]).map((border) => (rank > 1 && isWidth(border) ? same(border) : border));
    if (list.every(isBorder)) return list;
  }
  throw new ArgumentError(
    `${operation}: ${option} ${JSON.stringify(value)} is not accepted; use a whole number >= 0, ` +
      (rank === 1 ? 'or [before, after]' : `or ${rank} of them, or ${rank} pairs [before, after]`),
  );
}

/** What layers that move borders have in common. */
export abstract class BorderLayer extends Layer {
  readonly dataFormat: DataFormat;
  protected readonly rank: SpatialRank;

  constructor(factory: string, options: SpatialOptions, rank: SpatialRank) {
    super(factory, options);
    this.rank = rank;
    this.dataFormat = toDataFormat(this.name, options.dataFormat);
  }

  override call(x: Tensor): Tensor {
    checkSpatial(this, x.shape, this.rank);
    const spatial = channelsLastShape(x.shape, this.dataFormat).slice(1, -1);
    return fromChannelsLast(this.move(toChannelsLast(x, this.dataFormat), spatial), this.dataFormat);
  }

  /** [before, after] of each spatial axis, as an option gives them. */
  protected read(option: string, value: unknown): readonly Border[] {
    return toBorders(this.name, option, value, this.rank);
  }

  /** The layer on [batch, …spatial, channels]. */
  protected abstract move(x: Tensor, spatial: readonly number[]): Tensor;
}

/** The saved fields of such layers. */
export function borderFields(option: string): Readonly<Record<string, FieldKind>> {
  return { [option]: 'borders', dataFormat: dataFormats };
}
