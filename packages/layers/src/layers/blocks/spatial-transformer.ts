import {
  concat,
  formatShape,
  linspace,
  meshgrid,
  nn,
  ones,
  ShapeError,
  stack,
  tensor,
  type DType,
  type Tensor,
} from '@tesserajs/tensor';
import type { Context } from '../../module/context.js';
import { asFloat, type FieldKind } from '../layer.js';
import { checkSpatial, toPerAxis, type DataFormat, type PerAxis } from '../spatial.js';
import { Wrapper, type WrapperOptions } from '../wrapper.js';

/** Options of `spatialTransformer`. */
export interface SpatialTransformerOptions extends WrapperOptions {
  /** Height and width of the result. Default: those of the input. */
  readonly outputSize?: PerAxis<2>;
}

/** Looks at the part of an image that a layer chooses; made by {@link spatialTransformer}. */
export class SpatialTransformer extends Wrapper {
  static readonly className: string = 'SpatialTransformer';
  static readonly fields: Readonly<Record<string, FieldKind>> = { layer: 'layer', outputSize: 'sizes' };

  readonly outputSize: readonly number[] | null;
  readonly dataFormat: DataFormat = 'channelsLast';

  /** As {@link spatialTransformer}. */
  constructor(options: SpatialTransformerOptions) {
    super('spatialTransformer', options);
    const { outputSize } = options;
    this.outputSize = outputSize === undefined ? null : toPerAxis(this.name, 'outputSize', outputSize, 2);
  }

  override call(x: Tensor, ctx: Context): Tensor {
    checkSpatial(this, x.shape, 2);
    const change = this.layer.apply(x, ctx);
    const [batch, height, width] = x.shape as [number, number, number];
    if (formatShape(change.shape) !== formatShape([batch, 6])) {
      throw new ShapeError(
        `${this.name}: ${this.layer.name} gives ${formatShape(change.shape)} for input ${formatShape(x.shape)}; the ` +
          'layer inside must give the 6 numbers of an affine map for each image: end it with dense({ units: 6 })',
      );
    }
    const images = asFloat(x, change);
    const [rows, columns] = this.outputSize ?? [height, width];
    const map = change.add(tensor([1, 0, 0, 0, 1, 0]).cast(change.dtype)).reshape([batch, 2, 3]);
    const points = pixelCentres(rows!, columns!, change.dtype); // [3, rows · columns]
    const grid = map.matmul(points).transpose([0, 2, 1]).reshape([batch, rows!, columns!, 2]);
    return nn.gridSample(images, grid);
  }
}

/** [x, y, 1] of each pixel, from −1 at the left and top border to 1 at the right and bottom: [3, rows · columns]. */
function pixelCentres(rows: number, columns: number, dtype: DType): Tensor {
  const along = (size: number): Tensor => linspace(1 / size - 1, 1 - 1 / size, size, { dtype });
  const [y, x] = meshgrid([along(rows), along(columns)], { indexing: 'ij' });
  return concat([stack([x!.flatten(), y!.flatten()]), ones([1, rows * columns], { dtype })], 0);
}

/**
 * Spatial transformer over images: the layer inside chooses an affine map for each image, which tells where the pixels of
 * the result are sampled (bilinearly, zeros outside); all of it is differentiable.
 *
 * x: [batch, height, width, channels] → [batch, …outputSize, channels]. The layer gives for x [batch, 6]: what is added
 * to the identity's two rows [1 0 0], [0 1 0], so that zeros leave the image as it is; coordinates run from −1 to 1.
 * Weights: those of the layer. Not in Keras; the conventions are those of PyTorch's `affine_grid` and `grid_sample`.
 * Throws a ShapeError where the layer gives anything else. Source: Jaderberg et al., "Spatial Transformer Networks"
 * (2015).
 *
 * @example
 * ```ts
 * const where = sequential([flatten(), dense({ units: 6, kernelInitializer: 'zeros' })]);
 * const layer = spatialTransformer({ layer: where, outputSize: 14 });
 * layer.apply(zeros([2, 28, 28, 1])).shape; // → [2, 14, 14, 1]
 * ```
 */
export function spatialTransformer(options: SpatialTransformerOptions): SpatialTransformer {
  return new SpatialTransformer(options);
}
