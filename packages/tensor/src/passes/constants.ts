import { createPrimitives, type FullAttributes } from '../ops/create.js';
import type { Tensor } from '../tensor.js';

/** The number that all elements of a constant have; null for tensors that are no constant. */
export function fullValue(tensor: Tensor): number | null {
  const { node } = tensor;
  if (node === null || node.primitive !== createPrimitives.full) return null;
  return Number((node.attributes as FullAttributes).value);
}
