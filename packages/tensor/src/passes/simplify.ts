import { allocate, type HostArray } from '../dtypes.js';
import { apply, bindTyped } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { decodeNumber } from '../half.js';
import { prepareKernel } from '../kernels/prepare.js';
import { constant, createPrimitives, type FullAttributes } from '../ops/create.js';
import { castPrimitives, type CastAttributes } from '../ops/elementwise/cast.js';
import { shapePrimitives, type ShapeAttributes, type TransposeAttributes } from '../ops/shape.js';
import { broadcastShapes, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

/** The repeated value behind a tensor, if it is a constant. */
function fullValue(tensor: Tensor): number | null {
  const { node } = tensor;
  if (node === null || node.primitive !== createPrimitives.full) return null;
  return Number((node.attributes as FullAttributes).value);
}

function isIdentity(permutation: readonly number[]): boolean {
  return permutation.every((axis, i) => axis === i);
}

function simplifyTranspose(node: Node, [x]: readonly Tensor[]): Tensor | null {
  const { permutation } = node.attributes as TransposeAttributes;
  if (isIdentity(permutation)) return x!;
  const inner = x!.node;
  if (inner?.primitive === shapePrimitives.transpose) {
    const first = (inner.attributes as TransposeAttributes).permutation;
    const combined = permutation.map((axis) => first[axis]!);
    const source = inner.operands[0]!;
    return isIdentity(combined) ? source : apply(shapePrimitives.transpose, [source], { permutation: combined });
  }
  // Moving axes of size 1 leaves the order of the elements as it is.
  const moved = permutation.filter((axis) => x!.shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) {
    return apply(shapePrimitives.reshape, [x!], { shape: node.results[0]!.shape });
  }
  return null;
}

function simplifyReshape(node: Node, [x]: readonly Tensor[]): Tensor | null {
  const { shape } = node.attributes as ShapeAttributes;
  if (sameShape(shape, x!.shape)) return x!;
  if (x!.node?.primitive === shapePrimitives.reshape) {
    const source = x!.node.operands[0]!;
    return sameShape(shape, source.shape) ? source : apply(shapePrimitives.reshape, [source], { shape });
  }
  const value = fullValue(x!);
  return value === null ? null : constant(value, shape, x!.dtype);
}

function simplifyCast(node: Node, [x]: readonly Tensor[]): Tensor | null {
  const { dtype } = node.attributes as CastAttributes;
  return dtype === x!.dtype ? x! : null;
}

/** The smallest operand that broadcasts like `x`, when `x` only repeats it. */
function unbroadcast(x: Tensor): Tensor {
  const { node } = x;
  if (node?.primitive === shapePrimitives.broadcastTo) return node.operands[0]!;
  const value = fullValue(x);
  return value !== null && x.rank > 0 ? constant(value, [], x.dtype) : x;
}

/** Elementwise operations broadcast by themselves: operands that were repeated before are used as they were. */
function pushBroadcast(node: Node, operands: readonly Tensor[]): Tensor | null {
  const result = node.results[0]!.shape;
  const current = [...operands];
  for (const [i, operand] of operands.entries()) {
    const shapes = current.map((other, k): Shape => (k === i ? unbroadcast(operand).shape : other.shape));
    const fills = sameShape(
      shapes.reduce((a, b) => broadcastShapes('broadcast', a, b)),
      result,
    );
    if (fills) current[i] = unbroadcast(operand);
  }
  if (current.every((operand, i) => operand === operands[i])) return null;
  return bindTyped(node.primitive, current, node.attributes, node.results)[0]!;
}

/** x · 1, x / 1 and operations on constants alone. */
function foldConstants(node: Node, operands: readonly Tensor[]): Tensor | null {
  const { primitive } = node;
  const [result] = node.results;
  const [a, b] = operands;
  if (primitive.name === 'mul' || primitive.name === 'div') {
    if (fullValue(b!) === 1 && sameShape(a!.shape, result!.shape)) return a!;
    if (primitive.name === 'mul' && fullValue(a!) === 1 && sameShape(b!.shape, result!.shape)) return b!;
  }
  const values = operands.map(fullValue);
  if (values.some((value) => value === null) || result!.dtype === 'key') return null;
  const types = operands.map(({ dtype }) => ({ shape: [] as Shape, dtype }));
  const inputs = values.map((value, i): HostArray => {
    const array = allocate(types[i]!.dtype, 1);
    createPrimitives.full.reference({
      operands: [],
      results: [],
      attributes: { shape: [], dtype: types[i]!.dtype, value: value! },
    })([], [array]);
    return array;
  });
  const [output] = [allocate(result!.dtype, 1)];
  const results = [{ shape: [], dtype: result!.dtype }];
  prepareKernel(primitive, { operands: types, results, attributes: node.attributes })(inputs, [output]);
  if (typeof output[0] === 'bigint' && !Number.isSafeInteger(Number(output[0]))) return null;
  return constant(decodeNumber(Number(output[0]!), result!.dtype), result!.shape, result!.dtype);
}

function simplify(node: Node, operands: readonly Tensor[]): Tensor | null {
  switch (node.primitive) {
    case shapePrimitives.transpose:
      return simplifyTranspose(node, operands);
    case shapePrimitives.reshape:
      return simplifyReshape(node, operands);
    case castPrimitives.cast:
      return simplifyCast(node, operands) ?? foldConstants(node, operands);
    default:
      if (node.primitive.elementwise !== true) return null;
      return foldConstants(node, operands) ?? pushBroadcast(node, operands);
  }
}

/**
 * Removes what changes nothing: chains of transposes and reshapes, casts to the same dtype, factors of 1, operations on
 * constants, and broadcasts in front of operations that broadcast by themselves.
 */
export function simplifyGraph(graph: Graph): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const result = simplify(node, operands);
    return result === null ? null : [result];
  });
}
