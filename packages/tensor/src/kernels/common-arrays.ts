import { allocate, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import type { TensorType } from '../graph/primitive.js';

/**
 * The dtype in whose arrays a loop gets elements of `dtype`. V8 compiles a loop well for up to four kinds of typed
 * arrays and makes it more than ten times slower once it has met a fifth: so loops see float32, float64, int32 and uint32,
 * and smaller integers and bool come as int32. Results wrap around when they are stored in the smaller type.
 */
export function commonDType(dtype: DType): DType {
  switch (dtype) {
    case 'bool':
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
      return 'int32';
    default:
      return dtype;
  }
}

/** True when loops get arrays of this dtype as they are. */
function isCommon(dtype: DType): boolean {
  return commonDType(dtype) === dtype;
}

/** The elements in an array of the common dtype; the same array where that is its own. */
export function toCommon(array: HostArray, dtype: DType): NumericArray {
  return isCommon(dtype) ? (array as NumericArray) : Int32Array.from(array as NumericArray);
}

/** Runs `body` on a zeroed array of the common dtype in place of `output`, and stores what it holds then. */
export function intoCommon(output: HostArray, { dtype }: TensorType, body: (output: NumericArray) => void): void {
  if (isCommon(dtype)) {
    body(output as NumericArray);
    return;
  }
  const common = allocate(commonDType(dtype), output.length) as NumericArray;
  body(common);
  (output as NumericArray).set(common);
}

/** Kinds of arrays through which elements of any dtype can be moved. */
export type MovableArray = Uint8Array | Uint16Array | Int32Array | Float64Array;

/** A view of the same memory whose elements are whole elements of `array`, or halves where they are 64-bit integers. */
export function movable(array: HostArray): MovableArray {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT: bytes } = array;
  if (array instanceof Float64Array || array instanceof Int32Array) return array;
  if (bytes === 1) return array instanceof Uint8Array ? array : new Uint8Array(buffer, byteOffset, length);
  if (bytes === 2) return array instanceof Uint16Array ? array : new Uint16Array(buffer, byteOffset, length);
  return new Int32Array(buffer, byteOffset, (length * bytes) / 4);
}
