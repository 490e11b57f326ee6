import { expect, it } from 'vitest';
import { median, quantile } from './statistics.js';

it('quantiles are interpolated', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect([0, 0.25, 1].map((q) => quantile([10, 20, 30], q))).toEqual([10, 15, 30]);
  expect(median([])).toBeNaN();
});
