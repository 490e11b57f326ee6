import { ArgumentError, formatShape, moveAxis, ShapeError, sizeOf, type Shape, type Tensor } from '@tesserajs/tensor';
import type { SymbolicTensor } from '../../module/symbolic-tensor.js';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';
import { layerOrResult, type MergingInputs } from './merging.js';

/** Options of `dot`. */
export interface DotOptions extends LayerOptions {
  /** The axis that is summed over, or that of each input; not the batch axis 0. */
  readonly axes: number | readonly [number, number];
  /** Vectors along the axes get norm 1 first: the results are cosines. Default false. */
  readonly normalize?: boolean;
}

/** The products of two tensors, example by example; made by {@link dot}. */
export class Dot extends Layer<readonly Tensor[]> {
  static readonly className: string = 'Dot';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axes: 'wholes', normalize: 'boolean' };

  readonly axes: readonly [number, number];
  readonly normalize: boolean;

  /** As {@link dot}. */
  constructor(options: DotOptions) {
    super('dot', options);
    const { axes, normalize = false } = options;
    const pair: unknown = typeof axes === 'number' ? [axes, axes] : axes;
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((axis) => Number.isInteger(axis) && axis !== 0)) {
      throw new ArgumentError(
        `${this.name}: axes ${JSON.stringify(axes)} is not accepted; use a whole number other than 0, or two of them`,
      );
    }
    this.axes = pair as [number, number];
    this.normalize = normalize;
  }

  override call(x: readonly Tensor[]): Tensor {
    const [first, second] = x;
    if (first === undefined || second === undefined || x.length > 2) {
      throw new ShapeError(`${this.name}: got ${x.length} inputs; it takes two: apply([x, y])`);
    }
    const axes = this.axes.map((axis, i) => (axis < 0 ? axis + x[i]!.rank : axis)) as [number, number];
    const sizes = axes.map((axis, i) => (axis < 1 ? undefined : x[i]!.shape[axis]));
    if (sizes[0] === undefined || sizes[0] !== sizes[1] || first.shape[0] !== second.shape[0]) {
      throw new ShapeError(
        `${this.name}: inputs ${formatShape(first.shape)} and ${formatShape(second.shape)} must have the same batch size, ` +
          `and equal sizes in axes ${this.axes.join(' and ')}`,
      );
    }
    const rows = vectors(asFloat(first), axes[0], this.normalize);
    const columns = vectors(asFloat(second), axes[1], this.normalize);
    const product = rows.values.matmul(columns.values.transpose([0, 2, 1]));
    const shape = [...rows.others, ...columns.others];
    return product.reshape([product.shape[0]!, ...(shape.length === 0 ? [1] : shape)]);
  }
}

/** The vectors along an axis of each example, [batch, count, size], and the sizes of the other axes. */
function vectors(x: Tensor, axis: number, normalize: boolean): { readonly values: Tensor; readonly others: Shape } {
  const moved = moveAxis(x, axis, -1);
  const others = moved.shape.slice(1, -1);
  const values = moved.reshape([moved.shape[0]!, sizeOf(others), moved.shape.at(-1)!]);
  if (!normalize) return { values, others };
  return { values: values.div(values.square().sum(-1, { keepDims: true }).maximum(1e-12).sqrt()), others };
}

/**
 * Products of the vectors of two inputs along an axis of each, example by example. `dot({ axes: 1 })` is the layer,
 * `dot([x, y], { axes: 1 })` what it gives.
 *
 * x: a list of two tensors [batch, …] → [batch, the other axes of the first, those of the second]; [batch, 1] if there
 * are none. No weights. As Keras 3. Throws a ShapeError naming both shapes.
 *
 * @example
 * ```ts
 * dot([tensor([[1, 2]]), tensor([[3, 4]])], { axes: 1 }); // → [[11]]
 * ```
 */
export function dot(options: DotOptions): Dot;
export function dot(inputs: readonly SymbolicTensor[], options: DotOptions): SymbolicTensor;
export function dot(inputs: readonly Tensor[], options: DotOptions): Tensor;
export function dot(inputsOrOptions: MergingInputs | DotOptions, options?: DotOptions): Dot | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Dot(own!), inputsOrOptions, options);
}
