import { apply, bindTyped } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { constant } from '../ops/create.js';
import { reducePrimitives, type ReduceAttributes } from '../ops/reduce.js';
import { shapePrimitives } from '../ops/shape.js';
import { broadcastAxes, broadcastShapes, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { fullValue } from './constants.js';

/** The smallest operand that broadcasts like `x`, when `x` only repeats it. */
function unbroadcast(x: Tensor): Tensor {
  const { node } = x;
  if (node?.primitive === shapePrimitives.broadcastTo) return node.operands[0]!;
  const value = fullValue(x);
  return value !== null && x.rank > 0 ? constant(value, [], x.dtype) : x;
}

/** Elementwise operations broadcast by themselves: operands that were repeated before are used as they were. */
function intoElementwise(node: Node, operands: readonly Tensor[]): Tensor | null {
  if (!operands.some((operand) => unbroadcast(operand) !== operand)) return null;
  const result = node.results[0]!.shape;
  const current = [...operands];
  for (const [i, operand] of operands.entries()) {
    const small = unbroadcast(operand);
    if (small === operand) continue;
    const shapes = current.map((other, k): Shape => (k === i ? small.shape : other.shape));
    const fills = sameShape(
      shapes.reduce((a, b) => broadcastShapes('broadcast', a, b)),
      result,
    );
    if (fills) current[i] = small;
  }
  if (current.every((operand, i) => operand === operands[i])) return null;
  return bindTyped(node.primitive, current, node.attributes, node.results)[0]!;
}

/** How often a graph reads each of its tensors, its outputs included. */
export function countUses({ nodes, outputs }: Graph): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const count = (tensor: Tensor): void => {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  };
  for (const { operands } of nodes) operands.forEach(count);
  outputs.forEach(count);
  return uses;
}

function isRepeated(x: Tensor): boolean {
  return x.node?.primitive === shapePrimitives.broadcastTo;
}

/**
 * Where all operands are repeated alike, the operation runs on what they repeat, and its result is repeated: unless
 * something else reads the repeated operand, which then would be made twice.
 */
function pastElementwise(node: Node, operands: readonly Tensor[], uses: ReadonlyMap<Tensor, number>): Tensor | null {
  const [result] = node.results;
  if (!operands.some(isRepeated)) return null;
  if (operands.some((operand, i) => isRepeated(operand) && (operand.size === 0 || uses.get(node.operands[i]!) !== 1))) {
    return null;
  }
  const sources = operands.map(unbroadcast);
  const shape = sources.map((source) => source.shape).reduce((a, b) => broadcastShapes('broadcast', a, b));
  if (sameShape(shape, result!.shape)) return null;
  const value = bindTyped(node.primitive, sources, node.attributes, [{ shape, dtype: result!.dtype }])[0]!;
  return apply(shapePrimitives.broadcastTo, [value], { shape: result!.shape });
}

/**
 * A reduction of a repeated operand reduces the operand itself: along axes that are not repeated, or along any axes for
 * the largest and smallest. (A sum of equal numbers is left alone: a product would round otherwise.)
 */
function pastReduction(node: Node, [x]: readonly Tensor[], uses: ReadonlyMap<Tensor, number>): Tensor | null {
  if (x!.node?.primitive !== shapePrimitives.broadcastTo) return null;
  const { axes } = node.attributes as ReduceAttributes;
  const source = x!.node.operands[0]!;
  const repeated = broadcastAxes(source.shape, x!.shape);
  const isSum = node.primitive === reducePrimitives.sum;
  if (isSum && repeated.some((axis) => axes.includes(axis) && x!.shape[axis] !== 1)) return null;
  if (x!.size === 0) return null;
  const added = x!.rank - source.rank; // axes that the operand does not have
  const own = axes.filter((axis) => axis >= added).map((axis) => axis - added);
  const shape = source.shape.filter((_, axis) => !own.includes(axis));
  const target = node.results[0]!.shape;
  if (!sameShape(shape, target) && uses.get(node.operands[0]!) !== 1) return null;
  const type = { shape, dtype: x!.dtype };
  const value = own.length === 0 ? source : bindTyped(node.primitive, [source], { axes: own }, [type])[0]!;
  return sameShape(shape, target) ? value : apply(shapePrimitives.broadcastTo, [value], { shape: target });
}

const reductions = new Set<unknown>([reducePrimitives.sum, reducePrimitives.max, reducePrimitives.min]);

/** Moves the broadcasts in front of a node behind it, or into it. */
export function pushBroadcast(
  node: Node,
  operands: readonly Tensor[],
  uses: ReadonlyMap<Tensor, number>,
): Tensor | null {
  if (reductions.has(node.primitive)) return pastReduction(node, operands, uses);
  if (node.primitive.elementwise !== true) {
    return node.primitive === shapePrimitives.broadcastTo ? mergeBroadcasts(node, operands) : null;
  }
  return pastElementwise(node, operands, uses) ?? intoElementwise(node, operands);
}

function mergeBroadcasts(node: Node, [x]: readonly Tensor[]): Tensor | null {
  if (x!.node?.primitive !== shapePrimitives.broadcastTo) return null;
  return apply(shapePrimitives.broadcastTo, [x!.node.operands[0]!], { shape: node.results[0]!.shape });
}

/** Moves broadcasts into elementwise operations and behind reductions, so that less is computed. */
export function pushBroadcasts(graph: Graph): Graph {
  const uses = countUses(graph);
  return rewriteGraph(graph, (node, operands) => {
    const result = pushBroadcast(node, operands, uses);
    return result === null ? null : [result];
  });
}
