import { bind, primitives, type PrimitiveName, type Tensor } from '@tesserajs/tensor';

/** Applies a primitive directly, also in forms that no public function builds. */
export function applyAll(name: PrimitiveName, operands: readonly Tensor[], attributes: object = {}): readonly Tensor[] {
  return bind(primitives[name], operands, attributes);
}

/** The first result of a primitive. */
export function apply(name: PrimitiveName, operands: readonly Tensor[], attributes: object = {}): Tensor {
  return applyAll(name, operands, attributes)[0]!;
}
