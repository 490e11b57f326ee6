import { expect, it } from 'vitest';
import { elementTypeCode, elementTypeOf, elementTypes, fromLittleEndian, toLittleEndian } from './elements.js';

it('numbers the element types as the standard does', () => {
  expect(Object.fromEntries(elementTypes.map((type) => [type, elementTypeCode(type)]))).toEqual({
    float32: 1,
    uint8: 2,
    int8: 3,
    uint16: 4,
    int16: 5,
    int32: 6,
    int64: 7,
    bool: 9,
    float16: 10,
    float64: 11,
    uint32: 12,
    uint64: 13,
    bfloat16: 16,
  });
  expect(elementTypes.map((type) => elementTypeOf(elementTypeCode(type)))).toEqual(elementTypes);
  expect([0, 8, 17].map(elementTypeOf)).toEqual([null, null, null]);
});

it('reverses the bytes of each element on a big-endian machine', () => {
  const bytes = [0x01, 0x02, 0x03, 0x04, 0xf1, 0xf2, 0xf3, 0xf4];
  const data = new Uint32Array(Uint8Array.from(bytes).buffer);
  expect([...toLittleEndian(data, false)]).toEqual([0x04, 0x03, 0x02, 0x01, 0xf4, 0xf3, 0xf2, 0xf1]);
  expect([...toLittleEndian(Uint8Array.from(bytes), false)]).toEqual(bytes);
  expect(fromLittleEndian('uint32', toLittleEndian(data, false), false)).toEqual(data);
});

it('writes little-endian bytes without a copy here', () => {
  const data = Float32Array.of(1, -2);
  expect([...toLittleEndian(data)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  expect(toLittleEndian(data).buffer).toBe(data.buffer);
});

it('reads elements at an unaligned place', () => {
  const bytes = Uint8Array.of(255, 0, 0, 0x80, 0x3f).subarray(1);
  expect(fromLittleEndian('float32', bytes)).toEqual(Float32Array.of(1));
});
