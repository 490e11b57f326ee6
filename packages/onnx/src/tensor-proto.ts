import { create } from '@bufbuild/protobuf';
import { elementCount } from './dimensions.js';
import { checkElementArray, elementTypeCode, toLittleEndian, type ElementArray, type ElementType } from './elements.js';
import { ModelBuildError } from './errors.js';
import {
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type StringStringEntryProto,
  type TensorProto,
} from './generated/onnx_pb.js';

/** A tensor with its values, for attributes and initializers. */
export interface TensorValue {
  readonly elementType: ElementType;
  readonly dims: readonly number[];
  /** `product(dims)` elements; kept as a view until the model is written. */
  readonly data: ElementArray;
}

/** A tensor whose values lie in the model, as little-endian raw data. */
export function inlineTensor(what: string, name: string, value: TensorValue): TensorProto {
  const tensor = tensorHeader(what, name, value);
  tensor.rawData = toLittleEndian(value.data);
  return tensor;
}

/** A tensor whose values lie in the file `path`; its bytes come beside it. */
export function externalTensor(
  what: string,
  name: string,
  value: TensorValue,
  path: string,
): { tensor: TensorProto; bytes: Uint8Array } {
  const tensor = tensorHeader(what, name, value);
  const bytes = toLittleEndian(value.data);
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  tensor.externalData = [
    stringEntry('location', path),
    stringEntry('offset', '0'),
    stringEntry('length', String(bytes.byteLength)),
  ];
  return { tensor, bytes };
}

/** A key-value pair, the form of ONNX's maps. */
export function stringEntry(key: string, value: string): StringStringEntryProto {
  const entry = create(StringStringEntryProtoSchema);
  entry.key = key;
  entry.value = value;
  return entry;
}

function tensorHeader(what: string, name: string, { elementType, dims, data }: TensorValue): TensorProto {
  checkElementArray(what, elementType, data);
  const count = elementCount(what, dims);
  if (data.length !== count) {
    throw new ModelBuildError(`${what}: shape [${dims.join(',')}] has ${count} elements, the data ${data.length}`);
  }
  const tensor = create(TensorProtoSchema);
  tensor.dataType = elementTypeCode(elementType);
  if (name !== '') tensor.name = name;
  for (const dim of dims) tensor.dims.push(BigInt(dim));
  return tensor;
}
