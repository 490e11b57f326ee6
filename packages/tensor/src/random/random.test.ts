import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile, full, nn, ones, random, vmap, zeros, type Tensor } from '../index.js';
import { erfInverse } from './error-function.js';
import { threefry2x32 } from '../kernels/threefry.js';
import { float64, numbersOf } from '../values.fixture.js';

interface Distributions {
  readonly draws: readonly Readonly<Record<string, number[]>>[];
  readonly quantiles: readonly Readonly<Record<string, number[]>>[];
  readonly moments: readonly Readonly<Record<string, { variance: number; kurtosis: number }>>[];
  readonly inverse: readonly (readonly [number, number])[];
}

const path = new URL('../../fixtures/distributions.json', import.meta.url);
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Distributions;
const [draws, quantiles, moments] = [fixture.draws[0]!, fixture.quantiles[0]!, fixture.moments[0]!];

// Known answers of the Random123 distribution (tests/kat_vectors, threefry2x32, 20 rounds): key, counter, result.
it.each([
  [[0x00000000, 0x00000000], [0x00000000, 0x00000000], '6b200159 99ba4efe'],
  [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '1cb996fc bb002be7'],
  [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 'c4923a9c 483df7a0'],
])('threefry2x32 of key %j and counter %j', ([k0, k1], [c0, c1], expected) => {
  const [first, second] = [new Uint32Array(1), new Uint32Array(1)];
  threefry2x32(k0!, k1!, c0!, c1!, first, second);
  expect([first[0]!, second[0]!].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(expected);
});

it('draws the numbers that SciPy gets from the same words', () => {
  const key = random.key(42);
  const close = (actual: Tensor, expected: readonly number[], tolerance: number): void => {
    numbersOf(actual).forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance));
  };
  expect(numbersOf(random.uniform(key, [64]))).toEqual(draws['uniform']);
  expect(numbersOf(random.uniform(key, [64], { dtype: 'float64' }))).toEqual(draws['uniform']);
  expect(numbersOf(random.bernoulli(key, 0.3, [64]))).toEqual(draws['bernoulli0.3']);
  // erfInverse is accurate to about 3e-7 relative (Giles 2010, single precision).
  close(random.normal(key, [64]), draws['normal']!, 2e-6);
  close(random.truncatedNormal(key, [64]), draws['truncatedNormal']!, 2e-6);
  close(random.truncatedNormal(key, [64], { low: 0, high: 3 }), draws['from0To3']!, 4e-6);
});

it('inverts the error function', () => {
  for (const [x, value] of fixture.inverse) {
    expect(Math.abs(numbersOf(erfInverse(float64([x])))[0]! - value)).toBeLessThanOrEqual(5e-7 * Math.abs(value));
  }
});

/** Largest distance between the share of values below each quantile and its level. */
function distance(values: readonly number[], points: readonly number[], levels: readonly number[]): number {
  return Math.max(...points.map((q, i) => Math.abs(values.filter((v) => v <= q).length / values.length - levels[i]!)));
}

const count = 20_000;
/** Kolmogorov's bound for one test in a thousand. */
const bound = 1.95 / Math.sqrt(count);

function moment(values: readonly number[], order: number): number {
  return values.reduce((total, v) => total + v ** order, 0) / values.length;
}

it.each([1, 2, 3])('fits its distributions, with seed %i', (seed) => {
  const key = random.key(seed);
  const levels = quantiles['levels']!;
  const uniform = numbersOf(random.uniform(key, [count]));
  expect(distance(uniform, levels, levels)).toBeLessThan(bound);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  const shifted = numbersOf(random.uniform(key, [count], { low: -3, high: 5 }));
  expect(
    distance(
      shifted,
      levels.map((level) => level * 8 - 3),
      levels,
    ),
  ).toBeLessThan(bound);
  for (const [name, values] of [
    ['normal', numbersOf(random.normal(key, [count]))],
    ['truncatedNormal', numbersOf(random.truncatedNormal(key, [count]))],
  ] as const) {
    const { variance, kurtosis } = moments[name]!;
    expect(distance(values, quantiles[name]!, levels), name).toBeLessThan(bound);
    // Four standard errors of each estimate.
    expect(Math.abs(moment(values, 1)), name).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs(moment(values, 2) - variance), name).toBeLessThan(4 * variance * Math.sqrt((kurtosis - 1) / count));
    expect(Math.abs(moment(values, 3)), name).toBeLessThan(4 * Math.sqrt((15 * variance ** 3) / count));
  }
  expect(Math.max(...numbersOf(random.truncatedNormal(key, [count])).map(Math.abs))).toBeLessThanOrEqual(2);
  for (const probability of [0, 0.1, 0.5, 0.999, 1]) {
    const hits = numbersOf(random.bernoulli(key, probability, [count])).reduce((a, b) => a + b, 0);
    const spread = 4 * Math.sqrt(count * probability * (1 - probability));
    expect(Math.abs(hits - probability * count)).toBeLessThanOrEqual(spread);
  }
});

it('reaches the tails without infinities, also with far or one-sided limits', () => {
  const key = random.key(9);
  const normal = numbersOf(random.normal(key, [200_000]));
  expect(Math.max(...normal.slice(0, 100_000))).toBeGreaterThan(4);
  expect(normal.every(Number.isFinite)).toBe(true);
  for (const [low, high] of [
    [-8, 8],
    [-Infinity, Infinity],
    [0, 6],
    [-40, 1],
    [2, 3],
  ] as const) {
    const values = numbersOf(random.truncatedNormal(key, [10_000], { low, high }));
    expect(
      values.every((v) => v >= low && v <= high),
      `${low} to ${high}`,
    ).toBe(true);
  }
});

it('stays below 1 in the narrow float types', () => {
  for (const [dtype, bits] of [
    ['float16', 11],
    ['bfloat16', 8],
  ] as const) {
    const values = numbersOf(random.uniform(random.key(0), [50_000], { dtype }));
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.min(...values)).toBe(0);
    const mean = (1 - 2 ** -bits) / 2;
    expect(Math.abs(moment(values, 1) - mean)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
  }
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const product = a.reduce((total, v, i) => total + (v - 0.5) * (b[i]! - 0.5), 0);
  return (12 * product) / a.length;
}

it('gives independent streams for split keys, folded keys and neighbouring seeds', () => {
  const n = 4000;
  const key = random.key(1);
  const [first, second] = [...random.split(key)];
  const streams = [
    key,
    first!,
    second!,
    random.foldIn(key, 0),
    random.foldIn(key, 1),
    random.key(2),
    random.key(3),
  ].map((k) => numbersOf(random.uniform(k, [n])));
  streams.forEach((a, i) => {
    streams.slice(i + 1).forEach((b, k) => {
      expect(Math.abs(correlation(a, b)), `${i} and ${i + 1 + k}`).toBeLessThan(4.5 / Math.sqrt(n));
      const shifted = [...b.slice(1), b[0]!];
      expect(Math.abs(correlation(a, shifted)), `${i} and ${i + 1 + k}, shifted`).toBeLessThan(4.5 / Math.sqrt(n));
    });
  });
});

it('never repeats: keys and words of different uses differ', () => {
  const key = random.key(5);
  const words = numbersOf(random.bits(key, [1000]));
  const folded = Array.from({ length: 500 }, (_, i) => numbersOf(random.bits(random.foldIn(key, i), [2])));
  const splits = numbersOf(vmap((k: Tensor) => random.bits(k, [2]))(random.split(key, 500)));
  expect(new Set([...words, ...folded.flat(), ...splits]).size).toBe(3000);
});

it('depends on all of the seed, and takes negative and large ones', () => {
  const draw = (seed: number): string => numbersOf(random.bits(random.key(seed), [2])).join(' ');
  const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, -(2 ** 53 - 1), -(2 ** 32)];
  expect(new Set(seeds.map(draw)).size).toBe(seeds.length);
});

it('gives the same bits compiled or not, at once or mapped, whole or with a key that is computed inside', () => {
  const f = (key: Tensor): Tensor[] => {
    const [a, b, c] = [...random.split(key, 3)];
    return [
      random.bits(key, [5]),
      random.uniform(a!, [2, 3], { low: -1 }),
      random.normal(b!, [7]),
      random.truncatedNormal(c!, [4]),
      random.bernoulli(random.foldIn(c!, 7), 0.5, [9]),
    ];
  };
  const expected = f(random.key(11)).map(numbersOf);
  expect(compile(f)(random.key(11)).map(numbersOf)).toEqual(expected);
  expect(compile(() => f(random.key(11)))().map(numbersOf)).toEqual(expected);
  const keys = random.split(random.key(12), 3);
  const mapped = vmap((key: Tensor) => random.uniform(key, [4]))(keys);
  expect(numbersOf(mapped)).toEqual([...keys].flatMap((key) => numbersOf(random.uniform(key, [4]))));
});

it('splits into a tensor of keys that can be iterated', () => {
  const keys = random.split(random.key(0), 3);
  expect([keys.dtype, keys.shape]).toEqual(['key', [3]]);
  expect([...keys].map((key) => [key.dtype, key.shape])).toEqual(Array(3).fill(['key', []]));
  expect(String(keys)).toBe('Tensor(key [3], not evaluated)');
});

it('drops elements at the given rate and keeps the mean', () => {
  const key = random.key(4);
  const x = full([count], 3);
  const values = numbersOf(nn.dropout(x, 0.25, key));
  expect(new Set(values)).toEqual(new Set([0, 4]));
  const kept = values.filter((v) => v > 0).length / count;
  expect(Math.abs(kept - 0.75)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / count));
  expect(nn.dropout(x, 0, key)).toBe(x);
  expect(numbersOf(nn.dropout(ones([4], { dtype: 'float16' }), 0.5, key)).every((v) => v === 0 || v === 2)).toBe(true);
});

it('draws nothing for empty shapes, and whole tensors for batches of keys', () => {
  expect(numbersOf(random.normal(random.key(0), [0, 3]))).toEqual([]);
  const keys = random.split(random.key(0), 2);
  expect(random.bernoulli(keys, 1, [3]).shape).toEqual([2, 3]);
  expect(random.bernoulli(keys, 0.5, [3]).shape).toEqual([2, 3]);
  expect(zeros([2]).shape).toEqual([2]);
});
