import { expect, it } from 'vitest';
import { nn, tensor, zeros } from './index.js';
import { numbersOf, pattern, relativeDifference, shown } from './values.fixture.js';

it('encodes indices one-hot; what is out of range is all zeros', () => {
  expect(shown(nn.oneHot(tensor([2, 0, -1, 3], { dtype: 'int32' }), 3))).toEqual([
    'float32 [4,3] 0 0 1 1 0 0 0 0 0 0 0 0',
  ]);
  expect(nn.oneHot(zeros([2, 3], { dtype: 'int64' }), 4, 'int8')).toMatchObject({ shape: [2, 3, 4], dtype: 'int8' });
});

// Sizes and padding of Keras: ceil(size / stride), the odd pixel at the end.
it.each([
  [5, 3, 1, 5],
  [5, 2, 1, 5],
  [5, 3, 2, 3],
  [6, 3, 2, 3],
  [7, 2, 3, 3],
  [4, 1, 2, 2],
  [3, 5, 1, 3],
])('pads %i pixels for a window of %i in steps of %i to %i', (size, window, strides, expected) => {
  const x = pattern([1, size, 1], 1);
  expect(nn.conv(x, pattern([window, 1, 1], 2), { strides, padding: 'same' }).shape).toEqual([1, expected, 1]);
  expect(nn.maxPool(x, window, { strides, padding: 'same' }).shape).toEqual([1, expected, 1]);
});

it('puts the odd pixel of padding at the end', () => {
  const x = tensor([1, 2, 3, 4], { shape: [1, 4, 1] });
  const take = tensor([0, 1], { shape: [2, 1, 1] }); // y[i] = x[i + 1]
  expect(numbersOf(nn.conv(x, take, { padding: 'same' }))).toEqual([2, 3, 4, 0]);
  expect(numbersOf(nn.maxPool(x, 3, { strides: 2, padding: 'same' }))).toEqual([3, 4]);
});

it('takes options for all axes at once or one by one', () => {
  const [x, kernel] = [pattern([1, 6, 7, 2], 1), pattern([2, 2, 2, 3], 2)];
  const one = nn.conv(x, kernel, {
    strides: 2,
    dilation: 2,
    padding: [
      [1, 1],
      [1, 1],
    ],
  });
  const each = nn.conv(x, kernel, {
    strides: [2, 2],
    dilation: [2, 2],
    padding: [
      [1, 1],
      [1, 1],
    ],
  });
  expect(relativeDifference(one, each)).toBe(0);
  expect(nn.maxPool(x, 2).shape).toEqual([1, 3, 3, 2]);
  expect(nn.maxPool(x, [2, 3], { strides: [1, 2] }).shape).toEqual([1, 5, 3, 2]);
});

it('has a softmax that sums to 1 and a logSoftmax that is its logarithm', () => {
  const x = pattern([3, 5], 1).mul(20);
  expect(relativeDifference(nn.softmax(x, 0).sum(0), tensor([1, 1, 1, 1, 1], { dtype: 'float64' }))).toBeLessThan(
    1e-15,
  );
  expect(relativeDifference(nn.logSoftmax(x).exp(), nn.softmax(x))).toBeLessThan(1e-14);
});
