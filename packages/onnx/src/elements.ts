import { ModelBuildError } from './errors.js';
import { TensorProto_DataType as DataType } from './generated/onnx_pb.js';

/** Element types that a tensor in a model can have here, by their Tessera names. */
export type ElementType =
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
  | 'bool';

/** Arrays that hold elements: bool as Uint8Array of 0 and 1, float16 and bfloat16 as raw bits in Uint16Array. */
export type ElementArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

type ElementArrayConstructor =
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | Int8ArrayConstructor
  | Int16ArrayConstructor
  | Int32ArrayConstructor
  | BigInt64ArrayConstructor
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor
  | BigUint64ArrayConstructor;

interface ElementInfo {
  readonly code: DataType;
  readonly array: ElementArrayConstructor;
}

const table: Readonly<Record<ElementType, ElementInfo>> = {
  float32: { code: DataType.FLOAT, array: Float32Array },
  float64: { code: DataType.DOUBLE, array: Float64Array },
  float16: { code: DataType.FLOAT16, array: Uint16Array },
  bfloat16: { code: DataType.BFLOAT16, array: Uint16Array },
  int8: { code: DataType.INT8, array: Int8Array },
  int16: { code: DataType.INT16, array: Int16Array },
  int32: { code: DataType.INT32, array: Int32Array },
  int64: { code: DataType.INT64, array: BigInt64Array },
  uint8: { code: DataType.UINT8, array: Uint8Array },
  uint16: { code: DataType.UINT16, array: Uint16Array },
  uint32: { code: DataType.UINT32, array: Uint32Array },
  uint64: { code: DataType.UINT64, array: BigUint64Array },
  bool: { code: DataType.BOOL, array: Uint8Array },
};

/** Every element type, in a fixed order. */
export const elementTypes: readonly ElementType[] = Object.keys(table) as ElementType[];

const byCode: ReadonlyMap<number, ElementType> = new Map(elementTypes.map((type) => [table[type].code, type]));

/**
 * The number that stands for an element type in a model, for `Cast`'s attribute `to` and the like.
 *
 * @example
 * ```ts
 * const builder = new ModelBuilder();
 * const x = builder.graph.input('x', 'float32', ['n']);
 * const y = builder.graph.node('Cast', [x], { to: { int: elementTypeCode('int64') } });
 * ```
 */
export function elementTypeCode(elementType: ElementType): number {
  return table[elementType].code;
}

/**
 * The element type behind a number in a model; null for types that have no Tessera name.
 *
 * @example
 * ```ts
 * elementTypeOf(1); // → 'float32'
 * ```
 */
export function elementTypeOf(code: number): ElementType | null {
  return byCode.get(code) ?? null;
}

/** Bytes that one element takes. */
export function bytesPerElement(elementType: ElementType): number {
  return table[elementType].array.BYTES_PER_ELEMENT;
}

/** A zeroed array for `length` elements. */
export function allocate(elementType: ElementType, length: number): ElementArray {
  return new table[elementType].array(length);
}

/** Throws unless `data` is the array type of `elementType`, and a bool array holds only 0 and 1. */
export function checkElementArray(what: string, elementType: ElementType, data: ElementArray): void {
  const { array } = table[elementType];
  if (!(data instanceof array)) {
    throw new ModelBuildError(`${what}: ${elementType} takes a ${array.name}, got ${data.constructor.name}`);
  }
  if (elementType !== 'bool') return;
  const wrong = (data as Uint8Array).findIndex((value) => value > 1);
  if (wrong >= 0) {
    throw new ModelBuildError(`${what}: bool takes 0 and 1, got ${String(data[wrong])} at index ${wrong}`);
  }
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The bytes of `data` in little-endian order; on a little-endian host a view, not a copy. */
export function toLittleEndian(data: ElementArray, littleEndian: boolean = hostIsLittleEndian): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const width = data.BYTES_PER_ELEMENT;
  return littleEndian || width === 1 ? bytes : reverseEach(bytes, width);
}

/** Reads little-endian bytes as elements; always a copy, so that it is aligned and owned by the caller. */
export function fromLittleEndian(
  elementType: ElementType,
  bytes: Uint8Array,
  littleEndian: boolean = hostIsLittleEndian,
): ElementArray {
  const { array } = table[elementType];
  const width = array.BYTES_PER_ELEMENT;
  const ordered = littleEndian || width === 1 ? new Uint8Array(bytes) : reverseEach(bytes, width);
  return new array(ordered.buffer);
}

function reverseEach(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  for (let start = 0; start < out.length; start += width) out.subarray(start, start + width).reverse();
  return out;
}
