import type { ConcatAttributes, PrimitiveName, SliceAttributes, UnsliceAttributes } from '@tesserajs/tensor';
import {
  attributeVector,
  integers,
  requireFixed,
  reshapeTo,
  type Lowering,
  type LoweringContext,
  type LoweringEntry,
} from './context.js';

/** Where a slice ends along an axis; before the first element, where −1 would mean the last one, if it walks back to it. */
function endOf({ starts, sizes, steps }: SliceAttributes, axis: number): number {
  const end = starts[axis]! + sizes[axis]! * steps[axis]!;
  return end < 0 ? -(2 ** 31) : end;
}

const slice: Lowering = (node, [x], context) => {
  const { steps } = node.attributes as SliceAttributes;
  const [before, after] = [node.operands[0]!, node.results[0]!].map((tensor) => context.dimensionsOf(tensor));
  const axes = [...steps.keys()].filter((axis) => before![axis] !== after![axis] || steps[axis] !== 1);
  const along = (read: (attributes: SliceAttributes, axis: number) => number): string =>
    attributeVector(context, node, (attributes: SliceAttributes) => axes.map((axis) => read(attributes, axis)));
  const inputs = [
    x!,
    along((attributes, axis) => attributes.starts[axis]!),
    along(endOf),
    integers(context, axes),
    along((attributes, axis) => attributes.steps[axis]!),
  ];
  return [context.graph.node('Slice', inputs, {}, { name: 'slice' })];
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

/**
 * `distances[axis] − 1` zeros behind each element along the axis: each gets an axis of its own, which is filled up. One
 * size may be −1, for what follows the batch size.
 */
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
  const { sizes, steps } = node.attributes as UnsliceAttributes;
  const open = context.batch?.openAxes(node.operands[0]!) ?? [];
  // Elsewhere the elements stay side by side, in their order.
  const moved = [...steps.keys()].filter((axis) => steps[axis] !== 1 && (sizes[axis]! > 1 || open.includes(axis)));
  if (moved.length > 0 && (open.length > 1 || moved.some((axis) => open.includes(axis)))) requireFixed(context, node);
  const distances = steps.map((step, axis) => (moved.includes(axis) ? Math.abs(step) : 1));
  const backwards = moved.filter((axis) => steps[axis]! < 0);
  const own = sizes.map((size, axis) => (open.includes(axis) ? -1 : size));
  const placed = spread(reversed(x!, backwards, context), own, distances, context);
  // Negative where the last element's zeros reach beyond the end: they are cut off.
  const pads = attributeVector(context, node, (attributes: UnsliceAttributes) => {
    const first = attributes.starts.map((start, axis) =>
      backwards.includes(axis) ? start + (attributes.sizes[axis]! - 1) * steps[axis]! : start,
    );
    return [
      ...first,
      ...attributes.shape.map((size, axis) => size - first[axis]! - attributes.sizes[axis]! * distances[axis]!),
    ];
  });
  return [context.graph.node('Pad', [placed, pads], {}, { name: 'unslice' })];
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
