/** Element types. `key` is the opaque type of random keys (two uint32 words per element). */
export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'key';

/** What kind of number a dtype holds. */
export type DTypeKind = 'float' | 'int' | 'uint' | 'bool' | 'key';

/** Typed arrays whose elements are JavaScript numbers. */
export type NumericArray =
  Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

/** Typed arrays that hold tensor elements in memory: bool as Uint8Array, float16 and bfloat16 as raw bits in Uint16Array. */
export type HostArray = NumericArray | BigInt64Array | BigUint64Array;

type HostArrayConstructor =
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | Int8ArrayConstructor
  | Int16ArrayConstructor
  | Int32ArrayConstructor
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor;

interface DTypeInfo {
  readonly kind: DTypeKind;
  readonly array: HostArrayConstructor;
  /** Array elements per tensor element. */
  readonly words: number;
  /** Smallest and largest integer; null for types without one. */
  readonly range: readonly [number, number] | null;
}

const table: Readonly<Record<DType, DTypeInfo>> = {
  float32: { kind: 'float', array: Float32Array, words: 1, range: null },
  float64: { kind: 'float', array: Float64Array, words: 1, range: null },
  float16: { kind: 'float', array: Uint16Array, words: 1, range: null },
  bfloat16: { kind: 'float', array: Uint16Array, words: 1, range: null },
  int8: { kind: 'int', array: Int8Array, words: 1, range: [-128, 127] },
  int16: { kind: 'int', array: Int16Array, words: 1, range: [-32768, 32767] },
  int32: { kind: 'int', array: Int32Array, words: 1, range: [-2147483648, 2147483647] },
  int64: { kind: 'int', array: BigInt64Array, words: 1, range: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] },
  uint8: { kind: 'uint', array: Uint8Array, words: 1, range: [0, 255] },
  uint16: { kind: 'uint', array: Uint16Array, words: 1, range: [0, 65535] },
  uint32: { kind: 'uint', array: Uint32Array, words: 1, range: [0, 4294967295] },
  uint64: { kind: 'uint', array: BigUint64Array, words: 1, range: [0, Number.MAX_SAFE_INTEGER] },
  bool: { kind: 'bool', array: Uint8Array, words: 1, range: null },
  key: { kind: 'key', array: Uint32Array, words: 2, range: null },
};

/** Every dtype, in a fixed order. */
export const dtypes: readonly DType[] = Object.keys(table) as DType[];

/**
 * The kind of a dtype.
 *
 * @example
 * ```ts
 * dtypeKind('uint8'); // → 'uint'
 * ```
 */
export function dtypeKind(dtype: DType): DTypeKind {
  return table[dtype].kind;
}

/**
 * True for float32, float64, float16 and bfloat16.
 *
 * @example
 * ```ts
 * isFloat('bfloat16'); // → true
 * ```
 */
export function isFloat(dtype: DType): boolean {
  return table[dtype].kind === 'float';
}

/** True for float16 and bfloat16, whose elements are stored as bits. */
export function isHalf(dtype: DType): boolean {
  return dtype === 'float16' || dtype === 'bfloat16';
}

/** True for int64 and uint64, whose elements are bigint. */
export function isWideInteger(dtype: DType): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

/**
 * True for signed and unsigned integers.
 *
 * @example
 * ```ts
 * isInteger('bool'); // → false
 * ```
 */
export function isInteger(dtype: DType): boolean {
  const { kind } = table[dtype];
  return kind === 'int' || kind === 'uint';
}

/**
 * Bytes that one element takes in memory.
 *
 * @example
 * ```ts
 * bytesPerElement('float16'); // → 2
 * ```
 */
export function bytesPerElement(dtype: DType): number {
  return table[dtype].array.BYTES_PER_ELEMENT * table[dtype].words;
}

/** Array elements that one tensor element takes: 2 for `key`, else 1. */
export function wordsPerElement(dtype: DType): number {
  return table[dtype].words;
}

/** dtype in which sums and products are taken: bool and small integers in 32 bits. */
export function sumDType(dtype: DType): DType {
  if (dtype === 'bool' || dtype === 'int8' || dtype === 'int16') return 'int32';
  return dtype === 'uint8' || dtype === 'uint16' ? 'uint32' : dtype;
}

/** Smallest and largest integer of a dtype (safe integers for the 64-bit ones); null for floats, bool and key. */
export function integerRange(dtype: DType): readonly [number, number] | null {
  return table[dtype].range;
}

/** Smallest and largest value of an integer dtype. */
export function integerLimits(dtype: DType): readonly [bigint, bigint] {
  const bits = BigInt(bytesPerElement(dtype) * 8);
  return dtypeKind(dtype) === 'int' ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
}

/** JavaScript's arrays hold fewer bytes than this. */
export const arrayBytesLimit: number = 2 ** 33;

/** A zeroed array for `size` elements. */
export function allocate(dtype: DType, size: number): HostArray {
  return new table[dtype].array(size * table[dtype].words);
}

/** True when `array` is the kind of typed array that holds `dtype` in memory. */
export function isHostArray(array: unknown, dtype: DType): array is HostArray {
  return array instanceof table[dtype].array;
}

/**
 * Views the bytes at `offset` as `size` elements; copies when the offset is not aligned.
 *
 * @example
 * ```ts
 * viewBytes('float32', new Uint8Array([0, 0, 128, 63]).buffer, 0, 1); // → [1]
 * ```
 */
export function viewBytes(dtype: DType, buffer: ArrayBufferLike, offset: number, size: number): HostArray {
  const { array, words } = table[dtype];
  if (offset % array.BYTES_PER_ELEMENT === 0) return new array(buffer as ArrayBuffer, offset, size * words);
  const length = size * words * array.BYTES_PER_ELEMENT;
  return new array(new Uint8Array(buffer, offset, length).slice().buffer);
}

/** The dtype that a typed array has on its own, e.g. Float64Array → float64. */
export function dtypeOfArray(array: ArrayBufferView): DType | null {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return 'uint8';
  if (array instanceof Int8Array) return 'int8';
  if (array instanceof Int16Array) return 'int16';
  if (array instanceof Uint16Array) return 'uint16';
  if (array instanceof Uint32Array) return 'uint32';
  if (array instanceof BigInt64Array) return 'int64';
  if (array instanceof BigUint64Array) return 'uint64';
  return null;
}
