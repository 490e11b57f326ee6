import { isFloat, type ArgAttributes, type Node, type PrimitiveName, type ReduceAttributes } from '@tesserajs/tensor';
import { elementTypeCode, type ElementType } from '../elements.js';
import {
  elementType,
  integers,
  reshapeTo,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

/** As many ones as a model may hold for a sum. */
const mostOnes = 2 ** 16;

type Reduction = 'ReduceSum' | 'ReduceProd' | 'ReduceMax' | 'ReduceMin';

function reduce(opType: Reduction, node: Node, x: string, context: LoweringContext): string {
  const { axes } = node.attributes as ReduceAttributes;
  const inputs = [x, integers(context, axes)];
  return context.graph.node(opType, inputs, { keepdims: { int: 0 } }, { name: node.primitive.name });
}

function castTo({ graph }: LoweringContext, value: string, type: ElementType): string {
  return graph.node('Cast', [value], { to: { int: elementTypeCode(type) } });
}

/** The runtime's reductions pass over some NaN; the result has to be NaN where an element is. */
function extremum(opType: 'ReduceMax' | 'ReduceMin'): Lowering {
  return (node, [x], context) => {
    const [operand] = node.operands;
    if (context.target !== 'onnxruntime' || !isFloat(operand!.dtype)) return [reduce(opType, node, x!, context)];
    const { graph } = context;
    const found = reduce('ReduceMax', node, graph.node('IsNaN', [x!]), context);
    const nothing = graph.constant(elementType(operand!), NaN);
    return [graph.node('Where', [found, nothing, reduce(opType, node, x!, context)])];
  };
}

/** A sum over leading axes is a product with a row of ones: one pass at the speed of a matrix product. */
function sumRows(node: Node, x: string, context: LoweringContext): string {
  const { graph } = context;
  const { size, rank } = node.operands[0]!;
  const [result] = node.results;
  const rows = size / result!.size;
  const matrix = rank === 2 ? x : reshapeTo(context, x, [rows, result!.size]);
  const ones = graph.constant('float32', new Array<number>(rows).fill(1), [1, rows]);
  return reshapeTo(context, graph.node('MatMul', [ones, matrix], {}, { name: 'sum' }), result!.shape);
}

/** Whether a sum takes the first axes and leaves the others, and is worth a product. */
function sumsRows(node: Node, { batch }: LoweringContext): boolean {
  const { axes } = node.attributes as ReduceAttributes;
  const [x] = node.operands;
  if (x!.dtype !== 'float32' || x!.size === 0 || axes.length === 0 || axes.length === x!.rank) return false;
  const leading = axes.every((axis) => axis < axes.length);
  return leading && (batch?.openAxes(x!) ?? []).length === 0 && x!.size / node.results[0]!.size <= mostOnes;
}

/** The runtime's sums of int32 saturate; these wrap around. Exact below 2^53, which 2^22 terms cannot reach. */
function sumWrapping(node: Node, x: string, context: LoweringContext): string {
  const { graph } = context;
  const total = castTo(context, reduce('ReduceSum', node, castTo(context, x, 'float64'), context), 'int64');
  // Not by a cast: optimizers merge it with the one before into a cast of the float, which saturates.
  const half = graph.constant('int64', 2 ** 31);
  const wrapped = graph.node('Mod', [graph.node('Add', [total, half]), graph.constant('int64', 2 ** 32)]);
  return castTo(context, graph.node('Sub', [wrapped, half]), 'int32');
}

const sum: Lowering = (node, [x], context) => {
  const { dtype } = node.operands[0]!;
  if (context.target !== 'onnxruntime') return [reduce('ReduceSum', node, x!, context)];
  if (dtype === 'int32') return [sumWrapping(node, x!, context)];
  if (sumsRows(node, context)) return [sumRows(node, x!, context)];
  return [reduce('ReduceSum', node, x!, context)];
};

/** The operators pass over NaN where the result has to be the index of the first one. */
function argReduce(opType: 'ArgMax' | 'ArgMin'): Lowering {
  return (node, [x], context) => {
    const { axis } = node.attributes as ArgAttributes;
    const { graph } = context;
    const attributes = { axis: { int: axis }, keepdims: { int: 0 } };
    const index = graph.node(opType, [x!], attributes, { name: node.primitive.name });
    if (!isFloat(node.operands[0]!.dtype)) return [castTo(context, index, 'int32')];
    const flags = castTo(context, graph.node('IsNaN', [x!]), 'uint8');
    const found = graph.node('ReduceMax', [flags, integers(context, [axis])], { keepdims: { int: 0 } });
    const first = graph.node('ArgMax', [flags], attributes);
    const chosen = graph.node('Where', [castTo(context, found, 'bool'), first, index]);
    return [castTo(context, chosen, 'int32')];
  };
}

const prod: Lowering = (node, [x], context) => [reduce('ReduceProd', node, x!, context)];

/** Lowerings of the reductions. */
export const reduceLowerings: Readonly<
  Record<Extract<PrimitiveName, 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin'>, LoweringEntry>
> = {
  sum,
  prod,
  max: extremum('ReduceMax'),
  min: extremum('ReduceMin'),
  argmax: argReduce('ArgMax'),
  argmin: argReduce('ArgMin'),
};
