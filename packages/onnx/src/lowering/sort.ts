import type { ArgsortAttributes, CumulativeAttributes, DType, PrimitiveName } from '@tesserajs/tensor';
import { elementTypeCode, type ElementType } from '../elements.js';
import { elementType, requireFixedAxes, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';
import { zerosLike } from './create.js';

function castTo({ graph }: LoweringContext, value: string, type: ElementType): string {
  return graph.node('Cast', [value], { to: { int: elementTypeCode(type) } });
}

/** Beyond every finite float32, and below Infinity. */
const beyondFloat32 = 1e300;

/** Keys that TopK orders as the elements are to be ordered: it has few types, and leaves the place of NaN open. */
function sortKeys(x: string, dtype: DType, context: LoweringContext): string {
  const { graph } = context;
  switch (dtype) {
    case 'int32':
    case 'int64':
      return x;
    case 'uint32':
      return castTo(context, x, 'int64');
    case 'float32': {
      const wide = castTo(context, x, 'float64');
      const limited = graph.node('Min', [wide, graph.constant('float64', beyondFloat32)]);
      return graph.node('Where', [graph.node('IsNaN', [x]), graph.constant('float64', Infinity), limited]);
    }
    default:
      return castTo(context, x, 'int32');
  }
}

/** The first `count` of the indices that sort along the last axis. Of equal elements it takes the first: the order is stable. */
function topK(keys: string, count: number, descending: boolean, { graph }: LoweringContext): string {
  const [, indices] = graph.nodeWithOutputs(
    'TopK',
    [keys, graph.constant('int64', [count])],
    ['keys', 'indices'],
    { axis: { int: -1 }, largest: { int: descending ? 1 : 0 }, sorted: { int: 1 } },
    { name: 'argsort' },
  );
  return indices;
}

/** No type is wider than float64: NaN are sorted like Infinity first, and then behind all others. */
function sortDoubles(x: string, count: number, descending: boolean, length: number, context: LoweringContext): string {
  const { graph } = context;
  const isNaN = graph.node('IsNaN', [x]);
  const numbers = graph.node('Where', [isNaN, graph.constant('float64', Infinity), x]);
  const order = topK(numbers, length, descending, context);
  const last = { axis: { int: -1 } };
  const flags = graph.node('GatherElements', [castTo(context, isNaN, 'int32'), order], last);
  return graph.node('GatherElements', [order, topK(flags, count, descending, context)], last);
}

/** TopK is many times faster along the last axis. */
const argsort: Lowering = (node, [x], context) => {
  const { axis, descending, count } = node.attributes as ArgsortAttributes;
  const { graph } = context;
  const { dtype, rank, shape } = node.operands[0]!;
  const [result] = node.results;
  requireFixedAxes(context, node, node.operands[0]!, [axis]);
  if (result!.size === 0) return [zerosLike(context, result!)];
  const last = rank - 1;
  const order = Array.from({ length: rank }, (_, i) => (i === last ? axis : i < axis ? i : i + 1));
  const back = Array.from({ length: rank }, (_, i) => (i === axis ? last : i < axis ? i : i - 1));
  const turn = (value: string, permutation: readonly number[]): string =>
    axis === last ? value : graph.node('Transpose', [value], { perm: { ints: permutation } });
  const turned = turn(x!, order);
  const indices =
    dtype === 'float64'
      ? sortDoubles(turned, count, descending, shape[axis]!, context)
      : topK(sortKeys(turned, dtype, context), count, descending, context);
  return [castTo(context, turn(indices, back), elementType(result!))];
};

const cumSum: Lowering = (node, [x], { graph }) => {
  const { axis, reverse } = node.attributes as CumulativeAttributes;
  const attributes = { reverse: { int: reverse ? 1 : 0 } };
  return [graph.node('CumSum', [x!, graph.constant('int64', axis)], attributes, { name: 'cumSum' })];
};

/** Lowerings of orders and running sums. */
export const sortLowerings: Readonly<Record<Extract<PrimitiveName, 'argsort' | 'cumSum'>, LoweringEntry>> = {
  argsort,
  cumSum,
};
