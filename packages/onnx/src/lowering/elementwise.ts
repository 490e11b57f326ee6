import { isFloat, isInteger, type CastAttributes, type DType, type PrimitiveName } from '@tesserajs/tensor';
import { elementTypeCode } from '../elements.js';
import type { StandardOperator } from '../operators.js';
import { elementType, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

/** A primitive that one operator computes. */
function operator(opType: StandardOperator): Lowering {
  return (node, operands, { graph }) => [graph.node(opType, operands, {}, { name: node.primitive.name })];
}

const integerBounds: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
};

function castTo(context: LoweringContext, value: string, dtype: DType): string {
  const to = { int: elementTypeCode(elementType({ dtype })) };
  return context.graph.node('Cast', [value], { to });
}

/** Float to integer saturates and takes NaN to 0, where a bare Cast does what the processor does. */
function saturate(context: LoweringContext, value: string, bounds: readonly [number, number]): string {
  const { graph } = context;
  const wide = castTo(context, value, 'float64');
  const zero = graph.constant('float64', 0);
  const numbers = graph.node('Where', [graph.node('IsNaN', [wide]), zero, wide]);
  return graph.node('Clip', [numbers, graph.constant('float64', bounds[0]), graph.constant('float64', bounds[1])]);
}

const cast: Lowering = (node, [x], context) => {
  const from = node.operands[0]!.dtype;
  const { dtype } = node.attributes as CastAttributes;
  const bounds = isFloat(from) && isInteger(dtype) ? integerBounds[dtype] : undefined;
  return [castTo(context, bounds === undefined ? x! : saturate(context, x!, bounds), dtype)];
};

/** ONNX Runtime's own Sigmoid is wrong in its tails, where losses take a logarithm of it. */
const sigmoid: Lowering = (node, operands, context) => {
  const { graph, target } = context;
  if (target === 'standard') return [graph.node('Sigmoid', operands, {}, { name: 'sigmoid' })];
  const one = graph.constant(elementType(node.results[0]!), 1);
  const power = graph.node('Exp', [graph.node('Neg', operands)]);
  return [graph.node('Div', [one, graph.node('Add', [one, power])], {}, { name: 'sigmoid' })];
};

/** Names of the elementwise primitives. */
type Name = Extract<
  PrimitiveName,
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'tanh'
  | 'sigmoid'
  | 'relu'
  | 'where'
  | 'cast'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'logicalAnd'
  | 'logicalOr'
  | 'logicalNot'
>;

/** Lowerings of the elementwise primitives. */
export const elementwiseLowerings: Readonly<Record<Name, LoweringEntry>> = {
  add: operator('Add'),
  sub: operator('Sub'),
  mul: operator('Mul'),
  div: operator('Div'),
  pow: operator('Pow'),
  maximum: operator('Max'),
  minimum: operator('Min'),
  neg: operator('Neg'),
  abs: operator('Abs'),
  sign: operator('Sign'),
  floor: operator('Floor'),
  exp: operator('Exp'),
  log: operator('Log'),
  sqrt: operator('Sqrt'),
  tanh: operator('Tanh'),
  sigmoid,
  relu: operator('Relu'),
  where: operator('Where'),
  cast,
  equal: operator('Equal'),
  notEqual: (_, operands, { graph }) => [graph.node('Not', [graph.node('Equal', operands)], {}, { name: 'notEqual' })],
  less: operator('Less'),
  lessEqual: operator('LessOrEqual'),
  greater: operator('Greater'),
  greaterEqual: operator('GreaterOrEqual'),
  logicalAnd: operator('And'),
  logicalOr: operator('Or'),
  logicalNot: operator('Not'),
};
