import { expect, it } from 'vitest';
import { full, quick, roundsOf } from './effort.js';

const effort = { ...full, rounds: 9, slowMilliseconds: 100, slowRounds: 3, slowBudgetMilliseconds: 1_000 };

it('lets a peer of ordinary speed join every round', () => {
  expect([...roundsOf(100, effort)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

it('spreads the rounds of a slow peer evenly', () => {
  expect([...roundsOf(101, effort)]).toEqual([0, 3, 6]);
});

it('gives a very slow peer what the budget affords, and always one round', () => {
  expect([...roundsOf(500, effort)]).toEqual([0, 5]);
  expect([...roundsOf(5_000, effort)]).toEqual([0]);
  expect([...roundsOf(1e9, quick)]).toEqual([0]);
});
