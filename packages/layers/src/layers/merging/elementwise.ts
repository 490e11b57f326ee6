import { ShapeError, type Tensor } from '@tesserajs/tensor';
import type { SymbolicTensor } from '../../module/symbolic-tensor.js';
import type { FieldKind, LayerOptions } from '../layer.js';
import { layerOrResult, Merging, type MergingInputs } from './merging.js';

/** The difference of two tensors; made by {@link subtract}. */
export class Subtract extends Merging {
  static readonly className: string = 'Subtract';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link subtract}. */
  constructor(options: LayerOptions = {}) {
    super('subtract', options);
  }

  protected override merge(x: readonly Tensor[]): Tensor {
    if (x.length !== 2) throw new ShapeError(`${this.name}: got ${x.length} inputs; it takes two: apply([x, y])`);
    return x[0]!.sub(x[1]!);
  }
}

/**
 * Difference of two inputs, element by element; sizes of 1 broadcast. `subtract()` is the layer, `subtract([x, y])` what it gives.
 *
 * x: a list of two tensors → the first less the second. No weights. As Keras 3. Throws a ShapeError naming both shapes.
 *
 * @example
 * ```ts
 * subtract([tensor([[5, 7]]), tensor([[1, 2]])]); // → [[4, 5]]
 * ```
 */
export function subtract(options?: LayerOptions): Subtract;
export function subtract(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function subtract(inputs: readonly Tensor[], options?: LayerOptions): Tensor;
export function subtract(
  inputsOrOptions?: MergingInputs | LayerOptions,
  options?: LayerOptions,
): Subtract | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Subtract(own), inputsOrOptions, options);
}

/** The product of several tensors; made by {@link multiply}. */
export class Multiply extends Merging {
  static readonly className: string = 'Multiply';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link multiply}. */
  constructor(options: LayerOptions = {}) {
    super('multiply', options);
  }

  protected override merge([first, ...others]: readonly Tensor[]): Tensor {
    return others.reduce((product, x) => product.mul(x), first!);
  }
}

/**
 * Product of its inputs, element by element; sizes of 1 broadcast. `multiply()` is the layer, `multiply([x, y])` what it gives.
 *
 * x: a list of at least two tensors → their product. No weights. As Keras 3. Throws a ShapeError naming all shapes.
 *
 * @example
 * ```ts
 * multiply([tensor([[2, 3]]), tensor([[4, 5]])]); // → [[8, 15]]
 * ```
 */
export function multiply(options?: LayerOptions): Multiply;
export function multiply(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function multiply(inputs: readonly Tensor[], options?: LayerOptions): Tensor;
export function multiply(
  inputsOrOptions?: MergingInputs | LayerOptions,
  options?: LayerOptions,
): Multiply | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Multiply(own), inputsOrOptions, options);
}

/** The mean of several tensors; made by {@link average}. */
export class Average extends Merging {
  static readonly className: string = 'Average';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link average}. */
  constructor(options: LayerOptions = {}) {
    super('average', options);
  }

  protected override merge([first, ...others]: readonly Tensor[]): Tensor {
    return others.reduce((sum, x) => sum.add(x), first!).div(others.length + 1);
  }
}

/**
 * Mean of its inputs, element by element; sizes of 1 broadcast. `average()` is the layer, `average([x, y])` what it gives.
 *
 * x: a list of at least two tensors → their mean. No weights. As Keras 3. Throws a ShapeError naming all shapes.
 *
 * @example
 * ```ts
 * average([tensor([[1, 2]]), tensor([[3, 6]])]); // → [[2, 4]]
 * ```
 */
export function average(options?: LayerOptions): Average;
export function average(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function average(inputs: readonly Tensor[], options?: LayerOptions): Tensor;
export function average(
  inputsOrOptions?: MergingInputs | LayerOptions,
  options?: LayerOptions,
): Average | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Average(own), inputsOrOptions, options);
}

/** The largest of several tensors; made by {@link maximum}. */
export class Maximum extends Merging {
  static readonly className: string = 'Maximum';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link maximum}. */
  constructor(options: LayerOptions = {}) {
    super('maximum', options);
  }

  protected override merge([first, ...others]: readonly Tensor[]): Tensor {
    return others.reduce((largest, x) => largest.maximum(x), first!);
  }
}

/**
 * Largest of its inputs, element by element; sizes of 1 broadcast. `maximum()` is the layer, `maximum([x, y])` what it gives.
 *
 * x: a list of at least two tensors → the largest values. No weights. As Keras 3. Throws a ShapeError naming all shapes.
 *
 * @example
 * ```ts
 * maximum([tensor([[1, 6]]), tensor([[3, 2]])]); // → [[3, 6]]
 * ```
 */
export function maximum(options?: LayerOptions): Maximum;
export function maximum(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function maximum(inputs: readonly Tensor[], options?: LayerOptions): Tensor;
export function maximum(
  inputsOrOptions?: MergingInputs | LayerOptions,
  options?: LayerOptions,
): Maximum | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Maximum(own), inputsOrOptions, options);
}

/** The smallest of several tensors; made by {@link minimum}. */
export class Minimum extends Merging {
  static readonly className: string = 'Minimum';
  static readonly fields: Readonly<Record<string, FieldKind>> = {};

  /** As {@link minimum}. */
  constructor(options: LayerOptions = {}) {
    super('minimum', options);
  }

  protected override merge([first, ...others]: readonly Tensor[]): Tensor {
    return others.reduce((smallest, x) => smallest.minimum(x), first!);
  }
}

/**
 * Smallest of its inputs, element by element; sizes of 1 broadcast. `minimum()` is the layer, `minimum([x, y])` what it gives.
 *
 * x: a list of at least two tensors → the smallest values. No weights. As Keras 3. Throws a ShapeError naming all shapes.
 *
 * @example
 * ```ts
 * minimum([tensor([[1, 6]]), tensor([[3, 2]])]); // → [[1, 2]]
 * ```
 */
export function minimum(options?: LayerOptions): Minimum;
export function minimum(inputs: readonly SymbolicTensor[], options?: LayerOptions): SymbolicTensor;
export function minimum(inputs: readonly Tensor[], options?: LayerOptions): Tensor;
export function minimum(
  inputsOrOptions?: MergingInputs | LayerOptions,
  options?: LayerOptions,
): Minimum | SymbolicTensor | Tensor {
  return layerOrResult((own) => new Minimum(own), inputsOrOptions, options);
}
