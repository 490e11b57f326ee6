import {
  allocate,
  arrayBytesLimit,
  bytesPerElement,
  dtypeKind,
  dtypeOfArray,
  integerLimits,
  isHalf,
  isHostArray,
  isInteger,
  viewBytes,
  type DType,
  type HostArray,
} from './dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from './errors.js';
import { referenceBackend } from './execution/reference.js';
import { Storage } from './execution/storage.js';
import { asOperation } from './graph/as-operation.js';
import { checkTensor, createLeaf } from './graph/bind.js';
import { isTensor } from './graph/is-tensor.js';
import { encodeNumber } from './half.js';
import { constant, iota } from './ops/create.js';
import { sub } from './ops/elementwise/arithmetic.js';
import { checkDType, checkShape, formatShape, sizeOf, type Shape } from './shapes.js';
import type { Tensor } from './tensor.js';

/** What `tensor` takes: a number, boolean or bigint, nested arrays of them, or a typed array. */
export type TensorInput = number | boolean | bigint | readonly TensorInput[] | ArrayBufferView;

/** Options of functions that make tensors. */
export interface DTypeOptions {
  readonly dtype?: DType;
}

/** Options of `tensor`. */
export interface TensorOptions extends DTypeOptions {
  /** Shape; default: that of the nested arrays, or one axis for a typed array. */
  readonly shape?: Shape;
  /** False takes over a typed array instead of copying it; the caller must not write to it any more. */
  readonly copy?: boolean;
}

/** A leaf that owns `data`. */
export function fromHostArray(data: HostArray, shape: Shape, dtype: DType): Tensor {
  const leaf = createLeaf(shape, dtype);
  leaf.storage = new Storage(referenceBackend, data, data.byteLength);
  leaf.scope?.add(leaf.storage);
  return leaf;
}

type Flat = (number | boolean | bigint)[];

function checkScalar(value: number | boolean | bigint): number | boolean | bigint {
  if (['number', 'boolean', 'bigint'].includes(typeof value)) return value;
  throw new ArgumentError(
    `tensor: ${String(value)} is no number; pass numbers, booleans or bigints, nested arrays of them, or a typed array`,
  );
}

function flattenNested(input: readonly TensorInput[], flat: Flat): Shape {
  let inner: Shape | null = null;
  input.forEach((element, i) => {
    if (ArrayBuffer.isView(element))
      throw new ArgumentError('tensor: typed arrays inside arrays are not accepted; pass one typed array and a shape');
    const shape: Shape = Array.isArray(element) ? flattenNested(element as readonly TensorInput[], flat) : [];
    if (!Array.isArray(element)) flat.push(checkScalar(element as number | boolean | bigint));
    inner ??= shape;
    if (shape.length !== inner.length || shape.some((n, k) => n !== inner![k])) {
      throw new ShapeError(
        `tensor: nested arrays are ragged: element ${i} has shape ${formatShape(shape)}, element 0 ${formatShape(inner)}; all must be equal`,
      );
    }
  });
  return [input.length, ...((inner as Shape | null) ?? [])];
}

function inferDType(flat: Flat): DType {
  const types = new Set(flat.map((value) => typeof value));
  if (types.size > 1) {
    throw new DTypeError(
      `tensor: ${[...types].sort().join(' and ')} values are mixed; use one kind, or numbers with a dtype`,
    );
  }
  if (types.has('boolean')) return 'bool';
  return types.has('bigint') ? 'int64' : 'float32';
}

/** Why an integer dtype does not hold a number, or null. */
function misfit(value: number | bigint, dtype: DType): string | null {
  if (typeof value === 'number' && !Number.isInteger(value))
    return `is no ${dtype}; use dtype 'float32', or round first`;
  const [low, high] = integerLimits(dtype);
  return value < low || value > high ? `is no ${dtype}, which holds ${low} to ${high}` : null;
}

function fill(target: HostArray, flat: Flat, dtype: DType): void {
  flat.forEach((value, i) => {
    const problem = isInteger(dtype) && typeof value !== 'boolean' ? misfit(value, dtype) : null;
    if (problem !== null) throw new DTypeError(`tensor: ${value} at position ${i} ${problem}`);
    if (target instanceof BigInt64Array || target instanceof BigUint64Array) target[i] = BigInt(value);
    else target[i] = dtype === 'bool' ? Number(Number(value) !== 0) : encodeNumber(Number(value), dtype);
  });
}

function fromTypedArray(view: ArrayBufferView, { dtype, shape, copy = true }: TensorOptions): Tensor {
  const own = dtypeOfArray(view);
  if (own === null)
    throw new ArgumentError('tensor: this kind of array buffer view is not accepted; pass a typed array');
  // Subclasses have methods of their own: slice() of Node's Buffer does not copy.
  const length = view.byteLength / bytesPerElement(own);
  const source = viewBytes(own, view.buffer, view.byteOffset, length);
  const target = dtype ?? own;
  checkDType('tensor', target);
  const fullShape = shape === undefined ? [length] : [...shape];
  checkShape('tensor', fullShape);
  if (sizeOf(fullShape) !== source.length) {
    throw new ShapeError(
      `tensor: ${source.length} elements do not fill shape ${formatShape(fullShape)}, which has ${sizeOf(fullShape)}`,
    );
  }
  // The 16-bit floats share their array type with integers: the bits are taken as they are.
  if (isHostArray(source, target) && target !== 'bool' && target !== 'key') {
    return fromHostArray(copy ? source.slice() : source, fullShape, target);
  }
  return fromHostArray(source.slice(), fullShape, own).cast(target);
}

/**
 * A tensor from a number, boolean, bigint, nested arrays or a typed array. Numbers give float32, booleans bool, bigint
 * int64; typed arrays keep their type. Throws ShapeError for ragged arrays and DTypeError for mixed kinds.
 *
 * @example
 * ```ts
 * tensor([[1, 2], [3, 4]]).dtype; // → 'float32'
 * tensor(new Float64Array(6), { shape: [2, 3] }).dtype; // → 'float64'
 * ```
 */
export function tensor(values: TensorInput, options: TensorOptions = {}): Tensor {
  if (ArrayBuffer.isView(values)) return fromTypedArray(values, options);
  const flat: Flat = [];
  const own: Shape = Array.isArray(values) ? flattenNested(values as readonly TensorInput[], flat) : [];
  if (!Array.isArray(values)) flat.push(checkScalar(values as number | boolean | bigint));
  const dtype = options.dtype ?? inferDType(flat);
  checkDType('tensor', dtype);
  if (dtypeKind(dtype) === 'key')
    throw new DTypeError('tensor: a key cannot be made from numbers; use random.key(seed)');
  const shape = [...(options.shape ?? own)];
  checkShape('tensor', shape);
  if (sizeOf(shape) !== flat.length) {
    throw new ShapeError(
      `tensor: ${flat.length} values do not fill shape ${formatShape(shape)}, which has ${sizeOf(shape)}`,
    );
  }
  const data = allocate(dtype, flat.length);
  fill(data, flat, dtype);
  return fromHostArray(data, shape, dtype);
}

function checkSize(operation: string, shape: Shape, dtype: DType): void {
  checkDType(operation, dtype);
  checkShape(operation, shape);
  if (dtypeKind(dtype) === 'key')
    throw new DTypeError(`${operation}: a key cannot be made from numbers; use random.key(seed)`);
  if (sizeOf(shape) * bytesPerElement(dtype) >= arrayBytesLimit) {
    throw new ShapeError(
      `${operation}: ${dtype} ${formatShape(shape)} would take ${sizeOf(shape) * bytesPerElement(dtype)} bytes; the limit is 2^33`,
    );
  }
}

/**
 * A tensor of one repeated value, float32 by default.
 *
 * @example
 * ```ts
 * full([2, 2], 7, { dtype: 'int32' }); // → [[7, 7], [7, 7]]
 * ```
 */
export function full(shape: Shape, value: number | boolean, options: DTypeOptions = {}): Tensor {
  const dtype = options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  checkSize('full', shape, dtype);
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentError(
      `full: the value is ${isTensor(value) ? 'a tensor' : typeof value}; pass a number or a boolean, or broadcast a tensor with broadcastTo`,
    );
  }
  const number = Number(value);
  const problem = isInteger(dtype) ? misfit(number, dtype) : null;
  if (problem !== null) throw new DTypeError(`full: ${number} ${problem}`);
  return constant(dtype === 'bool' ? Number(number !== 0) : number, [...shape], dtype);
}

/**
 * Zeros, float32 by default.
 *
 * @example
 * ```ts
 * zeros([2, 3]); // → [[0, 0, 0], [0, 0, 0]]
 * ```
 */
export function zeros(shape: Shape, options: DTypeOptions = {}): Tensor {
  checkSize('zeros', shape, options.dtype ?? 'float32');
  return constant(0, [...shape], options.dtype ?? 'float32');
}

/**
 * Ones, float32 by default.
 *
 * @example
 * ```ts
 * ones([2], { dtype: 'bool' }); // → [true, true]
 * ```
 */
export function ones(shape: Shape, options: DTypeOptions = {}): Tensor {
  checkSize('ones', shape, options.dtype ?? 'float32');
  return constant(1, [...shape], options.dtype ?? 'float32');
}

/**
 * Zeros with the shape and dtype of x.
 *
 * @example
 * ```ts
 * zerosLike(tensor([1, 2])); // → [0, 0]
 * ```
 */
export function zerosLike(x: Tensor): Tensor {
  checkTensor('zerosLike', x);
  return asOperation('zerosLike', () => zeros(x.shape, { dtype: x.dtype }));
}

/**
 * Ones with the shape and dtype of x.
 *
 * @example
 * ```ts
 * onesLike(tensor([3, 4])); // → [1, 1]
 * ```
 */
export function onesLike(x: Tensor): Tensor {
  checkTensor('onesLike', x);
  return asOperation('onesLike', () => ones(x.shape, { dtype: x.dtype }));
}

/**
 * start, start + step, … below stop; `arange(n)` counts from 0. Whole numbers give int32, fractions float32.
 *
 * @example
 * ```ts
 * arange(3); // → [0, 1, 2]
 * arange(1, 2, 0.5); // → [1, 1.5]
 * ```
 */
export function arange(start: number, stop?: number, step = 1, options: DTypeOptions = {}): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (!Number.isFinite(from) || !Number.isFinite(to) || !Number.isFinite(step) || step === 0) {
    throw new ArgumentError(
      `arange: (${from}, ${to}, ${step}) is not accepted; bounds must be finite and the step not 0`,
    );
  }
  const length = Math.max(0, Math.ceil((to - from) / step));
  const whole = Number.isInteger(from) && Number.isInteger(step);
  const dtype = options.dtype ?? (whole ? 'int32' : 'float32');
  checkSize('arange', [length], dtype);
  if (!isInteger(dtype)) {
    const plain = from === 0 && step === 1 && !isHalf(dtype);
    return plain ? iota(length, dtype) : iota(length, 'float64').mul(step).add(from).cast(dtype);
  }
  for (const value of [from, Math.abs(step), from + step * Math.max(length - 1, 0)]) {
    const problem = misfit(value, dtype);
    if (problem !== null) throw new DTypeError(`arange: ${value} ${problem}`);
  }
  const distance = step === 1 || step === -1 ? iota(length, dtype) : iota(length, dtype).mul(Math.abs(step));
  if (from === 0 && step > 0) return distance;
  return step > 0 ? distance.add(from) : sub(from, distance);
}

/**
 * `count` values from start to stop, both included, as float32 by default.
 *
 * @example
 * ```ts
 * linspace(0, 1, 5); // → [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace(start: number, stop: number, count: number, options: DTypeOptions = {}): Tensor {
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new ArgumentError(`linspace: (${start}, ${stop}) is not accepted; bounds must be finite`);
  }
  const dtype = options.dtype ?? 'float32';
  checkSize('linspace', [count], dtype);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return iota(count, 'float64').mul(step).add(start).cast(dtype);
}

/**
 * The identity matrix with `rows` rows, float32 by default.
 *
 * @example
 * ```ts
 * eye(2); // → [[1, 0], [0, 1]]
 * ```
 */
export function eye(rows: number, columns: number = rows, options: DTypeOptions = {}): Tensor {
  checkSize('eye', [rows, columns], options.dtype ?? 'float32');
  for (const size of [rows, columns]) checkShape('eye', [size]);
  return iota(rows)
    .expandDims(1)
    .equal(iota(columns))
    .cast(options.dtype ?? 'float32');
}
