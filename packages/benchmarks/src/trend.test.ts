import { expect, it } from 'vitest';
import { slope } from './trend.js';

it('gives the slope of a line, and of points around one', () => {
  expect(slope([[1, 5], [2, 8], [4, 14]])).toBeCloseTo(3, 12); // prettier-ignore
  // NumPy: polyfit([0, 1, 2, 3], [1, 0, 3, 2], 1)[0]
  expect(slope([[0, 1], [1, 0], [2, 3], [3, 2]])).toBeCloseTo(0.6, 12); // prettier-ignore
});
