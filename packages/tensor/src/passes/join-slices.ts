import { apply } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { arithmeticPrimitives } from '../ops/elementwise/arithmetic.js';
import { slicePrimitives, type UnsliceAttributes } from '../ops/slice.js';
import type { Tensor } from '../tensor.js';

/** The operands of nested additions, if all of them are tensors placed among zeros. */
function placed({ node }: Tensor): Node[] | null {
  if (node?.primitive === slicePrimitives.unslice) return [node];
  if (node?.primitive !== arithmeticPrimitives.add) return null;
  const parts = node.operands.map(placed);
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part!);
}

/** The axis along which an unslice places its operand as one piece; null for other placements. */
function axisOf({ attributes, operands }: Node): number | null {
  const { shape, steps } = attributes as UnsliceAttributes;
  const cut = [...shape.keys()].filter((axis) => shape[axis] !== operands[0]!.shape[axis]);
  return cut.length === 1 && steps.every((step) => step === 1) ? cut[0]! : null;
}

/** Pieces that fill an axis without gap or overlap, side by side. */
function join(parts: readonly Node[]): Tensor | null {
  const axis = axisOf(parts[0]!);
  if (axis === null || parts.some((part) => axisOf(part) !== axis)) return null;
  const start = (part: Node): number => (part.attributes as UnsliceAttributes).starts[axis]!;
  const sorted = [...parts].sort((a, b) => start(a) - start(b));
  let next = 0;
  for (const part of sorted) {
    if (start(part) !== next) return null;
    next += part.operands[0]!.shape[axis]!;
  }
  const { shape } = parts[0]!.attributes as UnsliceAttributes;
  if (next !== shape[axis]) return null;
  return apply(
    slicePrimitives.concat,
    sorted.map((part) => part.operands[0]!),
    { axis },
  );
}

/** The gradients of a tensor's slices, placed among zeros and added up, are one concatenation where they fill it. */
export function joinSlices(graph: Graph): Graph {
  if (!graph.nodes.some(({ primitive }) => primitive === slicePrimitives.unslice)) return graph;
  return rewriteGraph(graph, (node, operands) => {
    if (node.primitive !== arithmeticPrimitives.add) return null;
    const parts = operands.map(placed);
    if (parts.some((part) => part === null)) return null;
    const joined = join(parts.flatMap((part) => part!));
    return joined === null ? null : [joined];
  });
}
