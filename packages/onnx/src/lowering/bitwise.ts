import { dtypeKind, isFloat, type DType, type PrimitiveName } from '@tesserajs/tensor';
import { elementTypeCode } from '../elements.js';
import type { StandardOperator } from '../operators.js';
import { elementType, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

function operator(opType: StandardOperator): Lowering {
  return (node, operands, { graph }) => [graph.node(opType, operands, {}, { name: node.primitive.name })];
}

function shift(direction: 'LEFT' | 'RIGHT'): Lowering {
  return (node, operands, { graph }) => [
    graph.node('BitShift', operands, { direction: { string: direction } }, { name: node.primitive.name }),
  ];
}

/** 1 where a condition holds, else 0. */
function indicator({ graph }: LoweringContext, condition: string, dtype: DType): string {
  return graph.node('Cast', [condition], { to: { int: elementTypeCode(elementType({ dtype })) } });
}

/** 1 where the C remainder of a division is not 0 and has another sign than the divisor, so that it rounded upwards. */
function roundedUp(context: LoweringContext, rest: string, divisor: string, dtype: DType): string {
  const { graph } = context;
  const zero = graph.constant(elementType({ dtype }), 0);
  const different = graph.node('Xor', [graph.node('Less', [rest, zero]), graph.node('Less', [divisor, zero])]);
  const some = graph.node('Not', [graph.node('Equal', [rest, zero])]);
  return indicator(context, graph.node('And', [some, different]), dtype);
}

/** A divisor with which the processor divides any integer: 1 in place of 0, and of −1, which the smallest overflows. */
function safeDivisor(context: LoweringContext, b: string, dtype: DType): { divisor: string; factor: string } {
  const { graph } = context;
  const number = (value: number): string => graph.constant(elementType({ dtype }), value);
  const isZero = indicator(context, graph.node('Equal', [b, number(0)]), dtype);
  const divisor = graph.node('Add', [b, isZero]);
  const factor = graph.node('Sub', [number(1), isZero]);
  if (dtypeKind(dtype) === 'uint') return { divisor, factor };
  const isMinus = indicator(context, graph.node('Equal', [b, number(-1)]), dtype);
  const twice = graph.node('Add', [isMinus, isMinus]);
  return { divisor: graph.node('Add', [divisor, twice]), factor: graph.node('Sub', [factor, twice]) };
}

const remainder: Lowering = (node, [a, b], context) => {
  const { dtype } = node.results[0]!;
  const { graph } = context;
  if (!isFloat(dtype)) return [graph.node('Mod', [a!, safeDivisor(context, b!, dtype).divisor])];
  const rest = graph.node('Mod', [a!, b!], { fmod: { int: 1 } });
  const lift = graph.node('Cast', [roundedUp(context, rest, b!, dtype)], { to: { int: elementTypeCode('bool') } });
  return [graph.node('Where', [lift, graph.node('Add', [rest, b!]), rest])];
};

const floorDivide: Lowering = (node, [a, b], context) => {
  const { dtype } = node.results[0]!;
  const { graph } = context;
  if (!isFloat(dtype)) {
    const { divisor, factor } = safeDivisor(context, b!, dtype);
    const quotient = graph.node('Div', [a!, divisor]);
    if (dtypeKind(dtype) === 'uint') return [graph.node('Mul', [quotient, factor])];
    const rest = graph.node('Sub', [a!, graph.node('Mul', [quotient, divisor])]);
    return [graph.node('Mul', [graph.node('Sub', [quotient, roundedUp(context, rest, divisor, dtype)]), factor])];
  }
  const zero = graph.constant(elementType(node.results[0]!), 0);
  const rest = graph.node('Mod', [a!, b!], { fmod: { int: 1 } });
  const exact = graph.node('Div', [graph.node('Sub', [a!, rest]), b!]);
  const quotient = graph.node('Sub', [graph.node('Round', [exact]), roundedUp(context, rest, b!, dtype)]);
  return [graph.node('Where', [graph.node('Equal', [b!, zero]), graph.node('Div', [a!, b!]), quotient])];
};

/** Names of these primitives. */
type Name = Extract<
  PrimitiveName,
  'remainder' | 'floorDivide' | 'bitwiseAnd' | 'bitwiseOr' | 'bitwiseXor' | 'shiftLeft' | 'shiftRight'
>;

/** Lowerings of whole divisions and of operations on bits. */
export const bitwiseLowerings: Readonly<Record<Name, LoweringEntry>> = {
  remainder,
  floorDivide,
  bitwiseAnd: operator('BitwiseAnd'),
  bitwiseOr: operator('BitwiseOr'),
  bitwiseXor: operator('BitwiseXor'),
  shiftLeft: shift('LEFT'),
  shiftRight: shift('RIGHT'),
};
