import { expect, it } from 'vitest';
import { batchSizes, findRule, mapSizes, sizeLine, type AtBatchSizes } from './batch-rule.js';

const at = (f: (n: number) => number): AtBatchSizes<number> => mapSizes(batchSizes, f);

it.each<[string, (n: number) => number]>([
  ['n', (n) => n],
  ['3n - 2', (n) => 3 * n - 2],
  ['0.5 - n / 3', (n) => 0.5 - n / 3],
  ['1 / n', (n) => 1 / n],
  ['-2 / (5n)', (n) => -2 / (5 * n)],
  ['1 / (n - 1)', (n) => 1 / (n - 1)],
  ['1 / (4n - 1)', (n) => 1 / (4 * n - 1)],
  ['0.1 / n²', (n) => 0.1 / n ** 2],
  ['n²', (n) => n ** 2],
  ['√n', (n) => Math.sqrt(n)],
  ['1 / √(n - 1)', (n) => 1 / Math.sqrt(n - 1)],
])('finds %s, also when it is rounded to float32', (_, f) => {
  for (const rounded of [f, (n: number) => Math.fround(f(n))]) {
    const { sign, slope, offset, power } = findRule(at(rounded))!;
    for (const n of [1, 2, 32, 100, 4096]) {
      if (f(n) === Infinity) continue;
      const found = sign * (slope * n + offset) ** power;
      expect(Math.abs(found - f(n))).toBeLessThanOrEqual(1e-6 * Math.abs(f(n)));
    }
  }
});

it.each<[string, (n: number) => number]>([
  ['a logarithm', Math.log],
  ['a decay', (n) => 0.9 ** n],
  ['no more than 32', (n) => Math.min(n, 32)],
  ['a sum of powers', (n) => n + 1 / n],
  ['the remainder', (n) => n % 4],
])('finds no rule for %s', (_, f) => {
  expect(findRule(at(f))).toBeNull();
});

it('takes sizes to follow exactly', () => {
  expect(sizeLine(at((n) => 4 * n - 1))).toEqual({ slope: 4, offset: -1 });
  expect(sizeLine(at((n) => n / 2))).toBeNull();
  expect(sizeLine(at((n) => Math.floor(n / 2)))).toBeNull();
});
