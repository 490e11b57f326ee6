import type { Tensor } from '../tensor.js';

/** Marks tensors across copies of this package. */
export const tensorBrand: unique symbol = Symbol.for('@tesserajs/Tensor') as never;

/**
 * True for tensors.
 *
 * @example
 * ```ts
 * isTensor(tensor([1])); // → true
 * ```
 */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && (value as { [tensorBrand]?: true })[tensorBrand] === true;
}
