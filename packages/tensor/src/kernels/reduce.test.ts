import { expect, it } from 'vitest';
import { allocate, dtypes, isFloat, isHalf, isInteger, type DType } from '../dtypes.js';
import { foldKernel, indexOfLargest, largestOfRow, smallestOfRow, sumRow } from './reduce.js';

it('sums rows of every length in every dtype', () => {
  const numeric = dtypes.filter((dtype) => (isFloat(dtype) && !isHalf(dtype)) || isInteger(dtype));
  for (const dtype of numeric) {
    for (const length of [0, 1, 2, 3, 4, 7, 8, 9, 11, 12, 40]) {
      for (const axis of [0, 1]) {
        const shape = axis === 0 ? [length, 3] : [3, length];
        const x = allocate(dtype, 3 * length);
        for (let i = 0; i < x.length; i++) x[i] = (typeof x[i] === 'bigint' ? BigInt(i % 5) : i % 5) as never;
        const wanted = [0, 0, 0];
        for (let i = 0; i < x.length; i++) wanted[axis === 0 ? i % 3 : Math.floor(i / length)]! += i % 5;
        const y = allocate(dtype, 3);
        foldKernel({ shape, dtype }, [axis], { shape: [3], dtype }, sumRow, (a, b) => a + b)([x], [y]);
        expect([dtype, length, ...Array.from(y as Int32Array, Number)]).toEqual([dtype, length, ...wanted]);
      }
    }
  }
});

it('wraps sums of small integers around', () => {
  const type = { shape: [3], dtype: 'int8' as DType };
  const y = new Int8Array(1);
  foldKernel(type, [0], { shape: [], dtype: 'int8' }, sumRow, (a, b) => a + b)([Int8Array.of(100, 100, 100)], [y]);
  expect(y[0]).toBe(44);
});

it('keeps the sign of zero, NaN and infinities', () => {
  const row = (...values: number[]): [Float64Array, number, number, number] => [
    Float64Array.from(values),
    0,
    values.length,
    1,
  ];
  expect(sumRow(...row(-0))).toBe(-0);
  expect(sumRow(...row(...Array<number>(9).fill(-0)))).toBe(-0);
  expect(sumRow(...row(...Array<number>(12).fill(Infinity)))).toBe(Infinity);
  expect(largestOfRow(...row(1, NaN, 3))).toBeNaN();
  expect(largestOfRow(...row(NaN, 3))).toBeNaN();
  expect(largestOfRow(...row(-Infinity, -5, -7))).toBe(-5);
  expect(smallestOfRow(...row(1, 4, NaN))).toBeNaN();
  expect(smallestOfRow(...row(3, -Infinity, 2))).toBe(-Infinity);
  expect(indexOfLargest(...row(1, 7, 7, 3))).toBe(1);
});
