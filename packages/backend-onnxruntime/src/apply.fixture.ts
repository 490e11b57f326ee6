import { primitives, Tensor, type Node, type PrimitiveName } from '@tesserajs/tensor';

/** Applies a primitive directly, also in forms that no public function builds. */
export function applyAll(name: PrimitiveName, operands: readonly Tensor[], attributes: object = {}): readonly Tensor[] {
  const primitive = primitives[name];
  const node: Node = { primitive, operands, attributes, results: [], executed: false };
  const trace = operands.find((operand) => operand.trace !== null)?.trace ?? null;
  node.results = [primitive.shape(operands, attributes)]
    .flat()
    .map(({ shape, dtype }, index) => new Tensor(shape, dtype, node, index, trace, false));
  return node.results;
}

/** The first result of a primitive. */
export function apply(name: PrimitiveName, operands: readonly Tensor[], attributes: object = {}): Tensor {
  return applyAll(name, operands, attributes)[0]!;
}
