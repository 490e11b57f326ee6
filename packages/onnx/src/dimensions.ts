import { create } from '@bufbuild/protobuf';
import { elementTypeCode, type ElementType } from './elements.js';
import { ModelBuildError } from './errors.js';
import {
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_SequenceSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type TensorShapeProto,
  type ValueInfoProto,
} from './generated/onnx_pb.js';

/** A size, or the name of a size that is known only at run time. */
export type Dimension = number | string;

/** The number of elements of a static shape; throws on a negative, fractional or too large one. */
export function elementCount(what: string, dims: readonly number[]): number {
  let count = 1;
  for (const dim of dims) {
    checkSize(what, dims, dim);
    count *= dim;
  }
  if (!Number.isSafeInteger(count)) throw new ModelBuildError(`${what}: shape [${dims.join(',')}] is too large`);
  return count;
}

/** Describes a tensor value that has no name yet; without `dims` its rank is unknown. */
export function tensorValueInfo(what: string, elementType: ElementType, dims?: readonly Dimension[]): ValueInfoProto {
  const tensor = create(TypeProto_TensorSchema);
  tensor.elemType = elementTypeCode(elementType);
  if (dims !== undefined) tensor.shape = shapeProto(what, dims);
  const type = create(TypeProtoSchema);
  type.value = { case: 'tensorType', value: tensor };
  const info = create(ValueInfoProtoSchema);
  info.type = type;
  return info;
}

/** Describes a sequence of tensors that has no name yet. */
export function sequenceValueInfo(elementType: ElementType): ValueInfoProto {
  const element = tensorValueInfo('sequence', elementType).type!;
  const type = create(TypeProtoSchema);
  type.value = { case: 'sequenceType', value: create(TypeProto_SequenceSchema, { elemType: element }) };
  return create(ValueInfoProtoSchema, { type });
}

function shapeProto(what: string, dims: readonly Dimension[]): TensorShapeProto {
  const shape = create(TensorShapeProtoSchema);
  for (const size of dims) {
    const dim = create(TensorShapeProto_DimensionSchema);
    if (typeof size === 'string') {
      if (size === '') throw new ModelBuildError(`${what}: a symbolic dimension needs a name, got ''`);
      dim.value = { case: 'dimParam', value: size };
    } else {
      checkSize(what, dims, size);
      dim.value = { case: 'dimValue', value: BigInt(size) };
    }
    shape.dim.push(dim);
  }
  return shape;
}

function checkSize(what: string, dims: readonly Dimension[], size: number): void {
  if (Number.isSafeInteger(size) && size >= 0) return;
  throw new ModelBuildError(`${what}: shape [${dims.join(',')}] has a size that is not a whole number >= 0: ${size}`);
}
