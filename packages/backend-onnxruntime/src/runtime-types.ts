import type { HostArray, TensorType } from '@tesserajs/tensor';
import type { Tensor } from 'onnxruntime-node';

/**
 * The runtime's name of a dtype. The binding has no bfloat16, and another array for float16 in each version of Node: both
 * come and go as bits. The two words of a random key are one integer.
 */
export function runtimeType({ dtype }: Pick<TensorType, 'dtype'>): Tensor.Type {
  if (dtype === 'float16' || dtype === 'bfloat16') return 'uint16';
  return dtype === 'key' ? 'int64' : dtype;
}

/** Random keys as the runtime sees them, in the same memory; it begins at a multiple of eight bytes. */
export function keyBits({ buffer, byteOffset, byteLength }: HostArray): BigInt64Array {
  return new BigInt64Array(buffer, byteOffset, byteLength / 8);
}
