import type { Tensor } from '@tesserajs/tensor';
import type { FieldKind, LayerOptions } from '../layer.js';
import type { SymbolicTensor } from '../../module/symbolic-tensor.js';
import { layerOrResult, Merging, type MergingInputs } from './merging.js';

/** The sum of several tensors; made by {@link add}. */
export class Add extends Merging {
  static readonly className: string = 'Add';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link add}. */
  constructor(options: LayerOptions = {}) {
    super('add', options);
  }

  protected override merge([first, ...others]: readonly Tensor[]): Tensor {
    return others.reduce((sum, x) => sum.add(x), first!);
  }
}

/**
 * Sum of its inputs, element by element; sizes of 1 broadcast. `add()` is the layer, `add([x, y])` what it gives.
 *
 * x: a list of at least two tensors → their sum. No weights. As Keras 3. Throws a ShapeError naming all shapes.
 *
 * @example
 * ```ts
 * add([tensor([[1, 2]]), tensor([[10, 20]])]); // → [[11, 22]]
 * ```
 */
export function add(options?: LayerOptions): Add;
export function add(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function add(inputs: readonly Tensor[], options?: LayerOptions): Tensor;
export function add(
  inputsOrOptions?: MergingInputs | LayerOptions,
  options?: LayerOptions,
): Add | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Add(own), inputsOrOptions, options);
}
