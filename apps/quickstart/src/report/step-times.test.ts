import { expect, it } from 'vitest';
import { histogram } from './step-times.js';

it('counts every time once, those beyond three medians in the last bar', () => {
  const { start, end, counts, beyond } = histogram([10, 10, 11, 20, 500]);
  expect([start, end, beyond]).toEqual([10, 33, 1]);
  expect(counts.reduce((sum, steps) => sum + steps, 0)).toBe(5);
  expect([counts[0], counts[1], counts[17], counts[39]]).toEqual([2, 1, 1, 1]);
});

it('equal times are one bar', () => {
  expect(histogram([5, 5])).toMatchObject({ start: 5, beyond: 0 });
  expect(histogram([5, 5]).counts[0]).toBe(2);
});
