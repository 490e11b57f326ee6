import {
  allocate,
  bytesPerElement,
  elementTypeOf,
  fromLittleEndian,
  type ElementArray,
  type ElementType,
} from './elements.js';
import { ModelFormatError } from './errors.js';
import type { ExternalDataFile } from './external-data.js';
import { TensorProto_DataLocation, TensorProto_DataType, type TensorProto } from './generated/onnx_pb.js';
import type { TensorValue } from './tensor-proto.js';

/** Where a tensor's values lie outside the model. */
export interface ExternalLocation {
  readonly path: string;
  readonly offset: number;
  /** Null: up to the end of the file. */
  readonly length: number | null;
}

/** The name of a tensor's element type: Tessera's, or the standard's in lower case. */
export function elementTypeName(code: number): string {
  return elementTypeOf(code) ?? (TensorProto_DataType[code] ?? `type ${code}`).toLowerCase();
}

/** The shape of a tensor and its number of elements; throws on sizes that cannot be. */
export function tensorShape(tensor: TensorProto): { dims: number[]; count: number } {
  const dims = tensor.dims.map(Number);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count)) {
    throw new ModelFormatError(`tensor ${tensor.name}: shape [${dims.join(',')}] is not possible`);
  }
  return { dims, count };
}

/** Where an external tensor's values lie; null when they lie in the model. Throws on a path that leaves the folder. */
export function externalLocation(tensor: TensorProto): ExternalLocation | null {
  if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) return null;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const path = entries.get('location') ?? '';
  const parts = path.split(/[\\/]/);
  if (path === '' || parts[0] === '' || parts.includes('..') || /^[A-Za-z]:/.test(path)) {
    throw new ModelFormatError(`tensor ${tensor.name}: external data must lie beside the model, got '${path}'`);
  }
  const offset = wholeNumber(tensor, 'offset', entries.get('offset') ?? '0');
  const length = entries.get('length');
  return { path, offset, length: length === undefined ? null : wholeNumber(tensor, 'length', length) };
}

/**
 * The values of a tensor, copied. Its external data, if any, is looked up in `files`.
 * Throws ModelFormatError for types that Tessera lacks and for missing or short data.
 *
 * @example
 * ```ts
 * const w = tensor([1, 2]);
 * const bytes = await toOnnx((x: Tensor) => x.mul(w), [zeros([1, 2])]);
 * tensorValue(parseModel(bytes).graph!.initializer[0]!).data; // → [1, 2]
 * ```
 */
export function tensorValue(tensor: TensorProto, files: readonly ExternalDataFile[] = []): TensorValue {
  const elementType = elementTypeOf(tensor.dataType);
  if (elementType === null) {
    throw new ModelFormatError(`tensor ${tensor.name}: ${elementTypeName(tensor.dataType)} is not supported`);
  }
  const { dims, count } = tensorShape(tensor);
  const bytes = rawBytes(tensor, count * bytesPerElement(elementType), files);
  const data = bytes === null ? typedData(tensor, elementType, count) : fromLittleEndian(elementType, bytes);
  return { elementType, dims, data };
}

const stringCode: number = TensorProto_DataType.STRING;

/** Throws ModelFormatError unless a tensor has as many values as its shape says, or keeps them in a file. */
export function checkTensor(tensor: TensorProto): void {
  const { count } = tensorShape(tensor);
  if (tensor.segment !== undefined) throw new ModelFormatError(`tensor ${tensor.name}: segments are not supported`);
  if (externalLocation(tensor) !== null) return;
  const elementType = elementTypeOf(tensor.dataType);
  if (elementType === null) {
    if (tensor.dataType === stringCode) requireSize(tensor, count, tensor.stringData.length, 'elements');
  } else if (tensor.rawData.byteLength > 0) {
    requireSize(tensor, count * bytesPerElement(elementType), tensor.rawData.byteLength, 'bytes of raw data');
  } else {
    requireSize(tensor, count, typedField(tensor, elementType).length, 'elements');
  }
}

function rawBytes(tensor: TensorProto, size: number, files: readonly ExternalDataFile[]): Uint8Array | null {
  const location = externalLocation(tensor);
  if (location === null) {
    if (tensor.rawData.byteLength === 0) return null;
    requireSize(tensor, size, tensor.rawData.byteLength, 'bytes of raw data');
    return tensor.rawData;
  }
  const file = files.find(({ path }) => path === location.path);
  if (file === undefined) throw new ModelFormatError(`tensor ${tensor.name}: no external data '${location.path}'`);
  const available = Math.max(0, file.data.byteLength - location.offset);
  requireSize(tensor, size, Math.min(location.length ?? available, available), `bytes in '${location.path}'`);
  return file.data.subarray(location.offset, location.offset + size);
}

function typedData(tensor: TensorProto, elementType: ElementType, count: number): ElementArray {
  const values = typedField(tensor, elementType);
  requireSize(tensor, count, values.length, 'elements');
  const array = allocate(elementType, count);
  for (let index = 0; index < count; index++) {
    if (array instanceof BigInt64Array || array instanceof BigUint64Array) array[index] = values[index] as bigint;
    else array[index] = Number(values[index]);
  }
  return array;
}

function typedField(tensor: TensorProto, elementType: ElementType): readonly (number | bigint)[] {
  switch (elementType) {
    case 'float32':
      return tensor.floatData;
    case 'float64':
      return tensor.doubleData;
    case 'int64':
      return tensor.int64Data;
    case 'uint32':
    case 'uint64':
      return tensor.uint64Data;
    default:
      return tensor.int32Data;
  }
}

function requireSize(tensor: TensorProto, expected: number, got: number, what: string): void {
  if (expected === got) return;
  const shape = `${elementTypeName(tensor.dataType)}[${tensor.dims.join(',')}]`;
  throw new ModelFormatError(`tensor ${tensor.name}: ${shape} needs ${expected} ${what}, has ${got}`);
}

function wholeNumber(tensor: TensorProto, key: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new ModelFormatError(`tensor ${tensor.name}: external data has ${key} '${text}'`);
}
