import { expect, it } from 'vitest';
import { histogram } from './step-times.js';

it('counts every time once, those beyond three medians in the last bar', () => {
  const { start, width, counts } = histogram([10, 10, 11, 20, 500]);
  expect([start, width]).toEqual([10, (33 - 10) / 40]);
  expect(counts.reduce((sum, steps) => sum + steps, 0)).toBe(5);
  expect([counts[0], counts[1], counts[17], counts[39]]).toEqual([2, 1, 1, 1]);
});

it('equal times are one bar', () => {
  expect(histogram([5, 5]).counts[0]).toBe(2);
});
