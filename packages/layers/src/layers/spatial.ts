import { ArgumentError, type Shape, type Tensor } from '@tesserajs/tensor';
import { checkAxes, type Layer, type LayerOptions } from './layer.js';

/** Number of spatial axes that a layer works on. */
export type SpatialRank = 1 | 2 | 3;

/** One number for all spatial axes, or one for each. */
export type PerAxis<Rank extends SpatialRank> =
  number | { 1: readonly [number]; 2: readonly [number, number]; 3: readonly [number, number, number] }[Rank];

/** Where the channels lie: [batch, …spatial, channels] or [batch, channels, …spatial]. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** Every layout. */
export const dataFormats: readonly DataFormat[] = ['channelsLast', 'channelsFirst'];

/** Options of layers over space. */
export interface SpatialOptions extends LayerOptions {
  /** Where the channels lie in x and y: `channelsLast` (default), or `channelsFirst`: [batch, channels, …spatial]. */
  readonly dataFormat?: DataFormat;
}

const spatialAxes = { 1: ['steps'], 2: ['height', 'width'], 3: ['depth', 'height', 'width'] } as const;
const counts = { 1: 'one', 2: 'two', 3: 'three' } as const;

/** A layer whose input has a number of spatial axes. */
export type SpatialLayer = Layer & { readonly dataFormat: DataFormat };

/** Throws a ShapeError unless x has a batch axis, channels and the spatial axes. */
export function checkSpatial(layer: SpatialLayer, shape: Shape, rank: SpatialRank): void {
  const spatial = spatialAxes[rank];
  const axes =
    layer.dataFormat === 'channelsFirst' ? ['batch', 'channels', ...spatial] : ['batch', ...spatial, 'channels'];
  checkAxes(layer, shape, axes);
}

/** [batch, …spatial, channels] of a shape. */
export function channelsLastShape(shape: Shape, dataFormat: DataFormat): Shape {
  return dataFormat === 'channelsLast' ? shape : [shape[0]!, ...shape.slice(2), shape[1]!];
}

/** x as [batch, …spatial, channels]. */
export function toChannelsLast(x: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === 'channelsLast') return x;
  return x.transpose([0, ...x.shape.slice(2).map((_, i) => i + 2), 1]);
}

/** [batch, …spatial, channels] in the layout of a layer. */
export function fromChannelsLast(y: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === 'channelsLast') return y;
  return y.transpose([0, y.rank - 1, ...y.shape.slice(2).map((_, i) => i + 1)]);
}

/** A layout. Throws an ArgumentError for anything else. */
export function toDataFormat(operation: string, dataFormat: DataFormat = 'channelsLast'): DataFormat {
  if (dataFormats.includes(dataFormat)) return dataFormat;
  throw new ArgumentError(
    `${operation}: dataFormat ${JSON.stringify(dataFormat)} is not known; use 'channelsLast' or 'channelsFirst'`,
  );
}

/** A whole number per spatial axis. Throws an ArgumentError for anything else. */
export function toPerAxis(
  operation: string,
  option: string,
  value: number | readonly number[],
  rank: SpatialRank,
  least = 1,
): readonly number[] {
  const list: unknown = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  if (Array.isArray(list) && list.length === rank && list.every((n) => Number.isInteger(n) && n >= least)) {
    return [...(list as number[])];
  }
  throw new ArgumentError(
    `${operation}: ${option} ${String(value)} is not accepted; use a whole number >= ${least}, or ${counts[rank]} of ` +
      `them: [${spatialAxes[rank].join(', ')}]`,
  );
}

/** How a window meets the borders. Throws an ArgumentError for anything but the names given. */
export function toPadding<P extends string>(operation: string, padding: P, known: readonly P[]): P {
  if (known.includes(padding)) return padding;
  const names = known.map((name) => `'${name}'`);
  throw new ArgumentError(
    `${operation}: padding ${JSON.stringify(padding)} is not known; use ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
  );
}
