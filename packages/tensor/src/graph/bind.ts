import { arrayBytesLimit, bytesPerElement, type DType } from '../dtypes.js';
import { ArgumentError, OutOfMemoryError } from '../errors.js';
import { describeTotals } from '../execution/live-memory.js';
import { formatShape, sizeLimit, tooLarge, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { Node } from './node.js';
import { recordOrigin, recordsOrigins } from './origins.js';
import type { Primitive, TensorType } from './primitive.js';
import { escapedTracer, type Trace } from './trace.js';

type TensorConstructor = new (
  shape: Shape,
  dtype: DType,
  node: Node | null,
  index: number,
  trace: Trace | null,
  weak: boolean,
) => Tensor;

let tensorClass: TensorConstructor | null = null;

/** Tells this module the class of tensors; the class needs the operations, and they need the class. */
export function setTensorClass(constructor: TensorConstructor): void {
  tensorClass = constructor;
}

/** A tensor without an operation behind it: a leaf, a placeholder or a graph input. */
export function createLeaf(shape: Shape, dtype: DType, trace: Trace | null = null, weak = false): Tensor {
  return new tensorClass!(shape, dtype, null, 0, trace, weak);
}

function innermostTrace(operation: string, operands: readonly Tensor[]): Trace | null {
  let trace: Trace | null = null;
  for (const operand of operands) {
    const other = operand.trace;
    if (other === null) continue;
    if (!other.active) throw escapedTracer(operation, operand);
    if (trace === null || other.level > trace.level) trace = other;
  }
  return trace;
}

/** What is computed from traced numbers, literals and conditions alone is as weak as they are, until it is cast. */
function isWeakResult(primitive: Primitive, operands: readonly Tensor[]): boolean {
  if (primitive.name === 'cast' || !operands.some((operand) => operand.weak)) return false;
  return operands.every((operand) => operand.weak || operand.literal !== null || operand.dtype === 'bool');
}

/** Below this many elements, an array of any dtype is possible. */
const arraySizeLimit = arrayBytesLimit / 8;

/** Throws for a result that no array holds, before anything is computed for it. */
function checkSize(operation: string, { shape, dtype, size }: Tensor): void {
  if (size > sizeLimit) throw tooLarge(operation, shape);
  const bytes = size * bytesPerElement(dtype);
  if (bytes < arrayBytesLimit) return;
  throw new OutOfMemoryError(
    `${operation}: ${dtype} ${formatShape(shape)} would take ${bytes} bytes; one array holds less than ${arrayBytesLimit}; ${describeTotals()}`,
  );
}

/** Makes a node whose result types are already known. */
export function bindTyped(
  primitive: Primitive,
  operands: readonly Tensor[],
  attributes: object,
  types: readonly TensorType[],
): readonly Tensor[] {
  const trace = innermostTrace(primitive.name, operands);
  const node = new Node(primitive, operands, attributes);
  if (recordsOrigins()) recordOrigin(node);
  const weak = isWeakResult(primitive, operands);
  node.results = types.map(
    ({ shape, dtype }, index) => new tensorClass!(shape, dtype, node, index, trace, weak && dtype === 'float64'),
  );
  for (const result of node.results) if (result.size >= arraySizeLimit) checkSize(primitive.name, result);
  return node.results;
}

/** The error for a value of another kind where `wanted` belongs. */
export function notATensor(operation: string, value: unknown, wanted = 'a tensor'): ArgumentError {
  const what = Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value;
  const fix = Array.isArray(value) || ArrayBuffer.isView(value) ? '; make one with tensor(…)' : '';
  return new ArgumentError(`${operation}: an operand is ${what}; it must be ${wanted}${fix}`);
}

/** Throws an ArgumentError for what is no tensor: TypeScript rules it out, JavaScript does not. */
export function checkTensor(operation: string, value: unknown): asserts value is Tensor {
  if ((value as Partial<Tensor> | null | undefined)?.dtype === undefined) throw notATensor(operation, value);
}

/** Throws an ArgumentError for what is no list of tensors, such as one tensor. */
export function checkTensors(operation: string, list: readonly unknown[]): void {
  if (!Array.isArray(list))
    throw new ArgumentError(`${operation}: pass a list of tensors, such as ${operation}([a, b])`);
  for (const value of list) checkTensor(operation, value);
}

/**
 * Applies a primitive: checks the operands by its shape rule and returns its results.
 *
 * @example
 * ```ts
 * const [y] = bind(primitives.exp, [zeros([2])], {});
 * y; // → [1, 1]
 * ```
 */
export function bind<A extends object>(
  primitive: Primitive<A>,
  operands: readonly Tensor[],
  attributes: A,
): readonly Tensor[] {
  for (const operand of operands) checkTensor(primitive.name, operand);
  const types = primitive.shape(operands, attributes);
  return bindTyped(primitive, operands, attributes, Array.isArray(types) ? types : [types as TensorType]);
}

/** The attributes of a primitive that has none; one object, so that comparing is cheap. */
export const noAttributes: object = Object.freeze({});

/** Applies a primitive that has one result. */
export function apply<A extends object>(primitive: Primitive<A>, operands: readonly Tensor[], attributes: A): Tensor {
  return bind(primitive, operands, attributes)[0]!;
}

/** Applies a primitive that has one result and no attributes. */
export function applyPlain(primitive: Primitive, ...operands: readonly Tensor[]): Tensor {
  return bind(primitive, operands, noAttributes)[0]!;
}
