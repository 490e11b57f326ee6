import { expect, it } from 'vitest';
import { bytes, count, duration, milliseconds, percent, scientific } from './format.js';

it.each([
  [count(60000), '60,000'],
  [percent(0.99214), '99.21%'],
  [percent(1, 1), '100.0%'],
  [duration(8.44), '8.4 s'],
  [duration(59.99), '60.0 s'],
  [duration(101.6), '1 min 42 s'],
  [duration(119.8), '2 min 0 s'],
  [milliseconds(37.24), '37.2 ms'],
  [milliseconds(1203.7), '1,204 ms'],
  [scientific(3.81e-6), '3.8 × 10⁻⁶'],
  [scientific(12345), '1.2 × 10⁴'],
  [scientific(0), '0'],
  [scientific(NaN), 'NaN'],
  [bytes(2100), '2 kB'],
  [bytes(12), '1 kB'],
  [bytes(2_713_000), '2.7 MB'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});
