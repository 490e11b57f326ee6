import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { ones, random, tensor, zeros, type DType } from '../index.js';

it('gives the elements in a typed array of their kind: bits as numbers for 16-bit floats, 0 and 1 for bool', async () => {
  const kinds: Partial<Record<DType, string>> = {};
  const all: DType[] = [
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
    'bool',
  ];
  for (const dtype of all) kinds[dtype] = (await tensor([1, 0], { dtype }).data()).constructor.name;
  expect(kinds).toMatchInlineSnapshot(`
    {
      "bfloat16": "Float32Array",
      "bool": "Uint8Array",
      "float16": "Float32Array",
      "float32": "Float32Array",
      "float64": "Float64Array",
      "int16": "Int16Array",
      "int32": "Int32Array",
      "int64": "BigInt64Array",
      "int8": "Int8Array",
      "uint16": "Uint16Array",
      "uint32": "Uint32Array",
      "uint64": "BigUint64Array",
      "uint8": "Uint8Array",
    }
  `);
  expect(await tensor([0.5, -2], { dtype: 'float16' }).data()).toEqual(Float32Array.of(0.5, -2));
  expect(await tensor([true, false]).data()).toEqual(Uint8Array.of(1, 0));
});

it('converts on request', async () => {
  expect(await tensor([1.75, -3e10]).data('int32')).toEqual(Int32Array.of(1, -(2 ** 31)));
  expect(await tensor([1, 2], { dtype: 'int8' }).data('float64')).toEqual(Float64Array.of(1, 2));
  expect(await tensor([0.1]).data('float64')).toEqual(Float64Array.of(Math.fround(0.1)));
  expect(await tensor([0.5], { dtype: 'bfloat16' }).data('float32')).toEqual(Float32Array.of(0.5));
});

it('nests arrays as deep as there are axes', async () => {
  expect(
    await tensor([
      [1, 2],
      [3, 4],
    ]).array(),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(await tensor(5).array()).toBe(5);
  expect(await zeros([2, 0]).array()).toEqual([[], []]);
  expect(await zeros([0, 2]).array()).toEqual([]);
  expect(await tensor([true, false]).array()).toEqual([true, false]);
  expect(await tensor([1n, 2n]).array()).toEqual([1, 2]);
  expect(await tensor([2n ** 60n]).array({ bigint: true })).toEqual([2n ** 60n]);
});

it('reads one element, of any shape', async () => {
  expect(await tensor([[[7]]]).item()).toBe(7);
  expect(await tensor(true).item()).toBe(1);
  expect(await tensor(2n ** 53n - 1n).item()).toBe(Number.MAX_SAFE_INTEGER);
  expect(await tensor(2n ** 60n).item({ bigint: true })).toBe(2n ** 60n);
  expect(await tensor(-(2n ** 53n - 1n)).item()).toBe(Number.MIN_SAFE_INTEGER);
});

it('is not thenable, so that await gives the tensor', async () => {
  const x = tensor([1]);
  expect(await x).toBe(x);
});

it('shows dtype, shape and backend, and values that are known', async () => {
  const y = tensor([1, 2]).add(1);
  expect(String(y)).toBe('Tensor(float32 [2], not evaluated)');
  await y.data();
  expect(String(y)).toBe('Tensor(float32 [2], reference, [2, 3])');
  expect(inspect({ y })).toBe('{ y: Tensor(float32 [2], reference, [2, 3]) }');
  expect(String(tensor([0.1, 1 / 3]))).toBe('Tensor(float32 [2], reference, [0.1, 0.333333])');
  expect(String(tensor([true, false]))).toBe('Tensor(bool [2], reference, [true, false])');
  expect(String(tensor([1.5], { dtype: 'float16' }))).toBe('Tensor(float16 [1], reference, [1.5])');
  expect(String(tensor(5n))).toBe('Tensor(int64 [], reference, [5])');
  const many = ones([20]);
  await many.data();
  expect(String(many)).toBe(`Tensor(float32 [20], reference, [${Array(16).fill(1).join(', ')}, …])`);
  expect(String(random.key(0))).toBe('Tensor(key [], reference)');
});
