import { expect, it } from 'vitest';
import { pairedRatio, perStep, quantile, type Sample, summarize } from './statistics.js';

it('interpolates between ranks as NumPy does', () => {
  // numpy 2: np.quantile([15, 20, 35, 40, 50], [0, .1, .4, .5, .9, 1])
  const values = [50, 15, 40, 20, 35];
  const expected = [15, 17, 29, 35, 46, 50];
  [0, 0.1, 0.4, 0.5, 0.9, 1].forEach((fraction, i) =>
    expect(quantile(values, fraction)).toBeCloseTo(expected[i] ?? NaN, 12),
  );
});

it('takes the mean of the middle two of an even count', () => {
  expect(summarize([4, 1, 3, 2])).toEqual({ count: 4, median: 2.5, p10: 1.3, p90: 3.7 });
});

it('summarizes a single value', () => {
  expect(summarize([7])).toEqual({ count: 1, median: 7, p10: 7, p90: 7 });
});

it('refuses what has no quantile', () => {
  expect(() => quantile([], 0.5)).toThrow('quantile: no values');
  expect(() => quantile([1], 1.1)).toThrow('quantile: fraction 1.1 is not within [0, 1]');
});

const sample = (round: number, milliseconds: number, steps = 1): Sample => ({
  round,
  steps,
  milliseconds,
  otherLoad: 0,
});

it('pairs the samples of a round, per step', () => {
  // The machine is ten times slower in round 1; the ratio within a round stays 3.
  const subject = [sample(0, 20, 10), sample(1, 200, 10), sample(2, 20, 10)];
  const peer = [sample(0, 6), sample(1, 60), sample(2, 6)];
  expect(perStep(subject[0] as Sample)).toBe(2);
  expect(pairedRatio(subject, peer)).toEqual({ count: 3, median: 3, p10: 3, p90: 3 });
});

it('leaves out rounds that only one side ran', () => {
  expect(pairedRatio([sample(0, 1), sample(1, 2)], [sample(1, 8), sample(2, 100)])).toEqual({
    count: 1,
    median: 4,
    p10: 4,
    p90: 4,
  });
  expect(pairedRatio([sample(0, 1)], [sample(1, 1)])).toBeUndefined();
});
