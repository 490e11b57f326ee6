import type { Node, PoolAttributes, PrimitiveName } from '@tesserajs/tensor';
import type { Attributes } from '../attributes.js';
import { elementTypeCode } from '../elements.js';
import {
  integers,
  requireFixed,
  reshapeTo,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

function windowAttributes({ window, strides, padding }: PoolAttributes): Attributes {
  return {
    kernel_shape: { ints: window },
    strides: { ints: strides },
    pads: { ints: [...padding.map(([low]) => low), ...padding.map(([, high]) => high)] },
  };
}

/** The pooled values, computed once for the pool and its gradient. */
function maximum(node: Node, x: string, context: LoweringContext): string {
  const attributes = node.attributes as PoolAttributes;
  const [values] = context.shared(`maxPool ${x} ${JSON.stringify(attributes)}`, () => [
    context.graph.node('MaxPool', [x], windowAttributes(attributes), { name: 'maxPool' }),
  ]);
  return values!;
}

/** The pooled values and the flat positions of the elements that won. */
function pooled(node: Node, x: string, context: LoweringContext): readonly string[] {
  const attributes = node.attributes as PoolAttributes;
  return context.shared(`maxPool positions ${x} ${JSON.stringify(attributes)}`, () =>
    context.graph.nodeWithOutputs('MaxPool', [x], ['values', 'indices'], windowAttributes(attributes), {
      name: 'maxPool',
    }),
  );
}

const maxPool: Lowering = (node, [x], context) => [maximum(node, x!, context)];

/** Square windows that tile a plane without padding. */
function tilesPlane({ window, strides, padding }: PoolAttributes): boolean {
  return (
    window.length === 2 &&
    window[0] === window[1] &&
    window.every((size, axis) => size === strides[axis]) &&
    padding.every(([low, high]) => low === 0 && high === 0)
  );
}

/**
 * Compares each element of the windows with the pooled value, in order, so that the first of equal ones gets the
 * cotangent: three times faster than positions from MaxPool, whose kernel for them is not vectorized.
 */
function tiledGradient(node: Node, x: string, dy: string, context: LoweringContext): string {
  const { graph } = context;
  const attributes = node.attributes as PoolAttributes;
  const [operand, cotangent] = node.operands;
  const [size] = attributes.window;
  const [, , height, width] = operand!.shape;
  const [, , rows, columns] = cotangent!.shape;
  const pool = maximum(node, x, context);
  const axes = integers(context, [2, 3]);
  let taken: string | null = null;
  const parts: string[] = [];
  for (let tap = 0; tap < size! * size!; tap++) {
    const [top, left] = [Math.floor(tap / size!), tap % size!];
    const ends = integers(context, [top + (rows! - 1) * size! + 1, left + (columns! - 1) * size! + 1]);
    const element = graph.node('Slice', [
      x,
      integers(context, [top, left]),
      ends,
      axes,
      integers(context, attributes.strides),
    ]);
    const equal = graph.node('Equal', [element, pool]);
    const first: string = taken === null ? equal : graph.node('And', [equal, graph.node('Not', [taken])]);
    taken = taken === null ? equal : graph.node('Or', [taken, equal]);
    const mask = graph.node('Cast', [first], { to: { int: elementTypeCode('float32') } });
    parts.push(graph.node('Mul', [dy, mask]));
  }
  const stacked = graph.node('Concat', parts, { axis: { int: 1 } }); // [batch, size² · channels, rows, columns]
  const mode = { blocksize: { int: size! }, mode: { string: 'DCR' } };
  const tiled = graph.node('DepthToSpace', [stacked], mode, { name: 'maxPoolGrad' });
  const rest = [height! - rows! * size!, width! - columns! * size!];
  if (rest.every((pixels) => pixels === 0)) return tiled;
  return graph.node('Pad', [tiled, integers(context, [0, 0, 0, 0, 0, 0, ...rest])]);
}

/** Adds the cotangents up at the positions that MaxPool gives. */
function scatteredGradient(node: Node, x: string, dy: string, context: LoweringContext): string {
  const { graph } = context;
  const [, indices] = pooled(node, x, context);
  const [operand, cotangent] = node.operands;
  const zeros = graph.node('ConstantOfShape', [integers(context, [operand!.size])]);
  const flat = [zeros, reshapeTo(context, indices!, [cotangent!.size]), reshapeTo(context, dy, [cotangent!.size])];
  const sums = graph.node('ScatterElements', flat, { reduction: { string: 'add' } }, { name: 'maxPoolGrad' });
  return reshapeTo(context, sums, operand!.shape);
}

const maxPoolGrad: Lowering = (node, [x, dy], context) => {
  requireFixed(context, node);
  const tiled = tilesPlane(node.attributes as PoolAttributes) && node.operands[0]!.dtype === 'float32';
  return [tiled ? tiledGradient(node, x!, dy!, context) : scatteredGradient(node, x!, dy!, context)];
};

const maxPoolTake: Lowering = (node, [x, v], context) => {
  requireFixed(context, node);
  const [, indices] = pooled(node, x!, context);
  const flat = reshapeTo(context, v!, [node.operands[1]!.size]);
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
