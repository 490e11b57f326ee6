import { ArgumentError, ShapeError } from '../errors.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { sliceAxis } from './axes.js';
import { iota } from './create.js';
import { floor } from './elementwise/arithmetic.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { equal } from './elementwise/comparison.js';
import { logicalAnd } from './elementwise/logical.js';
import { where } from './elementwise/select.js';
import { gather } from './gather.js';
import { round } from './elementwise/rounding.js';

/** Options of `gridSample`. */
export interface GridSampleOptions {
  /** `linear` (bilinear, default) or `nearest`. */
  readonly method?: 'linear' | 'nearest';
  /** What lies outside the image: zeros (default), the pixels of its edge, or its reflection. */
  readonly padding?: 'zeros' | 'edge' | 'reflect';
  /** Whether −1 and 1 are the centres of the corner pixels, not the image's borders. Default false. */
  readonly alignCorners?: boolean;
}

type Padding = NonNullable<GridSampleOptions['padding']>;

/** Mirrors positions at low and high until they lie between. */
function reflect(position: Tensor, low: number, high: number): Tensor {
  const span = high - low;
  if (span === 0) return position.mul(0);
  const distance = position.sub(low).abs();
  const turns = floor(distance.div(span));
  const rest = distance.sub(turns.mul(span));
  const odd = equal(turns.sub(floor(turns.mul(0.5)).mul(2)), 1);
  return where(odd, rest.neg().add(span), rest).add(low);
}

/** Pixel positions for coordinates of −1 … 1 along an axis of `size` pixels. */
function toPixels(coordinate: Tensor, size: number, padding: Padding, alignCorners: boolean): Tensor {
  const position = alignCorners
    ? coordinate.add(1).mul((size - 1) / 2)
    : coordinate
        .add(1)
        .mul(size / 2)
        .sub(0.5);
  if (padding === 'zeros') return position;
  const inside =
    padding === 'edge' ? position : alignCorners ? reflect(position, 0, size - 1) : reflect(position, -0.5, size - 0.5);
  return inside.clip(0, size - 1);
}

/**
 * Samples images at the places that a grid names: x: [batch, height, width, channels], grid: [batch, rows, columns, 2]
 * with (x, y) from −1 (left, top) to 1 (right, bottom) → [batch, rows, columns, channels]. Differentiable in both.
 * Throws a ShapeError for shapes that do not fit. Source: Jaderberg et al., "Spatial Transformer Networks" (2015); the
 * conventions are PyTorch's.
 *
 * @example
 * ```ts
 * const image = tensor([[1, 2], [3, 4]]).reshape([1, 2, 2, 1]);
 * const corners = tensor([[-1, -1], [1, 1]]).reshape([1, 1, 2, 2]); // x before y
 * nn.gridSample(image, corners, { alignCorners: true }).flatten(); // → [1, 4]
 * ```
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const { method = 'linear', padding = 'zeros', alignCorners = false } = options;
  commonDType('gridSample', [x, grid]);
  checkKind('gridSample', x, ['float']);
  if (x.rank !== 4 || grid.rank !== 4 || grid.shape[3] !== 2 || grid.shape[0] !== x.shape[0]) {
    throw new ShapeError(
      `gridSample: x ${formatShape(x.shape)}, grid ${formatShape(grid.shape)}: x is [batch, height, width, channels], ` +
        'the grid [batch, rows, columns, 2] with the same batch',
    );
  }
  if (!['linear', 'nearest'].includes(method) || !['zeros', 'edge', 'reflect'].includes(padding)) {
    throw new ArgumentError(
      `gridSample: method ${JSON.stringify(method)} with padding ${JSON.stringify(padding)} is not known; ` +
        'methods are linear and nearest, paddings zeros, edge and reflect',
    );
  }
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (height * width === 0) throw new ShapeError(`gridSample: x ${formatShape(x.shape)} has no pixels`);
  const [, rows, columns] = grid.shape as [number, number, number];
  const toPoints = (axis: number): Tensor => sliceAxis(grid, 3, axis, axis + 1).reshape([batch, rows, columns]);
  const px = toPixels(toPoints(0), width, padding, alignCorners);
  const py = toPixels(toPoints(1), height, padding, alignCorners);
  const pixels = x.reshape([batch * height * width, channels]);
  const image = iota(batch)
    .mul(height * width)
    .reshape([batch, 1, 1]);

  /** The pixels at whole positions, zeros outside of the image. */
  const pixelAt = (column: Tensor, row: Tensor): Tensor => {
    const position = row
      .clip(0, height - 1)
      .cast('int32')
      .mul(width)
      .add(column.clip(0, width - 1).cast('int32'));
    const taken = gather(pixels, position.add(image)); // [batch, rows, columns, channels]
    if (padding !== 'zeros') return taken;
    const inside = logicalAnd(
      logicalAnd(column.greaterEqual(0), column.lessEqual(width - 1)),
      logicalAnd(row.greaterEqual(0), row.lessEqual(height - 1)),
    );
    return taken.mul(inside.cast(x.dtype).expandDims(-1));
  };

  if (method === 'nearest') return pixelAt(round(px), round(py));
  const [left, top] = [floor(px), floor(py)];
  const [right, bottom] = [px.sub(left), py.sub(top)].map((weight) => weight.expandDims(-1)) as [Tensor, Tensor];
  const mix = (a: Tensor, b: Tensor, weight: Tensor): Tensor => a.mul(weight.neg().add(1)).add(b.mul(weight));
  const upper = mix(pixelAt(left, top), pixelAt(left.add(1), top), right);
  const lower = mix(pixelAt(left, top.add(1)), pixelAt(left.add(1), top.add(1)), right);
  return mix(upper, lower, bottom);
}
