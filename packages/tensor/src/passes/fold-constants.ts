import { allocate, type HostArray } from '../dtypes.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { decodeNumber } from '../half.js';
import { prepareKernel } from '../kernels/prepare.js';
import { constant, createPrimitives } from '../ops/create.js';
import { reducePrimitives } from '../ops/reduce.js';
import { shapePrimitives } from '../ops/shape.js';
import { slicePrimitives } from '../ops/slice.js';
import type { Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { fullValue } from './constants.js';

/** Operations that move elements, or choose among them: of a constant they make a constant of the same value. */
const keepsValue = new Set<unknown>([
  shapePrimitives.reshape,
  shapePrimitives.transpose,
  shapePrimitives.broadcastTo,
  slicePrimitives.slice,
  slicePrimitives.concat,
  reducePrimitives.max,
  reducePrimitives.min,
]);

/** What an elementwise operation gives for single elements; null where a constant could not hold it. */
function evaluateElement({ primitive, attributes }: Node, operands: readonly Tensor[], result: Tensor): number | null {
  const types = operands.map(({ dtype }) => ({ shape: [] as Shape, dtype }));
  const inputs = operands.map((operand, i): HostArray => {
    const { dtype } = types[i]!;
    const array = allocate(dtype, 1);
    const fill = { shape: [], dtype, value: fullValue(operand)! };
    createPrimitives.full.reference({ operands: [], results: [], attributes: fill })([], [array]);
    return array;
  });
  const output = allocate(result.dtype, 1);
  const results = [{ shape: [], dtype: result.dtype }];
  prepareKernel(primitive, { operands: types, results, attributes })(inputs, [output]);
  const [element] = output;
  if (typeof element === 'bigint' && !Number.isSafeInteger(Number(element))) return null;
  return decodeNumber(Number(element), result.dtype);
}

/**
 * The constant that a node on constants alone computes. Constants are one repeated number, so that folding never makes
 * one that takes more memory than its operands.
 */
export function foldConstant(node: Node, operands: readonly Tensor[]): Tensor | null {
  const [result] = node.results;
  if (operands.length === 0 || result!.dtype === 'key') return null;
  const values = operands.map(fullValue);
  const [first] = values;
  if (first == null || values.includes(null)) return null;
  if (keepsValue.has(node.primitive)) {
    return values.every((value) => Object.is(value, first)) ? constant(first, result!.shape, result!.dtype) : null;
  }
  if (node.primitive.elementwise !== true) return null;
  const value = evaluateElement(node, operands, result!);
  return value === null ? null : constant(value, result!.shape, result!.dtype);
}

/** Computes operations on constants alone. */
export function foldConstants(graph: Graph): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const folded = foldConstant(node, operands);
    return folded === null ? null : [folded];
  });
}
