import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { elementTypeCode, type ElementType } from './elements.js';
import { TensorProto_DataLocation, TensorProtoSchema } from './generated/onnx_pb.js';
import { messageOf } from './run-model.fixture.js';
import { tensorValue } from './tensor-data.js';

type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

function read(elementType: ElementType, fields: TensorInit): unknown {
  return tensorValue(create(TensorProtoSchema, { dataType: elementTypeCode(elementType), dims: [2n], ...fields })).data;
}

it('reads the typed fields that other tools write', () => {
  expect(read('float32', { floatData: [1.5, -2] })).toEqual(Float32Array.of(1.5, -2));
  expect(read('float64', { doubleData: [1e300, 0] })).toEqual(Float64Array.of(1e300, 0));
  expect(read('int64', { int64Data: [-1n, 2n ** 62n] })).toEqual(BigInt64Array.of(-1n, 2n ** 62n));
  expect(read('uint64', { uint64Data: [1n, 2n ** 63n] })).toEqual(BigUint64Array.of(1n, 2n ** 63n));
  expect(read('uint32', { uint64Data: [1n, 4294967295n] })).toEqual(Uint32Array.of(1, 4294967295));
  expect(read('int32', { int32Data: [-7, 7] })).toEqual(Int32Array.of(-7, 7));
  expect(read('int8', { int32Data: [-7, 7] })).toEqual(Int8Array.of(-7, 7));
  expect(read('uint16', { int32Data: [65535, 7] })).toEqual(Uint16Array.of(65535, 7));
  expect(read('float16', { int32Data: [0x3c00, 0x8000] })).toEqual(Uint16Array.of(0x3c00, 0x8000));
  expect(read('bool', { int32Data: [1, 0] })).toEqual(Uint8Array.of(1, 0));
});

it('reads a part of an external file', () => {
  const data = new Uint8Array(Float32Array.of(9, 1, 2, 9).buffer);
  const entries = [
    ['location', 'w.bin'],
    ['offset', '4'],
    ['length', '8'],
  ].map(([key, value]) => ({ key: key ?? '', value: value ?? '' }));
  const tensor = create(TensorProtoSchema, {
    name: 'w',
    dataType: 1,
    dims: [2n],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: entries,
  });
  expect(tensorValue(tensor, [{ path: 'w.bin', data }]).data).toEqual(Float32Array.of(1, 2));
  expect(messageOf(() => tensorValue(tensor))).toBe("ModelFormatError: tensor w: no external data 'w.bin'");
  expect(messageOf(() => tensorValue(tensor, [{ path: 'w.bin', data: data.subarray(0, 8) }]))).toBe(
    "ModelFormatError: tensor w: float32[2] needs 8 bytes in 'w.bin', has 4",
  );
});

it('names the types that have no counterpart here', () => {
  const tensor = create(TensorProtoSchema, { name: 'w', dataType: 17, dims: [1n], rawData: Uint8Array.of(1) });
  expect(messageOf(() => tensorValue(tensor))).toBe('ModelFormatError: tensor w: float8e4m3fn is not supported');
});
