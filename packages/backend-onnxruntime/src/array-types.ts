import type { DType, HostArray, TensorType } from '@tesserajs/tensor';

/** A value's type, as plain data. */
export type ValueType = Pick<TensorType, 'dtype' | 'shape'>;

// Written out again, and without a value of another package in this module: the worker starts several times as fast.
const arrays: Readonly<Record<DType, new (buffer: ArrayBuffer) => HostArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  key: Uint32Array,
};

/** All of a buffer as the elements of a dtype. */
export function viewAs(dtype: DType, buffer: ArrayBuffer): HostArray {
  return new arrays[dtype](buffer);
}

/** Bytes of a value. */
export function bytesOf({ dtype, shape }: ValueType): number {
  const { BYTES_PER_ELEMENT } = arrays[dtype] as unknown as Float32ArrayConstructor;
  return shape.reduce((product, axis) => product * axis, dtype === 'key' ? 2 * BYTES_PER_ELEMENT : BYTES_PER_ELEMENT);
}
