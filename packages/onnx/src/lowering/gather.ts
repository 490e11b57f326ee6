import {
  isFloat,
  type DynamicSliceAttributes,
  type GatherAttributes,
  type IndexAttributes,
  type Node,
  type PrimitiveName,
  type ScatterAddAttributes,
  type ScatterSetAttributes,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { elementTypeCode } from '../elements.js';
import {
  elementType,
  integers,
  mergedSize,
  requireFixed,
  requireFixedAxes,
  reshapeLike,
  reshapeTo,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';
import { zerosLike } from './create.js';

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function toInt64({ graph }: LoweringContext, value: string): string {
  return graph.node('Cast', [value], { to: { int: elementTypeCode('int64') } });
}

/** Tensors that name places: the indices of `node` from operand `first` on, for axes of the given sizes. */
interface Places {
  readonly node: Node;
  readonly values: readonly string[];
  readonly first: number;
  readonly sizes: readonly number[];
}

/** Name of the operation that the user called: errors of the runtime name a node by it. */
function operationOf({ primitive, attributes }: Node): string {
  return (attributes as IndexAttributes).operation ?? primitive.name;
}

/** The numbers that name places; where negative ones do not count from the end, they are moved out of range. */
function indexOf({ node, values, first, sizes }: Places, k: number, context: LoweringContext): string {
  const { dtype } = node.operands[first + k]!;
  if ((node.attributes as IndexAttributes).refuseNegative !== true) {
    return dtype === 'int32' || dtype === 'int64' ? values[k]! : toInt64(context, values[k]!);
  }
  const { graph } = context;
  const given = toInt64(context, values[k]!);
  const negative = graph.node('Less', [given, graph.constant('int64', 0)]);
  const moved = graph.node('Sub', [given, graph.constant('int64', sizes[k]!)]);
  return graph.node('Where', [negative, moved, given]);
}

/** The place on axes of these sizes merged into one, from 0 on. A look-up in 0, 1, … refuses what is out of range. */
function mergedIndex(places: Places, context: LoweringContext): string {
  const { graph } = context;
  return places.sizes.reduce((merged, size, k) => {
    const range = [graph.constant('int64', 0), graph.constant('int64', size), graph.constant('int64', 1)];
    const name = operationOf(places.node);
    const own = graph.node('Gather', [graph.node('Range', range), indexOf(places, k, context)], {}, { name });
    if (merged === '') return own;
    return graph.node('Add', [graph.node('Mul', [merged, graph.constant('int64', size)]), own]);
  }, '');
}

const gather: Lowering = (node, [x, ...at], context) => {
  const { axis } = node.attributes as GatherAttributes;
  const [operand] = node.operands;
  const axes = [...operand!.shape.keys()];
  const named = axes.slice(axis, axis + at.length);
  const places = { node, values: at, first: 1, sizes: named.map((k) => operand!.shape[k]!) };
  const attributes = { axis: { int: axis } };
  const name = { name: operationOf(node) };
  // Their sizes are part of the model.
  const bounded = at.length > 1 || (node.attributes as IndexAttributes).refuseNegative === true;
  if (bounded) requireFixedAxes(context, node, operand!, named);
  if (at.length === 1) return [context.graph.node('Gather', [x!, indexOf(places, 0, context)], attributes, name)];
  requireOneOpen(context, node, operand!);
  const each = (parts: readonly number[]): number[] => parts.map((k) => mergedSize(context, operand!, [k]));
  const flat = [...each(axes.slice(0, axis)), sizeOf(places.sizes), ...each(axes.slice(axis + at.length))];
  const inputs = [reshapeTo(context, x!, flat), mergedIndex(places, context)];
  return [context.graph.node('Gather', inputs, attributes, name)];
};

/** Reshapes leave one size to the runtime. */
function requireOneOpen(context: LoweringContext, node: Node, tensor: Tensor): void {
  if ((context.batch?.openAxes(tensor) ?? []).length > 1) requireFixed(context, node);
}

/**
 * The sizes of a scatter: `outer` × `places` rows of `inner` elements, of which `n` are written in each. One is −1 when it
 * follows the batch size.
 */
interface Rows {
  readonly outer: number;
  readonly places: number;
  readonly inner: number;
  readonly n: number;
}

function rowsOf(result: Tensor, axis: number, { node, first, sizes }: Places, context: LoweringContext): Rows {
  const axes = [...result.shape.keys()];
  const index = node.operands[first]!;
  requireFixedAxes(context, node, result, axes.slice(axis, axis + sizes.length));
  requireOneOpen(context, node, node.operands[first - 1]!);
  return {
    outer: mergedSize(context, result, axes.slice(0, axis)),
    places: sizeOf(sizes),
    inner: mergedSize(context, result, axes.slice(axis + sizes.length)),
    n: mergedSize(context, index, [...index.shape.keys()]),
  };
}

/** Elements of the largest matrix of zeros and ones. */
const largestProduct = 2 ** 24;

/**
 * Whether rows add up faster as a product with a matrix of zeros and ones than by a scatter. The matrix costs half a
 * nanosecond for each of its elements and the product 1/150 for each of its terms; a scatter 5 for each element. For an
 * open batch the matrix could become too large.
 */
function isProductFaster({ outer, places, inner, n }: Rows): boolean {
  return outer === 1 && n >= 0 && places * n <= largestProduct && places * (75 + inner) < 750 * inner;
}

/**
 * [places, n] of zeros and ones · updates [n, inner]. Zero times Infinity or NaN makes NaN of places that the update does
 * not name: then the sum is a scatter after all.
 */
function addByProduct(updates: string, places: Places, rows: Rows, context: LoweringContext): string {
  const { graph } = context;
  const { inner, n, places: count } = rows;
  const name = operationOf(places.node);
  const [operand] = places.node.operands;
  const type = elementType(operand!);
  const all = graph.node(
    'Range',
    [0, count, 1].map((value) => graph.constant('int64', value)),
  );
  const index = reshapeTo(context, mergedIndex(places, context), [1, n]);
  const same = graph.node('Equal', [reshapeTo(context, all, [count, 1]), index]);
  const ones = graph.node('Cast', [same], { to: { int: elementTypeCode(type) } });
  const product = graph.node('MatMul', [ones, reshapeTo(context, updates, [n, inner])], {}, { name });
  const nothing = graph.node('ReduceMax', [graph.node('IsNaN', [product])], { keepdims: { int: 0 } });
  const scattered = graph.subgraph('scatter');
  const inside = { ...context, graph: scattered };
  const zeros = zerosLike(inside, places.node.results[0]!);
  const sum = scatter(zeros, updates, places, rows, { reduction: 'add', unique: false }, inside);
  scattered.output(reshapeTo(inside, sum, [count, inner]), type, [count, inner]);
  const multiplied = graph.subgraph('product');
  multiplied.output(product, type, [count, inner]);
  const branches = { then_branch: { graph: scattered }, else_branch: { graph: multiplied } };
  return graph.node('If', [nothing], branches, { name });
}

/** Writes rows over those of `target`. Only ScatterElements may get a place twice: ScatterND would race. */
function scatter(
  target: string,
  updates: string,
  places: Places,
  { outer, places: count, inner, n }: Rows,
  { reduction, unique }: { readonly reduction: 'none' | 'add'; readonly unique: boolean },
  context: LoweringContext,
): string {
  const { graph } = context;
  const name = operationOf(places.node);
  // Both operators take negative indices and refuse those out of range.
  const index =
    places.values.length === 1 ? toInt64(context, indexOf(places, 0, context)) : mergedIndex(places, context);
  if (unique && outer === 1) {
    const inputs = [
      reshapeTo(context, target, [count, inner]),
      reshapeTo(context, index, [n, 1]),
      reshapeTo(context, updates, [n, inner]),
    ];
    return graph.node('ScatterND', inputs, {}, { name });
  }
  const shape = [outer, n, inner];
  const rows = reshapeTo(context, updates, shape);
  const sizes = shape.includes(-1) ? graph.node('Shape', [rows]) : integers(context, shape);
  const full = graph.node('Expand', [reshapeTo(context, index, [1, n, 1]), sizes]);
  const inputs = [reshapeTo(context, target, [outer, count, inner]), full, rows];
  const attributes = { axis: { int: 1 }, reduction: { string: reduction } };
  return graph.node('ScatterElements', inputs, attributes, { name });
}

const scatterAdd: Lowering = (node, [updates, ...at], context) => {
  const { axis, sizes, uniqueIndices } = node.attributes as ScatterAddAttributes;
  const [result] = node.results;
  const places = { node, values: at, first: 1, sizes };
  const rows = rowsOf(result!, axis, places, context);
  const zeros = zerosLike(context, result!);
  if (node.operands[0]!.size === 0) return [zeros];
  const product = !uniqueIndices && isFloat(result!.dtype) && isProductFaster(rows);
  const options = { reduction: uniqueIndices ? 'none' : 'add', unique: uniqueIndices } as const;
  const added = product
    ? addByProduct(updates!, places, rows, context)
    : scatter(zeros, updates!, places, rows, options, context);
  return [reshapeLike(context, added, result!)];
};

const scatterSet: Lowering = (node, [x, updates, ...at], context) => {
  const { axis, uniqueIndices } = node.attributes as ScatterSetAttributes;
  const [result] = node.results;
  const places = { node, values: at, first: 2, sizes: result!.shape.slice(axis, axis + at.length) };
  if (node.operands[1]!.size === 0) return [x!];
  const options = { reduction: 'none', unique: uniqueIndices } as const;
  const written = scatter(x!, updates!, places, rowsOf(result!, axis, places, context), options, context);
  return [reshapeLike(context, written, result!)];
};

/** Axes on which a window is smaller than what it lies in. */
function partialAxes(context: LoweringContext, node: Node, whole: Tensor, window: Tensor): number[] {
  const [sizes, own] = [context.dimensionsOf(whole), context.dimensionsOf(window)];
  const partial = [...sizes.keys()].filter((axis) => sizes[axis] !== own[axis]);
  requireFixedAxes(context, node, whole, partial);
  return partial;
}

/**
 * Starts as they are used: from the end if negative, then moved so that the window fits. Where the window takes a whole
 * axis, which may follow the batch size, that is 0.
 */
function clampedStarts(starts: string, sizes: Shape, shape: Shape, context: LoweringContext): string {
  const { graph } = context;
  const given = toInt64(context, starts);
  const zero = graph.constant('int64', 0);
  const wrapped = graph.node('Add', [given, integers(context, shape)]);
  const chosen = graph.node('Where', [graph.node('Less', [given, zero]), wrapped, given]);
  const last = integers(
    context,
    shape.map((length, axis) => length - sizes[axis]!),
  );
  return graph.node('Min', [graph.node('Max', [chosen, zero]), last]);
}

const dynamicSlice: Lowering = (node, [x, starts], context) => {
  const { sizes } = node.attributes as DynamicSliceAttributes;
  const { graph } = context;
  const [operand] = node.operands;
  const partial = partialAxes(context, node, operand!, node.results[0]!);
  if (partial.length === 0) return [x!];
  const axes = integers(context, partial);
  const from = graph.node('Gather', [clampedStarts(starts!, sizes, operand!.shape, context), axes]);
  const size = integers(
    context,
    partial.map((axis) => sizes[axis]!),
  );
  const to = graph.node('Add', [from, size]);
  return [graph.node('Slice', [x!, from, to, axes], {}, { name: 'dynamicSlice' })];
};

/** Cuts around the window along its first partial axis, and within its rows along the others. */
const dynamicUpdateSlice: Lowering = (node, [x, update, starts], context) => {
  const { graph } = context;
  const { shape } = node.operands[0]!;
  const sizes = node.operands[1]!.shape;
  const partial = partialAxes(context, node, node.operands[0]!, node.operands[1]!);
  if (partial.length === 0) return [update!];
  if (sizes.includes(0)) return [x!];
  const from = clampedStarts(starts!, sizes, shape, context);
  const place = (whole: string, [axis, ...rest]: readonly number[]): string => {
    const name = { name: 'dynamicUpdateSlice' };
    const position = integers(context, [axis!]);
    const start = graph.node('Gather', [from, position]);
    const stop = graph.node('Add', [start, integers(context, [sizes[axis!]!])]);
    const cut = (low: string, high: string): string => graph.node('Slice', [whole, low, high, position], {}, name);
    const before = cut(integers(context, [0]), start);
    const after = cut(stop, integers(context, [shape[axis!]!]));
    const inner = rest.length === 0 ? update! : place(cut(start, stop), rest);
    return graph.node('Concat', [before, inner, after], { axis: { int: axis! } }, name);
  };
  return [place(x!, partial)];
};

/** Lowerings of the primitives that read and write by indices, or in a window at computed starts. */
export const gatherLowerings: Readonly<
  Record<
    Extract<PrimitiveName, 'gather' | 'scatterAdd' | 'scatterSet' | 'dynamicSlice' | 'dynamicUpdateSlice'>,
    LoweringEntry
  >
> = { gather, scatterAdd, scatterSet, dynamicSlice, dynamicUpdateSlice };
