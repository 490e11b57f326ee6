import { expect, it } from 'vitest';
import { RandomStream, threefry2x32 } from './threefry.js';

// Random123, tests/kat_vectors, lines "threefry2x32 20": counter, key, result.
type Words = [number, number];
it.each<[Words, Words, Words]>([
  [
    [0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
])('threefry2x32 encrypts the counter %j under %j to %j', (counter, key, result) => {
  const out = new Uint32Array(2);
  threefry2x32(...key, ...counter, out);
  expect([...out]).toEqual(result);
});

// From a transcription of the definition into Python 3.11.7 with integers of any length.
it.each([
  [0, 0, [4165894930, 804218099, 1353695780, 2116000888]],
  [0, 1, [346279018, 360566543, 3968330031, 3923691647]],
  [7, 0, [2737751932, 2099591257, 533473832, 2443621858]],
  [Number.MAX_SAFE_INTEGER, 3, [2325679814, 938678321, 2550960705, 3103075752]],
])('the stream of seed %d, stream %d', (seed, stream, words) => {
  const random = new RandomStream(seed, stream);
  expect(words.map(() => random.next())).toEqual(words);
});

it('below drops the words that would favour small numbers', () => {
  const words = new RandomStream(0, 0);
  const bounded = new RandomStream(0, 0);
  const bound = 2 ** 31 + 1;
  const kept = Array.from({ length: 200 }, () => words.next()).filter((word) => word < bound);
  expect(kept.length).toBeLessThan(150);
  expect(kept.map(() => bounded.below(bound))).toEqual(kept);
});

it('below is uniform', () => {
  const random = new RandomStream(42, 0);
  const counts = new Array<number>(7).fill(0);
  for (let draw = 0; draw < 70_000; draw++) counts[random.below(7)]!++;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  // The 99.9th percentile of chi-square with 6 degrees of freedom.
  expect(chiSquare).toBeLessThan(22.46);
});
