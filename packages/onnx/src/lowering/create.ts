import type { FullAttributes, IotaAttributes, PrimitiveName, Tensor } from '@tesserajs/tensor';
import { elementType, shapeOf, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';
import { elementTypeCode } from '../elements.js';
import { constantArray } from '../constants.js';

function filled(context: LoweringContext, tensor: Tensor, value: number): string {
  const type = elementType(tensor);
  // Both words of a key get the number.
  const number = tensor.dtype === 'key' ? BigInt(value) * 0x1_0000_0001n : value;
  const element = type === 'bool' ? value !== 0 : number;
  if (tensor.rank === 0) return context.graph.constant(type, element);
  const data = constantArray(type, [element]);
  const attributes = { value: { tensor: { elementType: type, dims: [1], data } } };
  return context.graph.node('ConstantOfShape', [shapeOf(context, tensor)], attributes, { name: 'full' });
}

/** Zeros of a tensor's shape and type. */
export function zerosLike(context: LoweringContext, tensor: Tensor): string {
  return filled(context, tensor, 0);
}

const full: Lowering = (node, _, context) => {
  const [result] = node.results;
  const valueOf = ({ value }: FullAttributes): number => Number(value);
  const open = context.batch?.number(node, elementType(result!), valueOf) ?? null;
  if (open === null) return [filled(context, result!, valueOf(node.attributes as FullAttributes))];
  if (result!.rank === 0) return [open];
  return [context.graph.node('Expand', [open, shapeOf(context, result!)], {}, { name: 'full' })];
};

/** Types that Range computes. */
const rangeTypes: ReadonlySet<string> = new Set(['int32', 'int64', 'float32', 'float64']);

const iota: Lowering = (node, _, context) => {
  const { graph, batch } = context;
  const lengthOf = ({ length }: IotaAttributes): number => length;
  const type = elementType(node.results[0]!);
  const own = rangeTypes.has(type) ? type : 'int32';
  const end = batch?.number(node, own, lengthOf) ?? graph.constant(own, lengthOf(node.attributes as IotaAttributes));
  const range = graph.node('Range', [graph.constant(own, 0), end, graph.constant(own, 1)], {}, { name: 'iota' });
  return [own === type ? range : graph.node('Cast', [range], { to: { int: elementTypeCode(type) } })];
};

/** Lowerings of the primitives without operands. */
export const createLowerings: Readonly<Record<Extract<PrimitiveName, 'full' | 'iota'>, LoweringEntry>> = { full, iota };
