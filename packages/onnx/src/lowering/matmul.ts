import type { Node, Tensor, TransposeAttributes } from '@tesserajs/tensor';
import type { Lowering, LoweringContext, LoweringEntry, LoweringTarget } from './context.js';

export function swapsLastAxes(node: Node): boolean {
  if (node.primitive.name !== 'transpose') return false;
  const { permutation } = node.attributes as TransposeAttributes;
  const rank = permutation.length;
  return (
    rank >= 2 &&
    permutation[rank - 1] === rank - 2 &&
    permutation[rank - 2] === rank - 1 &&
    permutation.slice(0, -2).every((axis, i) => axis === i)
  );
}

/** The tensor behind a transpose of its last two axes, for matrix products that read it transposed. */
function untransposed(operand: Tensor): Tensor | null {
  const { node } = operand;
  return node !== null && operand.dtype === 'float32' && swapsLastAxes(node) ? node.operands[0]! : null;
}

/** True for products that can read their operands transposed: the standard has flags for plain matrices alone. */
export function readsTransposed(node: Node, target: LoweringTarget): boolean {
  if (node.primitive.name !== 'matmul') return false;
  return target === 'onnxruntime' || node.operands.every((operand) => operand.rank === 2);
}

/** Operands of a product, before their transposes, and the flags that make up for those. */
export function productInputs(
  node: Node,
  context: LoweringContext,
): { readonly inputs: readonly string[]; readonly flags: { transA: { int: number }; transB: { int: number } } } {
  const sources = node.operands.map(untransposed);
  const inputs = node.operands.map((operand, i) => context.nameOf(sources[i] ?? operand));
  return {
    inputs,
    flags: { transA: { int: Number(sources[0] !== null) }, transB: { int: Number(sources[1] !== null) } },
  };
}

function product(node: Node, context: LoweringContext): string {
  const { inputs, flags } = productInputs(node, context);
  if (flags.transA.int + flags.transB.int === 0) return context.graph.node('MatMul', inputs, {}, { name: 'matmul' });
  if (node.operands.every((operand) => operand.rank === 2)) {
    return context.graph.node('Gemm', inputs, flags, { name: 'matmul' });
  }
  return context.graph.node('FusedMatMul', inputs, flags, { name: 'matmul', domain: 'com.microsoft' });
}

const matmul: Lowering = (node, operands, context) => {
  if (readsTransposed(node, context.target)) return [product(node, context)];
  return [context.graph.node('MatMul', operands, {}, { name: 'matmul' })];
};

/** Lowering of the matrix product. */
export const matmulLowerings: Readonly<Record<'matmul', LoweringEntry>> = { matmul };
