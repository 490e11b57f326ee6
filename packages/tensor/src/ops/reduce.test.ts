import { expect, it } from 'vitest';
import { ones, tensor, zeros } from '../index.js';
import { numbersOf, shown } from '../values.fixture.js';

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

it('reduces all axes by default, one or several if told, counted from the end too', () => {
  expect(shown([x.sum(), x.sum(0), x.sum(-1), x.sum([0, 1]), x.sum([])])).toEqual([
    'float32 [] 21',
    'float32 [3] 5 7 9',
    'float32 [2] 6 15',
    'float32 [] 21',
    'float32 [2,3] 1 2 3 4 5 6',
  ]);
  expect(shown([x.max(), x.min(1), x.argmax(0), x.argmax(-1)])).toEqual([
    'float32 [] 6',
    'float32 [2] 1 4',
    'int32 [3] 1 1 1',
    'int32 [2] 2 2',
  ]);
});

it('keeps reduced axes with size 1 on request', () => {
  expect(
    shown([x.sum(0, { keepDims: true }), x.mean(undefined, { keepDims: true }), x.argmax(1, { keepDims: true })]),
  ).toEqual(['float32 [1,3] 5 7 9', 'float32 [1,1] 3.5', 'int32 [2,1] 2 2']);
});

it('adds small integers and bool in 32 bits, and others in their own dtype', () => {
  const dtypes = [
    'bool',
    'int8',
    'int16',
    'int32',
    'int64',
    'uint8',
    'uint16',
    'uint32',
    'uint64',
    'float16',
    'bfloat16',
    'float64',
  ] as const;
  expect(dtypes.map((dtype) => `${dtype}: ${ones([300], { dtype }).sum().dtype}`)).toMatchInlineSnapshot(`
    [
      "bool: int32",
      "int8: int32",
      "int16: int32",
      "int32: int32",
      "int64: int64",
      "uint8: uint32",
      "uint16: uint32",
      "uint32: uint32",
      "uint64: uint64",
      "float16: float16",
      "bfloat16: bfloat16",
      "float64: float64",
    ]
  `);
  expect(shown(ones([300], { dtype: 'uint8' }).sum())).toEqual(['uint32 [] 300']);
  expect(shown(tensor([127, 127], { dtype: 'int8' }).sum())).toEqual(['int32 [] 254']);
});

it('averages integers and bool as float32, and nothing as NaN', () => {
  expect(shown(tensor([1, 2], { dtype: 'int32' }).mean())).toEqual(['float32 [] 1.5']);
  expect(shown(tensor([true, false]).mean())).toEqual(['float32 [] 0.5']);
  expect(shown(tensor([1, 2], { dtype: 'float64' }).mean())).toEqual(['float64 [] 1.5']);
  expect(numbersOf(zeros([0]).mean())).toEqual([NaN]);
  expect(numbersOf(zeros([0]).sum())).toEqual([0]);
});

it('adds many float32 without losing the small ones', () => {
  expect(
    numbersOf(
      ones([2 ** 20])
        .mul(0.1)
        .sum(),
    )[0],
  ).toBeCloseTo(2 ** 20 * Math.fround(0.1), 1);
});
