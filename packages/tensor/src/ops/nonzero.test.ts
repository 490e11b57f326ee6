import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compile, grad, nonzero, take, tensor, unique, vmap, zeros, type Tensor } from '../index.js';
import { float64, numbersOf, shown } from '../values.fixture.js';

const x = tensor([
  [0, 5, 0],
  [7, 0, -1],
]);

it('finds what is not zero, row by row', async () => {
  expect(shown(await nonzero(x))).toEqual(['int32 [3] 0 1 1', 'int32 [3] 1 0 2']);
  expect(shown(await nonzero(zeros([2, 0])))).toEqual(['int32 [0] ', 'int32 [0] ']);
  expect(shown(nonzero(x, { size: 5, fillValue: -1 }))).toEqual(['int32 [5] 0 1 1 -1 -1', 'int32 [5] 1 0 2 -1 -1']);
  expect(shown(nonzero(x, { size: 2 }))).toEqual(['int32 [2] 0 1', 'int32 [2] 1 0']);
});

it('keeps what a mask shows, along an axis or of all elements', async () => {
  expect(shown(await x.compress(x.greater(0)))).toEqual(['float32 [2] 5 7']);
  expect(shown(await x.compress(tensor([true, false, true]), { axis: 1 }))).toEqual(['float32 [2,2] 0 0 7 -1']);
  expect(shown(x.compress(x.notEqual(0), { size: 4, fillValue: 9 }))).toEqual(['float32 [4] 5 7 -1 9']);
  const f = compile((v: Tensor) => v.compress(v.greater(0), { size: 2 }));
  expect(shown(f(float64([-1, 2, 3])))).toEqual(['float64 [2] 2 3']);
  expect(
    numbersOf(grad((v: Tensor) => v.compress(v.greater(0), { size: 3 }).square().sum())(float64([-1, 2, 3]))),
  ).toEqual([0, 4, 6]);
  const rows = vmap((v: Tensor) => v.compress(v.greater(0), { size: 2 }))(float64([-1, 2, 3, 4, -5, 6], [2, 3]));
  expect(numbersOf(rows)).toEqual([2, 3, 4, 6]);
});

it('tells distinct values as a set does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(0, 1, -2, 2.5, NaN, Infinity), { maxLength: 12 }), async (values) => {
      const v = float64(values);
      const result = await unique(v);
      const set = [...new Set(values.map((value) => (Object.is(value, -0) ? 0 : value)))].sort((a, b) =>
        Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b,
      );
      expect(numbersOf(result.values)).toEqual(set);
      expect(numbersOf(result.counts)).toEqual(
        set.map((one) => values.filter((value) => Object.is(value, one)).length),
      );
      if (values.length > 0) expect(numbersOf(take(result.values, result.inverse))).toEqual(values);
      const fixed = unique(v, { size: 3, fillValue: -9 });
      expect(numbersOf(fixed.values)).toEqual([...set, -9, -9, -9].slice(0, 3));
    }),
    { numRuns: 40 },
  );
  expect(shown((await unique(tensor([true, false, true]))).values)).toEqual(['bool [2] 0 1']);
});

it('says what does not fit', () => {
  expect(() => nonzero(tensor(1))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: nonzero: a scalar has no axes; use x.notEqual(0)]`,
  );
  expect(() => nonzero(x, { size: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: nonzero: size -1 is not possible; use a whole number >= 0]`,
  );
  expect(() => x.compress(x as never)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: compress: the mask is float32; it must be bool: compare, e.g. x.greater(0)]`,
  );
  expect(() => x.compress(tensor([true]), { axis: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: compress: the mask [1] does not fit [2,3] along axis 1; give one entry for each of 3]`,
  );
});
