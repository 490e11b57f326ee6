import type { ArgAttributes, Node, PrimitiveName, ReduceAttributes } from '@tesserajs/tensor';
import { elementTypeCode } from '../elements.js';
import { integers, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

function reduction(opType: 'ReduceSum' | 'ReduceMax' | 'ReduceMin'): Lowering {
  return (node, [x], context) => {
    const { axes } = node.attributes as ReduceAttributes;
    const inputs = [x!, integers(context, axes)];
    return [context.graph.node(opType, inputs, { keepdims: { int: 0 } }, { name: node.primitive.name })];
  };
}

/** A sum over the leading axis of a matrix is a product with a row of ones: one pass at the speed of a matrix product. */
function sumRows(node: Node, x: string, { graph }: LoweringContext): string[] {
  const [rows, columns] = node.operands[0]!.shape;
  const ones = graph.constant('float32', new Array<number>(rows!).fill(1), [1, rows!]);
  const total = graph.node('MatMul', [ones, x], {}, { name: 'sum' });
  return [graph.node('Reshape', [total, graph.constant('int64', [columns!])])];
}

const plainSum = reduction('ReduceSum');

const sum: Lowering = (node, operands, context) => {
  const { axes } = node.attributes as ReduceAttributes;
  const [x] = node.operands;
  const leading = x!.rank === 2 && axes.length === 1 && axes[0] === 0 && x!.shape[0]! > 0;
  if (context.target === 'onnxruntime' && leading && x!.dtype === 'float32')
    return sumRows(node, operands[0]!, context);
  return plainSum(node, operands, context);
};

const argmax: Lowering = (node, [x], { graph }) => {
  const { axis } = node.attributes as ArgAttributes;
  const index = graph.node('ArgMax', [x!], { axis: { int: axis }, keepdims: { int: 0 } }, { name: 'argmax' });
  return [graph.node('Cast', [index], { to: { int: elementTypeCode('int32') } })];
};

/** Lowerings of the reductions. */
export const reduceLowerings: Readonly<
  Record<Extract<PrimitiveName, 'sum' | 'max' | 'min' | 'argmax'>, LoweringEntry>
> = {
  sum,
  max: reduction('ReduceMax'),
  min: reduction('ReduceMin'),
  argmax,
};
