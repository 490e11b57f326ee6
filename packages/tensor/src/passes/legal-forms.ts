import { isHalf, isInteger, type DType } from '../dtypes.js';
import { bind } from '../graph/bind.js';
import type { Node } from '../graph/node.js';
import { decodeNumber, encodeNumber } from '../half.js';
import { argmax, argmin } from '../ops/arg-reduce.js';
import { constant, type FullAttributes } from '../ops/create.js';
import { bitwiseXor, shiftLeft, shiftRight } from '../ops/elementwise/bitwise.js';
import { maximum } from '../ops/elementwise/arithmetic.js';
import type { CastAttributes } from '../ops/elementwise/cast.js';
import { takeAlongAxis } from '../ops/indexing.js';
import { matmul } from '../ops/matmul.js';
import type { ReduceAttributes } from '../ops/reduce.js';
import type { PrimitiveName } from '../ops/registry.js';
import { concat } from '../ops/slice.js';
import { sizeOf } from '../shapes.js';
import type { Tensor } from '../tensor.js';

/** Computes a node's results by operations on other dtypes; null where the form does not fit. */
export type LegalForm = (node: Node, operands: readonly Tensor[]) => readonly Tensor[] | null;

/**
 * What a wider dtype has to keep of the elements.
 * - `bits`: elements are moved, or the low bits of a result depend on the low bits of the operands alone.
 * - `value`: the elements are compared or divided.
 */
type Keeps = 'bits' | 'value';

const wider: Readonly<Record<Keeps, Partial<Record<DType, readonly DType[]>>>> = {
  bits: {
    bool: ['uint8'],
    int8: ['int32', 'uint32'],
    int16: ['int32', 'uint32'],
    int32: ['uint32'],
    int64: ['uint64'],
    uint8: ['int32', 'uint32'],
    uint16: ['int32', 'uint32'],
    uint32: ['int32', 'int64'],
    uint64: ['int64'],
  },
  value: {
    int8: ['int32', 'int64'],
    int16: ['int32', 'int64'],
    int32: ['int64'],
    uint8: ['uint32', 'int32', 'int64'],
    uint16: ['uint32', 'int32', 'int64'],
    uint32: ['int64'],
  },
};

/** Position of the operand whose type selects the kernel, where it is not the first. */
function valueOperand(name: string): number {
  return name === 'where' ? 1 : 0;
}

/** Applies the node to operands of another dtype, which those that carry its values are cast to, and casts the results back. */
function inDType(node: Node, operands: readonly Tensor[], dtype: DType): readonly Tensor[] {
  const first = valueOperand(node.primitive.name);
  const own = operands[first]!.dtype;
  const cast = operands.map((x, i) => (i >= first && x.dtype === own ? x.cast(dtype) : x));
  return bind(node.primitive, cast, node.attributes).map((result, i) => {
    const wanted = node.results[i]!.dtype;
    return result.dtype === wanted ? result : result.cast(wanted);
  });
}

function throughWider(keeps: Keeps): readonly LegalForm[] {
  return [0, 1, 2].map((choice): LegalForm => (node, operands) => {
    const dtype = wider[keeps][operands[valueOperand(node.primitive.name)]!.dtype]?.[choice];
    return dtype === undefined ? null : inDType(node, operands, dtype);
  });
}

/** Halves are computed in float32, and each result is rounded once: the rule of the reference backend. */
const halfInFloat32: LegalForm = (node, operands) => {
  const value = operands[valueOperand(node.primitive.name)];
  return value !== undefined && isHalf(value.dtype) ? inDType(node, operands, 'float32') : null;
};

/** Rounding to a half goes through float32 only where that holds the number exactly. */
const castThroughFloat32: LegalForm = (node, [x]) => {
  const { dtype } = node.attributes as CastAttributes;
  const exact = isHalf(x!.dtype) || ['bool', 'int8', 'int16', 'uint8', 'uint16'].includes(x!.dtype);
  if (!(isHalf(x!.dtype) || isHalf(dtype)) || !exact) return null;
  return [x!.cast('float32').cast(dtype)];
};

const fullOfHalves: LegalForm = (node) => {
  const { shape, dtype, value } = node.attributes as FullAttributes;
  if (!isHalf(dtype)) return null;
  return [constant(decodeNumber(encodeNumber(Number(value), dtype), dtype), shape, 'float32').cast(dtype)];
};

/** x, its reduced axes last and merged: [...kept, terms]. */
function termsLast(x: Tensor, axes: readonly number[]): Tensor {
  const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const terms = sizeOf(axes.map((axis) => x.shape[axis]!));
  return x.transpose([...kept, ...axes]).reshape([...kept.map((axis) => x.shape[axis]!), terms]);
}

/** Flipping the highest bit orders unsigned integers of 64 bits like signed ones. */
function flip(x: Tensor): Tensor {
  return bitwiseXor(x, shiftLeft(constant(1, [], 'uint64'), constant(63, [], 'uint64')));
}

/** Integers as int64 of the same order; null for other dtypes. */
function inOrder(x: Tensor): Tensor | null {
  if (x.dtype === 'uint64') return flip(x).cast('int64');
  return isInteger(x.dtype) ? x.cast('int64') : null;
}

/** Indices of unsigned integers of 64 bits. */
const indexOfBiased: LegalForm = (node, [x]) =>
  x!.dtype === 'uint64' ? bind(node.primitive, [inOrder(x!)!], node.attributes) : null;

/** Finds the place of the largest or smallest element and takes it from there. */
const extremumByPlace: LegalForm = (node, [x]) => {
  const { axes } = node.attributes as ReduceAttributes;
  const ordered = inOrder(x!);
  if (ordered === null || x!.size === 0) return null;
  const terms = termsLast(ordered, axes);
  const last = terms.rank - 1;
  const place = node.primitive.name === 'max' ? argmax(terms, last) : argmin(terms, last);
  const found = takeAlongAxis(terms, place.reshape([...place.shape, 1]), last).reshape(node.results[0]!.shape);
  const { dtype } = x!;
  return [dtype === 'uint64' ? flip(found.cast('uint64')) : dtype === 'int64' ? found : found.cast(dtype)];
};

/** A product with ones, whose sums wrap around. */
const sumByProduct: LegalForm = (node, [x]) => {
  const { axes } = node.attributes as ReduceAttributes;
  const [result] = node.results;
  if (!isInteger(result!.dtype) || x!.size === 0) return null;
  const terms = termsLast(x!, axes).cast(result!.dtype);
  const count = terms.shape[terms.rank - 1]!;
  const rows = terms.reshape([terms.size / count, count]);
  return [matmul(rows, constant(1, [count, 1], result!.dtype)).reshape(result!.shape)];
};

/** Halves multiplied with each other, again and again. */
const prodByHalves: LegalForm = (node, [x]) => {
  const { axes } = node.attributes as ReduceAttributes;
  const [result] = node.results;
  if (!isInteger(result!.dtype)) return null;
  if (x!.size === 0) return [constant(1, result!.shape, result!.dtype)];
  const terms = termsLast(x!, axes).cast(result!.dtype);
  let count = terms.shape[terms.rank - 1]!;
  let factors = terms.reshape([terms.size / count, count]);
  while (count > 1) {
    const half = Math.floor(count / 2);
    const products = factors.slice(null, [0, half]).mul(factors.slice(null, [half, 2 * half]));
    factors = count % 2 === 0 ? products : concat([products, factors.slice(null, [2 * half, null])], 1);
    count -= half;
  }
  return [factors.reshape(result!.shape)];
};

/** An arithmetic shift by a logical one: negative numbers are complemented before and after. */
const signedShiftRight: LegalForm = (_, [a, b]) => {
  const unsigned = a!.dtype === 'int64' ? 'uint64' : 'uint32';
  if (!['int8', 'int16', 'int32', 'int64'].includes(a!.dtype)) return null;
  const wide = a!.dtype === 'int64' ? a! : a!.cast('int32');
  const signs = wide
    .less(constant(0, [], wide.dtype))
    .cast(wide.dtype)
    .neg();
  const shifted = shiftRight(bitwiseXor(wide, signs).cast(unsigned), b!.cast(unsigned));
  return [bitwiseXor(shifted.cast(wide.dtype), signs).cast(a!.dtype)];
};

const reluByMaximum: LegalForm = (_, [x]) => (isInteger(x!.dtype) ? [maximum(x!, constant(0, [], x!.dtype))] : null);

const bits = throughWider('bits');
const value = throughWider('value');

const formsByName: Partial<Record<PrimitiveName, readonly LegalForm[]>> = {
  add: bits,
  sub: bits,
  mul: bits,
  neg: bits,
  bitwiseAnd: bits,
  bitwiseOr: bits,
  bitwiseXor: bits,
  shiftLeft: bits,
  shiftRight: [...value, signedShiftRight],
  matmul: bits,
  cumSum: bits,
  cumProd: bits,
  linearRecurrence: bits,
  sum: [...bits, sumByProduct],
  prod: [prodByHalves],
  addAlongAxis: bits,
  scatterAdd: bits,
  reshape: bits,
  transpose: bits,
  broadcastTo: bits,
  slice: bits,
  unslice: bits,
  concat: bits,
  takeAlongAxis: bits,
  gather: bits,
  scatterSet: bits,
  dynamicSlice: bits,
  dynamicUpdateSlice: bits,
  where: bits,
  abs: value,
  sign: value,
  relu: [...value, reluByMaximum],
  maximum: value,
  minimum: value,
  remainder: value,
  floorDivide: value,
  equal: value,
  notEqual: value,
  less: value,
  lessEqual: value,
  greater: value,
  greaterEqual: value,
  max: [...value, extremumByPlace],
  min: [...value, extremumByPlace],
  argmax: [...value, indexOfBiased],
  argmin: [...value, indexOfBiased],
  argsort: [...value, indexOfBiased],
  cast: [castThroughFloat32],
  full: [fullOfHalves],
};

/** Ways to compute a node on other dtypes with equal results, the best first. */
export function legalForms({ primitive }: Node): readonly LegalForm[] {
  const own = formsByName[primitive.name as PrimitiveName] ?? [];
  return primitive.name === 'cast' ? own : [halfInFloat32, ...own];
}
