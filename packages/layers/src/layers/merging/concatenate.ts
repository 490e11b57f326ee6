import { ArgumentError, concat, formatShape, ShapeError, type Tensor } from '@tesserajs/tensor';
import type { SymbolicTensor } from '../../module/symbolic-tensor.js';
import { asFloat, Layer, type FieldKind, type LayerOptions } from '../layer.js';
import { checkSeveral, layerOrResult, type MergingInputs } from './merging.js';

/** Options of `concatenate`. */
export interface ConcatenateOptions extends LayerOptions {
  /** Axis along which the inputs follow each other. Default -1, the channels. */
  readonly axis?: number;
}

/** Several tensors one behind the other; made by {@link concatenate}. */
export class Concatenate extends Layer<readonly Tensor[]> {
  static readonly className: string = 'Concatenate';
  static readonly fields: Readonly<Record<string, FieldKind>> = { axis: 'whole' };

  readonly axis: number;

  /** As {@link concatenate}. */
  constructor(options: ConcatenateOptions = {}) {
    super('concatenate', options);
    this.axis = options.axis ?? -1;
    if (!Number.isInteger(this.axis)) {
      throw new ArgumentError(`${this.name}: axis ${JSON.stringify(options.axis)} is not accepted; use a whole number`);
    }
  }

  override call(x: readonly Tensor[]): Tensor {
    const shapes = x.map(({ shape }) => shape);
    checkSeveral(this.name, shapes);
    const rank = shapes[0]!.length;
    const axis = this.axis < 0 ? this.axis + rank : this.axis;
    const fits = shapes.every(
      (shape) => shape.length === rank && shape.every((size, i) => i === axis || size === shapes[0]![i]),
    );
    if (!fits || axis < 0 || axis >= rank) {
      throw new ShapeError(
        `${this.name}: inputs ${shapes.map(formatShape).join(' and ')} must have the same axes, and equal sizes but for ` +
          `axis ${this.axis}`,
      );
    }
    return concat(
      x.map((part) => asFloat(part)),
      axis,
    );
  }
}

/**
 * Its inputs one behind the other along an axis. `concatenate()` is the layer, `concatenate([x, y])` what it gives.
 *
 * x: a list of at least two tensors whose shapes differ in that axis only. No weights. As Keras 3. Throws a ShapeError
 * naming all shapes.
 *
 * @example
 * ```ts
 * concatenate([zeros([2, 3]), zeros([2, 4])]).shape; // → [2, 7]
 * ```
 */
export function concatenate(options?: ConcatenateOptions): Concatenate;
export function concatenate(inputs: readonly SymbolicTensor[], options?: ConcatenateOptions): SymbolicTensor;
export function concatenate(inputs: readonly Tensor[], options?: ConcatenateOptions): Tensor;
export function concatenate(
  inputsOrOptions?: MergingInputs | ConcatenateOptions,
  options?: ConcatenateOptions,
): Concatenate | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Concatenate(own), inputsOrOptions, options);
}
