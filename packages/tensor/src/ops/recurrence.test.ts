import { expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { compile, grad, linearRecurrence, ones, scan, zeros, type Tensor } from '../index.js';
import { float64, numbersOf, pattern, relativeDifference } from '../values.fixture.js';

it('is the loop that it says, along any axis, in both directions', () => {
  const [a, b] = [pattern([3, 7, 2], 1), pattern([3, 7, 2], 2)];
  for (const axis of [0, 1, 2]) {
    for (const reverse of [false, true]) {
      const front = [axis, ...[0, 1, 2].filter((i) => i !== axis)];
      const back = front.map((_, i) => front.indexOf(i));
      const start = zeros(
        front.slice(1).map((i) => a.shape[i]!),
        { dtype: 'float64' },
      );
      const [, ys] = scan(
        (y, [factor, term]: readonly [Tensor, Tensor]) => {
          const next = factor.mul(y).add(term);
          return [next, next];
        },
        start,
        [a.transpose(front), b.transpose(front)] as const,
        { reverse },
      );
      expect(relativeDifference(linearRecurrence(a, b, axis, { reverse }), ys.transpose(back))).toBeLessThan(1e-15);
    }
  }
});

it('broadcasts factors and terms', () => {
  const rows = float64([1, 1, 1, 8, 4, 2], [2, 3]);
  expect(numbersOf(linearRecurrence(0.5, rows))).toEqual([1, 1.5, 1.75, 8, 8, 6]);
  expect(numbersOf(linearRecurrence(float64([0, 2, 3]), 1, 0))).toEqual([1, 3, 10]);
  const column = float64([2, 3], [2, 1]);
  expect(numbersOf(linearRecurrence(column, ones([3], { dtype: 'float64' })))).toEqual([1, 3, 7, 1, 4, 13]);
});

it('gives running products gradients where elements are zero', () => {
  const product = (x: Tensor): Tensor => x.cumProd().sum();
  // Σ over the products that hold an element of what they are without it.
  const expected = (x: readonly number[]): number[] =>
    x.map((_, i) => {
      let sum = 0;
      for (let end = i; end < x.length; end++) {
        sum += x.slice(0, end + 1).reduce((p, v, k) => (k === i ? p : p * v), 1);
      }
      return sum;
    });
  for (const x of [
    [2, 3, 4],
    [0, 3, 4],
    [2, 0, 4, 0, 5],
    [0, 0],
  ]) {
    expect(numbersOf(grad(product)(float64(x)))).toEqual(expected(x));
    expect(numbersOf(compile(grad(product))(float64(x)))).toEqual(expected(x));
  }
});

it('says what is wrong with factors and terms', () => {
  const x = zeros([2, 3]);
  expect(
    errorTexts(
      () => linearRecurrence(x, zeros([2, 4])),
      () => linearRecurrence(x, zeros([2, 3], { dtype: 'float64' })),
      () => linearRecurrence(x.greater(0), x.greater(0)),
      () => linearRecurrence(x, x, 2),
      () => linearRecurrence(1, 2),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: linearRecurrence: shapes [2,3] and [2,4] do not broadcast: axis -1 has 3 and 4; sizes must be equal or 1
    DTypeError: linearRecurrence: dtypes differ: float32 [2,3] and float64 [2,3]; convert one with .cast('float32')
    DTypeError: linearRecurrence: bool [2,3] is not accepted; it takes floats, signed integers, unsigned integers: use .cast(…)
    ShapeError: linearRecurrence: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: linearRecurrence: axis -1 is out of range for shape []; a scalar has no axes"
  `);
});
