import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { permutation } from './permutation.js';

// From a transcription of the definition into Python 3.11.7 with integers of any length.
it.each([
  [0, 0, [7, 8, 9, 6, 3, 2, 1, 4, 5, 0]],
  [0, 1, [5, 3, 4, 0, 9, 6, 1, 7, 2, 8]],
  [7, 0, [8, 5, 9, 3, 7, 1, 6, 0, 4, 2]],
  [Number.MAX_SAFE_INTEGER, 3, [7, 8, 3, 9, 6, 5, 0, 1, 2, 4]],
])('the order of ten for seed %d, stream %d', (seed, stream, order) => {
  expect([...permutation(10, seed, stream)]).toEqual(order);
});

it('the order of sixty thousand', () => {
  const order = permutation(60_000, 7, 2);
  expect([...order.subarray(0, 8)]).toEqual([47350, 30600, 40004, 10303, 41781, 50183, 4534, 52765]);
  const bytes = new DataView(new ArrayBuffer(4 * order.length));
  order.forEach((example, place) => {
    bytes.setUint32(4 * place, example, true);
  });
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(
    '79f1ae3a9908d8119ec78aac699b17c2bdf1cf6e3d4158cc1a3d942bbd4a4c93',
  );
});

it('holds every number once', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.maxSafeNat(), fc.maxSafeNat(), (length, seed, stream) => {
      expect([...permutation(length, seed, stream)].sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
    }),
  );
});

it('gives every order of three equally often', () => {
  const counts = new Map<string, number>();
  for (let stream = 0; stream < 6000; stream++) {
    const order = permutation(3, 1, stream).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // The 99.9th percentile of chi-square with 5 degrees of freedom.
  expect(chiSquare).toBeLessThan(20.52);
});
