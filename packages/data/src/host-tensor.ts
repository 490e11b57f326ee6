import { DataArgumentError } from './errors.js';

/** The typed array that holds each dtype in memory; bool takes one byte per element. */
export interface HostArrays {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  bool: Uint8Array;
}

/** Element types of data in memory; spelled as the dtypes of `@tesserajs/tensor`. */
export type HostDType = keyof HostArrays;

/** A typed array with a shape, row-major: what readers return and what batches consist of. */
export interface HostTensor<D extends HostDType = HostDType> {
  /** The elements in row-major order. */
  readonly data: HostArrays[D];
  /** Length of each axis; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** Element type of `data`. */
  readonly dtype: D;
}

type HostArrayConstructors = { readonly [D in HostDType]: new (length: number) => HostArrays[D] };

const constructors: HostArrayConstructors = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
};

/** A zeroed array for `length` elements. */
export function allocate<D extends HostDType>(dtype: D, length: number): HostArrays[D] {
  return new constructors[dtype](length);
}

/**
 * Narrows a tensor to one dtype.
 *
 * @example
 * ```ts
 * const tensor: HostTensor = { data: new Uint8Array([1, 2]), shape: [2], dtype: 'uint8' };
 * if (hasDType(tensor, 'uint8')) console.log(tensor.data.subarray(1)); // tensor.data is a Uint8Array here
 * // → Uint8Array(1) [ 2 ]
 * ```
 */
export function hasDType<D extends HostDType>(tensor: HostTensor, dtype: D): tensor is HostTensor<D> {
  return tensor.dtype === dtype;
}

/** True for float32 and float64. */
export function isFloat(dtype: HostDType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Number of elements of a shape; 1 for `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Checks that data, shape and dtype of a tensor agree; `operation` and `role` begin the message.
 * Throws `DataArgumentError`.
 */
export function checkHostTensor(tensor: HostTensor, operation: string, role: string): void {
  const { data, shape, dtype } = tensor;
  if (!Object.hasOwn(constructors, dtype)) {
    throw new DataArgumentError(`${operation}: ${role} have the unknown dtype ${dtype}`);
  }
  if (!(data instanceof constructors[dtype])) {
    throw new DataArgumentError(
      `${operation}: ${role} of dtype ${dtype} must be a ${constructors[dtype].name}, got ${kindOf(data)}`,
    );
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new DataArgumentError(`${operation}: ${role} have an impossible shape: [${shape.join(', ')}]`);
  }
  if (elementCount(shape) !== data.length) {
    throw new DataArgumentError(
      `${operation}: ${role} of shape [${shape.join(', ')}] need ${elementCount(shape)} elements, got ${data.length}`,
    );
  }
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
