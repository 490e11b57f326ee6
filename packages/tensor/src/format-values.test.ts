import { expect, it } from 'vitest';
import { allocate, type DType } from './dtypes.js';
import { formatValues } from './format-values.js';
import { encodeNumber } from './half.js';
import { sizeOf, type Shape } from './shapes.js';

function show(values: readonly number[], shape: Shape, dtype: DType = 'float32'): string {
  const data = allocate(dtype, sizeOf(shape));
  values.forEach((value, i) => {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(value);
    else data[i] = encodeNumber(value, dtype);
  });
  return formatValues(data, { shape, dtype });
}

const count = (length: number): number[] => [...Array(length).keys()];

it('shows scalars, rows and matrices with aligned columns', () => {
  expect(show([0.1], [])).toBe('0.1');
  expect(show([1, -2.5, 1 / 3], [3])).toMatchInlineSnapshot(`"[       1,     -2.5, 0.333333]"`);
  expect(show([1, -20, 300, 4], [2, 2])).toMatchInlineSnapshot(`
    "[[  1, -20],
     [300,   4]]"
  `);
  expect(show(count(8), [2, 2, 2])).toMatchInlineSnapshot(`
    "[[[0, 1],
      [2, 3]],

     [[4, 5],
      [6, 7]]]"
  `);
});

it('shows every kind of element', () => {
  expect(show([NaN, Infinity, -Infinity, -0, 1e-20, 123456789], [6])).toMatchInlineSnapshot(
    `"[      NaN,  Infinity, -Infinity,        -0,     1e-20, 123456792]"`,
  );
  expect(show([1, 0], [2], 'bool')).toMatchInlineSnapshot(`"[ true, false]"`);
  expect(show([-7, 9], [2], 'int64')).toMatchInlineSnapshot(`"[-7,  9]"`);
  expect(show([0.1, 65504], [2], 'float16')).toMatchInlineSnapshot(`"[0.0999756,     65504]"`);
  expect(show([3, 4, 5, 6], [2], 'key')).toMatchInlineSnapshot(`"[key(3, 4), key(5, 6)]"`);
});

it('shows empty axes', () => {
  expect([show([], [0]), show([], [2, 0]), show([], [0, 2])]).toEqual(['[]', '[[],\n []]', '[]']);
});

it('breaks long rows', () => {
  expect(show(count(40), [40], 'int32')).toMatchInlineSnapshot(`
    "[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
     18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
     36, 37, 38, 39]"
  `);
});

it('shows the edges of more than 1,000 elements', () => {
  expect(show(count(1000), [1000])).not.toContain('…');
  expect(show(count(1001), [1001])).toMatchInlineSnapshot(`"[   0,    1,    2, …,  998,  999, 1000]"`);
  expect(show(count(10_000), [100, 100])).toMatchInlineSnapshot(`
    "[[   0,    1,    2, …,   97,   98,   99],
     [ 100,  101,  102, …,  197,  198,  199],
     [ 200,  201,  202, …,  297,  298,  299],
     …,
     [9700, 9701, 9702, …, 9797, 9798, 9799],
     [9800, 9801, 9802, …, 9897, 9898, 9899],
     [9900, 9901, 9902, …, 9997, 9998, 9999]]"
  `);
  expect(show(count(4096), [2, 1024, 2], 'int32')).toMatchInlineSnapshot(`
    "[[[   0,    1],
      [   2,    3],
      [   4,    5],
      …,
      [2042, 2043],
      [2044, 2045],
      [2046, 2047]],

     [[2048, 2049],
      [2050, 2051],
      [2052, 2053],
      …,
      [4090, 4091],
      [4092, 4093],
      [4094, 4095]]]"
  `);
});
