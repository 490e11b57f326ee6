import { integerRange, isFloat, isInteger, isWideInteger, type DType } from '../dtypes.js';
import { apply, applyPlain } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { arithmeticPrimitives } from '../ops/elementwise/arithmetic.js';
import { castPrimitives, type CastAttributes } from '../ops/elementwise/cast.js';
import { logicalPrimitives } from '../ops/elementwise/logical.js';
import { shapePrimitives, type ShapeAttributes, type TransposeAttributes } from '../ops/shape.js';
import { sameShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { fullValue } from './constants.js';

/** What stands in for a node's result, or null to keep it. All rules give equal bits, −0 and NaN included. */
type Rule = (node: Node, operands: readonly Tensor[]) => Tensor | null;

function isIdentity(permutation: readonly number[]): boolean {
  return permutation.every((axis, i) => axis === i);
}

const transpose: Rule = (node, [x]) => {
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
};

const reshape: Rule = (node, [x]) => {
  const { shape } = node.attributes as ShapeAttributes;
  if (sameShape(shape, x!.shape)) return x!;
  if (x!.node?.primitive !== shapePrimitives.reshape) return null;
  const source = x!.node.operands[0]!;
  return sameShape(shape, source.shape) ? source : apply(shapePrimitives.reshape, [source], { shape });
};

/** Bits of a float's significand, and with them the whole numbers that it holds without a gap. */
const significand: Partial<Record<DType, number>> = { float64: 53, float32: 24, float16: 11, bfloat16: 8 };

/** True when `to` holds every value of `from`; 64-bit integers are left alone. */
export function isLossless(from: DType, to: DType): boolean {
  if (from === to) return true;
  if (from === 'key' || to === 'key' || to === 'bool' || isWideInteger(from) || isWideInteger(to)) return false;
  if (from === 'bool') return true;
  if (isFloat(from)) return to === 'float64' || (to === 'float32' && from !== 'float64');
  const [low, high] = integerRange(from)!;
  if (isFloat(to)) return Math.max(-low, high) <= 2 ** significand[to]!;
  const [least, most] = integerRange(to)!;
  return low >= least && high <= most;
}

/** A cast of a cast is one cast where the first loses nothing: integers must not wrap once and saturate the other time. */
const cast: Rule = (node, [x]) => {
  const { dtype } = node.attributes as CastAttributes;
  if (dtype === x!.dtype) return x!;
  if (x!.node?.primitive !== castPrimitives.cast) return null;
  const source = x!.node.operands[0]!;
  if (!isLossless(source.dtype, x!.dtype)) return null;
  if (source.dtype === dtype) return source;
  const sameKind = isFloat(source.dtype) === isFloat(x!.dtype) || source.dtype === 'bool';
  return sameKind || isFloat(dtype) || dtype === 'bool' ? apply(castPrimitives.cast, [source], { dtype }) : null;
};

/** x, where the other operand leaves it and its shape as they are. */
function unchanged(x: Tensor, other: Tensor, result: Tensor, leaves: (value: number) => boolean): Tensor | null {
  const value = fullValue(other);
  return value !== null && leaves(value) && sameShape(x.shape, result.shape) ? x : null;
}

const isOne = (value: number): boolean => value === 1;
/** x + 0 would turn −0 into 0; x + −0 is x. */
const isNegativeZero = (value: number): boolean => Object.is(value, -0);

const product: Rule = (node, [a, b]) =>
  unchanged(a!, b!, node.results[0]!, isOne) ?? unchanged(b!, a!, node.results[0]!, isOne);

/** What a negation was applied to. */
function negated({ node }: Tensor): Tensor | null {
  return node?.primitive === arithmeticPrimitives.neg ? node.operands[0]! : null;
}

const sum: Rule = (node, [a, b]) => {
  const [result] = node.results;
  const leaves = isInteger(a!.dtype) ? (value: number) => value === 0 : isNegativeZero;
  const plain = unchanged(a!, b!, result!, leaves) ?? unchanged(b!, a!, result!, leaves);
  if (plain !== null) return plain;
  const [minusA, minusB] = [negated(a!), negated(b!)];
  if (minusB !== null) return applyPlain(arithmeticPrimitives.sub, a!, minusB);
  return minusA === null ? null : applyPlain(arithmeticPrimitives.sub, b!, minusA);
};

const difference: Rule = (node, [a, b]) => {
  const leaves = isInteger(a!.dtype) ? (value: number) => value === 0 : (value: number) => Object.is(value, 0);
  const plain = unchanged(a!, b!, node.results[0]!, leaves);
  const minusB = negated(b!);
  return plain ?? (minusB === null ? null : applyPlain(arithmeticPrimitives.add, a!, minusB));
};

/** An operation that undoes itself. */
const twice: Rule = (node, [x]) => (x!.node?.primitive === node.primitive ? x!.node.operands[0]! : null);

const rules = new Map<unknown, Rule>([
  [shapePrimitives.transpose, transpose],
  [shapePrimitives.reshape, reshape],
  [castPrimitives.cast, cast],
  [arithmeticPrimitives.mul, product],
  [arithmeticPrimitives.div, (node, [a, b]) => unchanged(a!, b!, node.results[0]!, isOne)],
  [arithmeticPrimitives.add, sum],
  [arithmeticPrimitives.sub, difference],
  [arithmeticPrimitives.neg, twice],
  [logicalPrimitives.logicalNot, twice],
]);

/** Replaces a node by what has the same value for less. */
export function simplifyNode(node: Node, operands: readonly Tensor[]): Tensor | null {
  return rules.get(node.primitive)?.(node, operands) ?? null;
}

/**
 * Removes what changes nothing: x · 1, x / 1, x − 0, x + −0, double negation and sums of what is negated, chains of transposes, of reshapes, and of
 * casts that lose nothing.
 */
export function simplifyAlgebra(graph: Graph): Graph {
  return rewriteGraph(graph, (node, operands) => {
    const result = simplifyNode(node, operands);
    return result === null ? null : [result];
  });
}
