import { expect, it } from 'vitest';
import { add, div, maximum, tensor, where, zeros, type DType } from '../index.js';
import { shown } from '../values.fixture.js';

const numeric: readonly DType[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
];

it.each(numeric)('numbers and booleans take the dtype %s of the tensor that they meet, on either side', (dtype) => {
  const x = tensor([3], { dtype });
  expect(shown([x.add(1), add(1, x), x.mul(true), maximum(2, x), x.sub(1)])).toEqual(
    [4, 4, 3, 3, 2].map((value) => `${dtype} [1] ${value}`),
  );
});

it('fractions take a float tensor’s dtype, rounded once', () => {
  expect(shown(zeros([1], { dtype: 'float64' }).add(0.1))).toEqual(['float64 [1] 0.1']);
  expect(shown(zeros([1]).add(0.1))).toEqual([`float32 [1] ${Math.fround(0.1)}`]);
  expect(shown(zeros([1], { dtype: 'bfloat16' }).add(0.1))).toEqual(['bfloat16 [1] 0.10009765625']);
});

it('two numbers give float32', () => {
  expect(shown([add(1, 2), where(tensor([true]), 1, 0)])).toEqual(['float32 [] 3', 'float32 [1] 1']);
});

it('bool gives way to every other dtype, and to the dtype of numbers', () => {
  const flags = tensor([true, false]);
  expect(shown(flags.add(tensor([5, 5], { dtype: 'int8' })))).toEqual(['int8 [2] 6 5']);
  expect(shown(tensor([0.5, 0.5]).mul(flags))).toEqual(['float32 [2] 0.5 0']);
  expect(shown([flags.add(1), flags.mul(0.5)])).toEqual(['int32 [2] 2 1', 'float32 [2] 0.5 0']);
  expect(shown(flags.equal(true))).toEqual(['bool [2] 1 0']);
});

it('div of integers and bool gives float32, of floats their dtype', () => {
  const ints = tensor([7, -7], { dtype: 'int32' });
  expect(shown(ints.div(2))).toEqual(['float32 [2] 3.5 -3.5']);
  expect(shown(ints.div(tensor([2, 0], { dtype: 'int32' })))).toEqual(['float32 [2] 3.5 -Infinity']);
  expect(shown(tensor([true]).div(tensor([true])))).toEqual(['float32 [1] 1']);
  expect(shown(div(1, tensor([4], { dtype: 'float16' })))).toEqual(['float16 [1] 0.25']);
});

it('integers wrap around', () => {
  expect(shown(tensor([127], { dtype: 'int8' }).add(1))).toEqual(['int8 [1] -128']);
  expect(shown(tensor([0], { dtype: 'uint16' }).sub(1))).toEqual(['uint16 [1] 65535']);
  expect(shown(tensor([65537], { dtype: 'int32' }).mul(65537))).toEqual(['int32 [1] 131073']);
  expect(shown(tensor([2n ** 63n - 1n]).add(1))).toEqual([`int64 [1] ${-(2 ** 63)}`]);
});

it('comparisons give bool for every dtype', () => {
  for (const dtype of numeric) expect(shown(tensor([1, 2, 3], { dtype }).less(2))).toEqual(['bool [3] 1 0 0']);
});
