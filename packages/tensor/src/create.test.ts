import { expect, it } from 'vitest';
import {
  arange,
  compile,
  dtypes,
  eye,
  full,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
  type DType,
  type Tensor,
} from './index.js';
import { numbersOf, shown } from './values.fixture.js';

it('infers dtypes: numbers float32, booleans bool, bigints int64; typed arrays keep theirs', () => {
  expect(shown(tensor([1, 2.5]))).toEqual(['float32 [2] 1 2.5']);
  expect(shown(tensor(3))).toEqual(['float32 [] 3']);
  expect(shown(tensor([true, false]))).toEqual(['bool [2] 1 0']);
  expect(shown(tensor([1n, -2n]))).toEqual(['int64 [2] 1 -2']);
  expect(shown(tensor([]))).toEqual(['float32 [0] ']);
  expect(shown(tensor([[], []]))).toEqual(['float32 [2,0] ']);
  const arrays = [
    Float32Array,
    Float64Array,
    Int8Array,
    Int16Array,
    Int32Array,
    Uint8Array,
    Uint8ClampedArray,
    Uint16Array,
    Uint32Array,
  ];
  expect(arrays.map((TypedArray) => tensor(TypedArray.of(1, 2)).dtype)).toEqual([
    'float32',
    'float64',
    'int8',
    'int16',
    'int32',
    'uint8',
    'uint8',
    'uint16',
    'uint32',
  ]);
  expect([tensor(BigInt64Array.of(1n)).dtype, tensor(BigUint64Array.of(1n)).dtype]).toEqual(['int64', 'uint64']);
});

it('nests arrays, and takes shapes', () => {
  expect(shown(tensor([[[1, 2]], [[3, 4]]]))).toEqual(['float32 [2,1,2] 1 2 3 4']);
  expect(shown(tensor([1, 2, 3, 4], { shape: [2, 2] }))).toEqual(['float32 [2,2] 1 2 3 4']);
  expect(shown(tensor(Int32Array.of(1, 2, 3, 4), { shape: [2, 1, 2] }))).toEqual(['int32 [2,1,2] 1 2 3 4']);
});

it('converts to the dtype asked for', () => {
  for (const dtype of dtypes.filter((name): name is Exclude<DType, 'key'> => name !== 'key')) {
    expect(tensor([1, 0], { dtype }).dtype).toBe(dtype);
    expect(numbersOf(tensor([1, 0], { dtype }))).toEqual([1, 0]);
    expect(numbersOf(tensor([true, false], { dtype }))).toEqual([1, 0]);
    expect(numbersOf(tensor(Float64Array.of(1, 0), { dtype }))).toEqual([1, 0]);
    expect(numbersOf(full([2], 1, { dtype }))).toEqual([1, 1]);
  }
  expect(shown(tensor([0.1], { dtype: 'float16' }))).toEqual(['float16 [1] 0.0999755859375']);
  expect(shown(tensor(Uint16Array.of(0x3c00), { dtype: 'float16' }))).toEqual(['float16 [1] 1']); // bits as they are
  expect(shown(tensor([-5n, 2n ** 40n], { dtype: 'float64' }))).toEqual(['float64 [2] -5 1099511627776']);
});

it('makes bool of any number other than 0, also of bytes', () => {
  expect(shown(tensor([2, 0, -0.5, NaN], { dtype: 'bool' }))).toEqual(['bool [4] 1 0 1 1']);
  expect(shown(tensor(Uint8Array.of(255, 0, 1), { dtype: 'bool' }))).toEqual(['bool [3] 1 0 1']);
  expect(shown(full([2], 7, { dtype: 'bool' }))).toEqual(['bool [2] 1 1']);
  expect(shown(tensor(Uint8Array.of(255, 0), { dtype: 'bool', copy: false }).sum())).toEqual(['int32 [] 1']);
});

it('copies typed arrays unless told otherwise, also Buffers of Node', () => {
  const data = Float32Array.of(1, 2);
  const copied = tensor(data);
  const taken = tensor(data, { copy: false });
  const buffer = Buffer.from([1, 2, 3]);
  const bytes = tensor(buffer);
  data[0] = 9;
  buffer[0] = 9;
  expect(numbersOf(copied)).toEqual([1, 2]);
  expect(numbersOf(taken)).toEqual([9, 2]);
  expect(numbersOf(bytes)).toEqual([1, 2, 3]);
});

it('takes views of a part of a buffer', async () => {
  const whole = Float32Array.of(0, 1, 2, 3);
  expect(numbersOf(tensor(whole.subarray(1, 3)))).toEqual([1, 2]);
  const buffer = Buffer.from([9, 1, 2, 9]).subarray(1, 3);
  const x = tensor(buffer, { copy: false });
  expect(numbersOf(x)).toEqual([1, 2]);
  expect(await x.data()).toEqual(Uint8Array.of(1, 2));
});

it('does not follow later changes of a shape', () => {
  const shape = [2, 3];
  const made = [zeros(shape), ones(shape), full(shape, 2), tensor([1, 2, 3, 4, 5, 6], { shape })];
  const lazy = [zeros([6]).reshape(shape), zeros([3]).broadcastTo(shape)];
  shape[0] = 1;
  for (const x of [...made, ...lazy]) expect([x.shape, numbersOf(x).length]).toEqual([[2, 3], 6]);
});

it('counts like NumPy', () => {
  expect(shown(arange(4))).toEqual(['int32 [4] 0 1 2 3']);
  expect(shown(arange(2, 9, 3))).toEqual(['int32 [3] 2 5 8']);
  expect(shown(arange(5, 0, -2))).toEqual(['int32 [3] 5 3 1']);
  expect(shown(arange(5, 0, -1, { dtype: 'uint8' }))).toEqual(['uint8 [5] 5 4 3 2 1']);
  expect(shown(arange(0, 1, 0.25))).toEqual(['float32 [4] 0 0.25 0.5 0.75']);
  expect(numbersOf(arange(0, 1, 0.1))).toHaveLength(10);
  expect(shown(arange(0, 2.5))).toEqual(['int32 [3] 0 1 2']);
  expect(shown(arange(3, 3))).toEqual(['int32 [0] ']);
  expect(shown(arange(0, 3, 1, { dtype: 'float16' }))).toEqual(['float16 [3] 0 1 2']);
  expect(shown(arange(-1, 2, 1, { dtype: 'int64' }))).toEqual(['int64 [3] -1 0 1']);
  expect(shown(arange(250, 256, 5, { dtype: 'uint8' }))).toEqual(['uint8 [2] 250 255']);
  expect(shown(linspace(0, 1, 5))).toEqual(['float32 [5] 0 0.25 0.5 0.75 1']);
  expect(shown(linspace(2, -2, 3, { dtype: 'float64' }))).toEqual(['float64 [3] 2 0 -2']);
  expect(shown(linspace(7, 9, 1))).toEqual(['float32 [1] 7']);
  expect(shown(linspace(7, 9, 0))).toEqual(['float32 [0] ']);
  expect(shown(eye(2, 3))).toEqual(['float32 [2,3] 1 0 0 0 1 0']);
  expect(shown(eye(2, 2, { dtype: 'int8' }))).toEqual(['int8 [2,2] 1 0 0 1']);
});

it('copies the type of another tensor', () => {
  const x = tensor([[1], [2]], { dtype: 'int16' });
  expect(shown([zerosLike(x), onesLike(x)])).toEqual(['int16 [2,1] 0 0', 'int16 [2,1] 1 1']);
});

it('holds what JSON cannot', () => {
  expect(numbersOf(full([], NaN))).toEqual([NaN]);
  expect(numbersOf(full([2], -Infinity))).toEqual([-Infinity, -Infinity]);
  expect(numbersOf(compile((x: Tensor) => x.add(full([], Infinity)))(tensor([1])))).toEqual([Infinity]);
});
