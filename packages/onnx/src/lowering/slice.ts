import type { ConcatAttributes, PrimitiveName, SliceAttributes, UnsliceAttributes } from '@tesserajs/tensor';
import { integers, requireFixed, type Lowering, type LoweringEntry } from './context.js';

const slice: Lowering = (node, [x], context) => {
  const { starts, sizes, steps } = node.attributes as SliceAttributes;
  const [operand] = node.operands;
  const axes = starts
    .map((_, axis) => axis)
    .filter((axis) => sizes[axis] !== operand!.shape[axis] || steps[axis] !== 1);
  const open = context.batch?.openAxes(operand!) ?? [];
  if (axes.some((axis) => open.includes(axis))) requireFixed(context, node);
  // The end of a range that walks back to the first element lies before it; −1 would mean the last one.
  const ends = axes.map((axis) => {
    const end = starts[axis]! + sizes[axis]! * steps[axis]!;
    return end < 0 ? -(2 ** 31) : end;
  });
  const inputs = [
    x!,
    integers(
      context,
      axes.map((axis) => starts[axis]!),
    ),
    integers(context, ends),
    integers(context, axes),
  ];
  return [
    context.graph.node(
      'Slice',
      [
        ...inputs,
        integers(
          context,
          axes.map((axis) => steps[axis]!),
        ),
      ],
      {},
      { name: 'slice' },
    ),
  ];
};

const unslice: Lowering = (node, [x], context) => {
  const { starts, sizes, shape } = node.attributes as UnsliceAttributes;
  requireFixed(context, node);
  const pads = [...starts, ...starts.map((start, axis) => shape[axis]! - start - sizes[axis]!)];
  return [context.graph.node('Pad', [x!, integers(context, pads)], {}, { name: 'unslice' })];
};

const concat: Lowering = (node, operands, { graph }) => {
  const { axis } = node.attributes as ConcatAttributes;
  return [graph.node('Concat', operands, { axis: { int: axis } }, { name: 'concat' })];
};

/** Lowerings of the primitives that take tensors apart and put them together. */
export const sliceLowerings: Readonly<Record<Extract<PrimitiveName, 'slice' | 'unslice' | 'concat'>, LoweringEntry>> = {
  slice,
  unslice,
  concat,
};
