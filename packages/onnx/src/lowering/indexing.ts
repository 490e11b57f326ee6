import type { AddAlongAxisAttributes, AlongAxisAttributes, Node, PrimitiveName } from '@tesserajs/tensor';
import { elementTypeCode } from '../elements.js';
import { zerosLike } from './create.js';
import type { Lowering, LoweringContext, LoweringEntry } from './context.js';

/** Indices in a type that Gather and Scatter take. */
function indices(node: Node, value: string, { graph }: LoweringContext): string {
  const { dtype } = node.operands[1]!;
  if (dtype === 'int32' || dtype === 'int64') return value;
  return graph.node('Cast', [value], { to: { int: elementTypeCode('int64') } });
}

const takeAlongAxis: Lowering = (node, [x, at], context) => {
  const { axis, operation = 'takeAlongAxis' } = node.attributes as AlongAxisAttributes;
  const inputs = [x!, indices(node, at!, context)];
  return [context.graph.node('GatherElements', inputs, { axis: { int: axis } }, { name: operation })];
};

const addAlongAxis: Lowering = (node, [x, at], context) => {
  const { axis, uniqueIndices, operation = 'addAlongAxis' } = node.attributes as AddAlongAxisAttributes;
  const inputs = [zerosLike(context, node.results[0]!), indices(node, at!, context), x!];
  const attributes = { axis: { int: axis }, reduction: { string: uniqueIndices ? 'none' : 'add' } };
  return [context.graph.node('ScatterElements', inputs, attributes, { name: operation })];
};

/** Lowerings of the indexing primitives. */
export const indexingLowerings: Readonly<
  Record<Extract<PrimitiveName, 'takeAlongAxis' | 'addAlongAxis'>, LoweringEntry>
> = {
  takeAlongAxis,
  addAlongAxis,
};
