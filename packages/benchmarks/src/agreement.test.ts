import { expect, it } from 'vitest';
import { compareSteps, tolerance } from './agreement.js';

it('takes the largest relative difference of the losses', () => {
  const agreement = compareSteps('a', [[2], [1], [0.5]], [[2], [1.0005], [0.5001]]);
  expect(agreement.maxRelativeDifference).toBeCloseTo(5e-4, 10);
  expect(agreement).toMatchObject({ against: 'a', steps: 3, agrees: true });
});

it('does not accept a difference above the tolerance in any step', () => {
  expect(tolerance).toBe(1e-3);
  expect(compareSteps('a', [[2], [1]], [[2], [1.0011]]).agrees).toBe(false);
});

it('measures logits against the largest of the step, so that one near zero does not count', () => {
  expect(compareSteps('a', [[10, 1e-9]], [[10, 1e-4]])).toMatchObject({ agrees: true });
  expect(compareSteps('a', [[10, 0]], [[10, 0.02]])).toMatchObject({ agrees: false, maxRelativeDifference: 0.002 });
});

it('compares the steps that both ran', () => {
  expect(compareSteps('a', [[1], [2], [3]], [[1], [2]])).toMatchObject({ steps: 2, agrees: true });
});

it.each([
  ['no steps', [], []],
  ['no values', [[]], [[]]],
  ['another number of values', [[1, 2]], [[1]]],
  ['NaN', [[1]], [[NaN]]],
  ['NaN in the reference', [[NaN]], [[1]]],
  ['a value where the reference is zero', [[0]], [[1e-9]]],
])('does not call %s agreement', (_, reference, values) => {
  expect(compareSteps('a', reference, values)).toMatchObject({ agrees: false, maxRelativeDifference: null });
});
