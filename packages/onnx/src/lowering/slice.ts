import type { ConcatAttributes, PrimitiveName, SliceAttributes, UnsliceAttributes } from '@tesserajs/tensor';
import {
  integers,
  requireFixed,
  reshapeTo,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

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

/** Elements in reverse order along axes. */
function reversed(x: string, axes: readonly number[], context: LoweringContext): string {
  if (axes.length === 0) return x;
  const minus = integers(
    context,
    axes.map(() => -1),
  );
  const beforeFirst = integers(
    context,
    axes.map(() => -(2 ** 31)),
  );
  return context.graph.node('Slice', [x, minus, beforeFirst, integers(context, axes), minus]);
}

/** `distances[axis] − 1` zeros behind each element along the axis: each gets an axis of its own, which is filled up. */
function spread(x: string, sizes: readonly number[], distances: readonly number[], context: LoweringContext): string {
  if (distances.every((distance) => distance === 1)) return x;
  const apart = reshapeTo(
    context,
    x,
    sizes.flatMap((size, axis) => (distances[axis] === 1 ? [size] : [size, 1])),
  );
  const after = distances.flatMap((distance) => (distance === 1 ? [0] : [0, distance - 1]));
  const filled = context.graph.node('Pad', [apart, integers(context, [...after.map(() => 0), ...after])]);
  return reshapeTo(
    context,
    filled,
    sizes.map((size, axis) => size * distances[axis]!),
  );
}

const unslice: Lowering = (node, [x], context) => {
  const { starts, sizes, steps, shape } = node.attributes as UnsliceAttributes;
  requireFixed(context, node);
  const single = (axis: number): boolean => sizes[axis]! <= 1;
  const distances = steps.map((step, axis) => (single(axis) ? 1 : Math.abs(step)));
  const backwards = [...steps.keys()].filter((axis) => steps[axis]! < 0 && !single(axis));
  const first = starts.map((start, axis) =>
    backwards.includes(axis) ? start + (sizes[axis]! - 1) * steps[axis]! : start,
  );
  const placed = spread(reversed(x!, backwards, context), sizes, distances, context);
  // Negative where the last element's zeros reach beyond the end: they are cut off.
  const after = first.map((start, axis) => shape[axis]! - start - sizes[axis]! * distances[axis]!);
  return [context.graph.node('Pad', [placed, integers(context, [...first, ...after])], {}, { name: 'unslice' })];
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
