import type { Node, PoolAttributes, PrimitiveName } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import {
  integers,
  isBatchOpen,
  reshapeLike,
  reshapeTo,
  shapeOf,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

/** Attributes of a pooling operator. */
export function windowAttributes({
  window,
  strides,
  padding,
}: Pick<PoolAttributes, 'window' | 'strides' | 'padding'>): Attributes {
  return {
    kernel_shape: { ints: window },
    strides: { ints: strides },
    pads: { ints: [...padding.map(([low]) => low), ...padding.map(([, high]) => high)] },
  };
}

/** The pooled values and the flat positions of the elements that won, computed once for the pool and its gradient. */
function pooled(node: Node, x: string, context: LoweringContext): readonly string[] {
  const attributes = node.attributes as PoolAttributes;
  return context.shared(`maxPool ${x} ${JSON.stringify(attributes)}`, () =>
    context.graph.nodeWithOutputs('MaxPool', [x], ['values', 'indices'], windowAttributes(attributes), {
      name: 'maxPool',
    }),
  );
}

const maxPool: Lowering = (node, [x], context) => {
  // Positions cost several times the pool: only graphs that hold its gradient ask for them.
  if (context.poolsWithGradient.has(node.operands[0]!)) return [pooled(node, x!, context)[0]!];
  return [
    context.graph.node('MaxPool', [x!], windowAttributes(node.attributes as PoolAttributes), { name: 'maxPool' }),
  ];
};

/** Windows that tile the input: no element belongs to two of them. */
export function tiles({ window, strides }: Pick<PoolAttributes, 'window' | 'strides'>): boolean {
  return window.every((size, axis) => size === strides[axis]);
}

/** Puts each cotangent where its window's element won. */
function unpooled(node: Node, x: string, dy: string, context: LoweringContext): string {
  const [, indices] = pooled(node, x, context);
  const inputs = [dy, indices!, shapeOf(context, node.operands[0]!)];
  return context.graph.node('MaxUnpool', inputs, windowAttributes(node.attributes as PoolAttributes), {
    name: 'maxPoolGrad',
  });
}

/** Adds the cotangents up at the positions that MaxPool gives. */
function scatteredGradient(node: Node, x: string, dy: string, context: LoweringContext): string {
  const { graph } = context;
  const [, indices] = pooled(node, x, context);
  const [operand] = node.operands;
  const open = isBatchOpen(context, node);
  const size = open
    ? graph.node('ReduceProd', [shapeOf(context, operand!)], { keepdims: { int: 1 } })
    : integers(context, [operand!.size]);
  const flat = [
    graph.node('ConstantOfShape', [size]),
    reshapeTo(context, indices!, [-1]),
    reshapeTo(context, dy, [-1]),
  ];
  const sums = graph.node('ScatterElements', flat, { reduction: { string: 'add' } }, { name: 'maxPoolGrad' });
  return reshapeLike(context, sums, operand!);
}

const maxPoolGrad: Lowering = (node, [x, dy], context) => {
  isBatchOpen(context, node); // refuses other axes
  const tiled = tiles(node.attributes as PoolAttributes) && node.operands[0]!.dtype === 'float32';
  return [tiled ? unpooled(node, x!, dy!, context) : scatteredGradient(node, x!, dy!, context)];
};

const maxPoolTake: Lowering = (node, [x, v], context) => {
  isBatchOpen(context, node); // refuses other axes
  const [, indices] = pooled(node, x!, context);
  const flat = reshapeTo(context, v!, [-1]);
  return [context.graph.node('Gather', [flat, indices!], {}, { name: 'maxPoolTake' })];
};

/** Lowerings of the pooling primitives. */
export const poolLowerings: Readonly<
  Record<Extract<PrimitiveName, 'maxPool' | 'maxPoolGrad' | 'maxPoolTake'>, LoweringEntry>
> = {
  maxPool,
  maxPoolGrad,
  maxPoolTake,
};
