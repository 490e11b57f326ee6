import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import {
  arange,
  compile,
  eye,
  grad,
  linalg,
  random,
  special,
  tensor,
  TesseraError,
  vmap,
  zeros,
  type Tensor,
} from '../index.js';
import { checkGradients } from '../ops/finite-differences.fixture.js';
import { float64, numbersOf, relativeDifference } from '../values.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

interface Fixture {
  readonly draws: readonly Readonly<Record<string, number[]>>[];
  readonly quantiles: readonly Readonly<Record<string, number[]>>[];
  readonly fits: readonly Readonly<Record<string, number[]>>[];
  readonly masses: readonly Readonly<Record<string, number[]>>[];
  readonly gammaSlopes: readonly (readonly [a: number, p: number, slope: number])[];
}

const path = new URL('../../fixtures/distributions.json', import.meta.url);
const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;
const [draws, fits, masses] = [fixture.draws[0]!, fixture.fits[0]!, fixture.masses[0]!];
const levels = fixture.quantiles[0]!['levels']!;

const exact: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  'randint-5..12': (key) => random.randint(key, [64], -5, 12),
  randint32: (key) => random.randint(key, [64], -(2 ** 31), 2 ** 31 - 1),
  'poisson4.5': (key) => random.poisson(key, 4.5, [64]),
  poisson300: (key) => random.poisson(key, 300, [64]),
  binomial20: (key) => random.binomial(key, 20, 0.3, [64]),
  binomial1000: (key) => random.binomial(key, 1000, 0.4, [64]),
};

const rounded: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  exponential: (key) => random.exponential(key, [64]),
  gumbel: (key) => random.gumbel(key, [64]),
  logistic: (key) => random.logistic(key, [64]),
  laplace: (key) => random.laplace(key, [64]),
  cauchy: (key) => random.cauchy(key, [64]),
  'gamma2.5': (key) => random.gamma(key, 2.5, [64]),
  'gamma0.03': (key) => random.gamma(key, 0.03, [64], { dtype: 'float64' }),
  chiSquare3: (key) => random.chiSquare(key, 3, [64]),
};

it.each(Object.entries(exact))('draws %s exactly as Python integers or SciPy do', (name, draw) => {
  expect(numbersOf(draw(random.key(42)))).toEqual(draws[name]);
});

it.each(Object.entries(rounded))('draws %s as SciPy does from the same words', (name, draw) => {
  numbersOf(draw(random.key(42))).forEach((value, i) => {
    const want = draws[name]![i]!;
    expect(Math.abs(value - want), `${i}: ${value} for ${want}`).toBeLessThanOrEqual(
      1e-6 * Math.max(0.1, Math.abs(want)),
    );
  });
});

const count = 20_000;

/** How far the shares below quantiles are from their levels, over Kolmogorov's bound for one test in a thousand. */
function misfit(values: readonly number[], quantiles: readonly number[]): number {
  const distances = quantiles.map((q, i) => Math.abs(values.filter((v) => v <= q).length / values.length - levels[i]!));
  return Math.max(...distances) / (1.95 / Math.sqrt(values.length));
}

/** Pearson's statistic over its bound for one test in a thousand (Wilson and Hilferty); rare values count together. */
function excess(observed: readonly number[], expected: readonly number[]): number {
  let [statistic, freedom, rareObserved, rareExpected] = [0, -1, 0, 0];
  const add = (seen: number, mean: number): void => {
    statistic += (seen - mean) ** 2 / mean;
    freedom += 1;
  };
  expected.forEach((mean, i) => {
    if (mean >= 8) {
      add(observed[i]!, mean);
      return;
    }
    rareObserved += observed[i]!;
    rareExpected += mean;
  });
  if (rareExpected >= 8) add(rareObserved, rareExpected);
  const spread = 2 / (9 * freedom);
  return statistic / (freedom * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3);
}

/** How often each of 0..length−1 is among whole numbers. */
function tally(values: readonly number[], length: number): number[] {
  const counts = new Array<number>(length).fill(0);
  for (const value of values) if (value >= 0 && value < length) counts[value]! += 1;
  return counts;
}

/** The same for one number of times each. */
const evenly = (values: readonly number[], length: number): number =>
  excess(tally(values, length), new Array<number>(length).fill(values.length / length));

const continuous: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  exponential: (key) => random.exponential(key, [count]),
  gumbel: (key) => random.gumbel(key, [count]),
  logistic: (key) => random.logistic(key, [count]),
  laplace: (key) => random.laplace(key, [count]),
  cauchy: (key) => random.cauchy(key, [count]),
  'gamma0.3': (key) => random.gamma(key, 0.3, [count]),
  'gamma2.5': (key) => random.gamma(key, 2.5, [count]),
  gamma80: (key) => random.gamma(key, 80, [count]),
  'beta0.5,2': (key) => random.beta(key, 0.5, 2, [count]),
  'beta8,3': (key) => random.beta(key, 8, 3, [count]),
  chiSquare3: (key) => random.chiSquare(key, 3, [count]),
  studentT4: (key) => random.studentT(key, 4, [count]),
  radius3: (key) => random.ball(key, 3, [count]).square().sum(-1).sqrt(),
};

it('tests every distribution of the fixture', () => {
  expect(Object.keys(continuous).sort()).toEqual(Object.keys(fits).sort());
});

it.each(Object.entries(continuous))('fits %s', (name, draw) => {
  for (const seed of [1, 2]) {
    const values = numbersOf(draw(random.key(seed)));
    expect(misfit(values, fits[name]!)).toBeLessThan(1);
    // A few percent of scale, or a shift, would be seen.
    const off = values.map((value) => value * 1.08 + 0.03);
    expect(misfit(off, fits[name]!)).toBeGreaterThan(1);
  }
});

const discrete: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  'poisson4.5': (key) => random.poisson(key, 4.5, [count]),
  poisson40: (key) => random.poisson(key, 40, [count]),
  'binomial12,0.3': (key) => random.binomial(key, 12, 0.3, [count]),
  'binomial200,0.6': (key) => random.binomial(key, 200, 0.6, [count]),
};

it.each(Object.entries(discrete))('fits the probabilities of %s', (name, draw) => {
  const expected = masses[name]!.map((mass) => mass * count);
  for (const seed of [1, 2]) {
    const values = numbersOf(draw(random.key(seed)));
    expect(excess(tally(values, expected.length), expected)).toBeLessThan(1);
    const off = values.map((value, i) => (i % 3 === 0 ? value + 2 : value));
    expect(excess(tally(off, expected.length), expected)).toBeGreaterThan(1);
  }
});

it('gives whole numbers without bias, in small and the largest ranges', () => {
  for (const seed of [1, 2, 3]) {
    const key = random.key(seed);
    const dice = numbersOf(random.randint(key, [count], 1, 7)).map((value) => value - 1);
    expect(evenly(dice, 6)).toBeLessThan(1);
    expect(
      evenly(
        dice.map((value, i) => (i % 40 === 0 ? 0 : value)),
        6,
      ),
    ).toBeGreaterThan(1);
    // Taking words modulo 3·2^30 would draw its first third twice as often.
    const range = 3 * 2 ** 30;
    const wide = numbersOf(random.randint(key, [count], 0, range, { dtype: 'uint32' }));
    expect(
      evenly(
        wide.map((value) => Math.floor((value / range) * 12)),
        12,
      ),
    ).toBeLessThan(1);
    const words = numbersOf(random.bits(key, [count])).map((word) => Math.floor(((word % range) / range) * 12));
    expect(evenly(words, 12)).toBeGreaterThan(1);
  }
  const all = numbersOf(random.randint(random.key(4), [1000], -(2 ** 31), 2 ** 31));
  expect(Math.min(...all)).toBeLessThan(-(2 ** 30));
  expect(Math.max(...all)).toBeGreaterThan(2 ** 30);
  expect(new Set(numbersOf(random.randint(random.key(4), [50], 7, 8)))).toEqual(new Set([7]));
  const bytes = numbersOf(random.randint(random.key(5), [count], -128, 128, { dtype: 'int8' }));
  expect(
    evenly(
      bytes.map((value) => value + 128),
      256,
    ),
  ).toBeLessThan(1);
  const long = numbersOf(random.randint(random.key(6), [9], -3, 2 ** 31, { dtype: 'int64' }));
  expect(long.every((value) => value >= -3 && value < 2 ** 31)).toBe(true);
});

it('draws categories by their probabilities', () => {
  const probabilities = [0.5, 0.2, 0.01, 0.29];
  const logits = tensor(probabilities).log().add(3);
  const expected = probabilities.map((p) => p * count);
  const values = numbersOf(random.categorical(random.key(1), logits, { shape: [count] }));
  expect(excess(tally(values, 4), expected)).toBeLessThan(1);
  expect(
    excess(
      tally(
        values.map((v, i) => (i % 60 === 0 ? 2 : v)),
        4,
      ),
      expected,
    ),
  ).toBeGreaterThan(1);
  const both = tensor([
    [0, -Infinity],
    [-Infinity, 0],
    [5, -100],
  ]);
  expect(numbersOf(random.categorical(random.key(2), both))).toEqual([0, 1, 0]);
  expect(numbersOf(random.categorical(random.key(2), both.transpose(), { axis: 0 }))).toEqual([0, 1, 0]);
  expect(random.categorical(random.key(2), both, { shape: [7, 3] }).shape).toEqual([7, 3]);
});

/** Which of the 24 orders of four things a row is. */
function orderOf([a, b, c]: readonly number[]): number {
  const rank = (x: number, before: readonly number[]): number => x - before.filter((y) => y < x).length;
  return a! * 6 + rank(b!, [a!]) * 2 + rank(c!, [a!, b!]);
}

function rows(values: readonly number[], width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

it('gives each order the same probability', () => {
  const keys = random.split(random.key(1), count);
  const orders = rows(numbersOf(random.permutation(keys, 4)), 4);
  expect(evenly(orders.map(orderOf), 24)).toBeLessThan(1);
  // The shuffle that swaps each place with any other prefers some orders.
  const words = rows(numbersOf(random.randint(random.key(2), [count, 4], 0, 4)), 4);
  const naive = words.map((swaps) => {
    const order = [0, 1, 2, 3];
    swaps.forEach((j, i) => ([order[i], order[j]] = [order[j]!, order[i]!]));
    return orderOf(order);
  });
  expect(evenly(naive, 24)).toBeGreaterThan(1);
  const long = numbersOf(random.permutation(random.key(3), 5000));
  expect([...long].sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  expect(Math.abs(long.reduce((sum, v, i) => sum + (v - 2499.5) * (i - 2499.5), 0) / (5000 ** 3 / 12))).toBeLessThan(
    4.5 / Math.sqrt(5000),
  );
});

it('permutes slices of a tensor along an axis', () => {
  const x = arange(12).reshape([3, 4]);
  const order = numbersOf(random.permutation(random.key(7), 4));
  const columns = numbersOf(random.permutation(random.key(7), x, 1));
  expect(columns).toEqual([0, 4, 8].flatMap((base) => order.map((i) => base + i)));
  expect(random.permutation(random.key(7), x).shape).toEqual([3, 4]);
});

it('chooses with and without replacement, by probabilities', () => {
  const key = random.key(1);
  const probabilities = tensor([0.1, 0.6, 0, 0.3]);
  const expected = [0.1, 0.6, 0, 0.3].map((p) => p * count);
  const repeated = numbersOf(random.choice(key, 4, [count], { probabilities }));
  expect(excess(tally(repeated, 4), expected)).toBeLessThan(1);
  expect(evenly(numbersOf(random.choice(key, 5, [count])), 5)).toBeLessThan(1);
  const keys = random.split(key, count);
  const pairs = rows(numbersOf(random.choice(keys, 4, [2], { replace: false, probabilities })), 2);
  expect(pairs.every(([a, b]) => a !== b && a !== 2 && b !== 2)).toBe(true);
  expect(
    excess(
      tally(
        pairs.map(([a]) => a!),
        4,
      ),
      expected,
    ),
  ).toBeLessThan(1);
  // After 1 the others have 1/4 and 3/4.
  const second = pairs.filter(([a]) => a === 1).map(([, b]) => b!);
  expect(
    excess(
      tally(second, 4),
      [0.25, 0, 0, 0.75].map((p) => p * second.length),
    ),
  ).toBeLessThan(1);
  const plain = rows(numbersOf(random.choice(keys, 5, [2], { replace: false })), 2);
  expect(
    evenly(
      plain.map(([a, b]) => a! * 4 + (b! > a! ? b! - 1 : b!)),
      20,
    ),
  ).toBeLessThan(1);
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(random.choice(key, x, [2, 5]).shape).toEqual([2, 5, 2]);
  expect(random.choice(key, x, [2], { axis: 1, replace: false }).shape).toEqual([3, 2]);
});

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

it('gives vectors their means and covariances', () => {
  const key = random.key(3);
  const alpha = [0.5, 2, 3.5];
  const shares = rows(numbersOf(random.dirichlet(key, tensor(alpha), [count])), 3);
  expect(shares.every((row) => Math.abs(row[0]! + row[1]! + row[2]! - 1) < 1e-6)).toBe(true);
  alpha.forEach((a, i) => {
    const p = a / 6;
    const own = shares.map((row) => row[i]!);
    expect(Math.abs(mean(own) - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / 7 / count));
  });
  // cov(x₀, x₁) = −α₀·α₁ / (s²·(s + 1)); its estimate's error is below that of independent shares.
  const products = shares.map((row) => (row[0]! - 1 / 12) * (row[1]! - 1 / 3));
  expect(Math.abs(mean(products) + 1 / 252)).toBeLessThan(4.5 * Math.sqrt(((11 / 144 / 7) * (2 / 9 / 7)) / count) * 2);
  const covariance = [
    [2, 1.2],
    [1.2, 1],
  ];
  const normal = rows(
    numbersOf(random.multivariateNormal(key, tensor([1, -2]), tensor(covariance), { shape: [count] })),
    2,
  );
  [1, -2].forEach((m, i) => {
    expect(Math.abs(mean(normal.map((row) => row[i]!)) - m)).toBeLessThan(4.5 * Math.sqrt(covariance[i]![i]! / count));
    [0, 1].forEach((j) => {
      const estimate = mean(normal.map((row) => (row[i]! - m) * (row[j]! - [1, -2][j]!)));
      const [own, other, both] = [covariance[i]![i]!, covariance[j]![j]!, covariance[i]![j]!];
      expect(Math.abs(estimate - both)).toBeLessThan(4.5 * Math.sqrt((own * other + both ** 2) / count));
    });
  });
  const points = rows(numbersOf(random.ball(key, 2, [count])), 2);
  const octants = points.map(([x, y]) => Math.floor(((Math.atan2(y!, x!) + Math.PI) / (2 * Math.PI)) * 8) % 8);
  expect(evenly(octants, 8)).toBeLessThan(1);
  const signs = numbersOf(random.rademacher(key, [count]));
  expect(new Set(signs)).toEqual(new Set([-1, 1]));
  expect(Math.abs(mean(signs))).toBeLessThan(4.5 / Math.sqrt(count));
});

it('draws orthogonal matrices that favour no direction', () => {
  const [n, count] = [3, 4000];
  const q = random.orthogonal(random.key(12), n, [count], { dtype: 'float64' });
  const identity = eye(n, n, { dtype: 'float64' }).broadcastTo([count, n, n]);
  expect(relativeDifference(q.matmul(q.transpose([0, 2, 1])), identity)).toBeLessThan(1e-14);
  const matrices = rows(numbersOf(q), n * n);
  // Moments of the Haar measure: E q² = 1/n, E q⁴ = 3 / (n·(n + 2)), E tr² = 1, E tr⁴ = 3.
  const within = (values: readonly number[], expected: number, variance: number): void => {
    expect(Math.abs(mean(values) - expected)).toBeLessThan(4.5 * Math.sqrt(variance / count));
  };
  for (let i = 0; i < n * n; i++) {
    const entries = matrices.map((row) => row[i]!);
    within(entries, 0, 1 / n);
    within(
      entries.map((v) => v ** 2),
      1 / n,
      3 / (n * (n + 2)) - 1 / n ** 2,
    );
  }
  const traces = matrices.map((row) => row[0]! + row[4]! + row[8]!);
  within(traces, 0, 1);
  within(
    traces.map((v) => v ** 2),
    1,
    2,
  );
  within(numbersOf(linalg.det(q)), 0, 1);
  expect(random.orthogonal(random.key(1), 2, [], { dtype: 'float16' }).dtype).toBe('float16');
});

it('has birthdays as far apart as chance has them, in each stream and across streams', () => {
  const [days, people, trials] = [2 ** 24, 512, 300];
  /** Spacings of sorted birthdays that occur again: Poisson with mean people³ / (4·days) (Marsaglia). */
  const repeats = (birthdays: readonly number[]): number => {
    const sorted = [...birthdays].sort((a, b) => a - b);
    const spacings = sorted.slice(1).map((day, i) => day - sorted[i]!);
    return spacings.length - new Set(spacings).size;
  };
  const keys = random.split(random.key(9), trials);
  const words = rows(
    numbersOf(random.bits(keys, [people])).map((word) => word % days),
    people,
  );
  const expected = (trials * people ** 3) / (4 * days);
  const across = Array.from({ length: trials }, (_, i) =>
    Array.from({ length: people }, (_, k) => words[(i + 7 * k) % trials]![k]!),
  );
  for (const groups of [words, across]) {
    const total = groups.reduce((sum, birthdays) => sum + repeats(birthdays), 0);
    expect(Math.abs(total - expected)).toBeLessThan(4.5 * Math.sqrt(expected));
  }
  // A linear congruential generator fails.
  let state = 1;
  const linear = Array.from({ length: trials * people }, () => (state = (state * 1140671485 + 12820163) % days));
  const total = rows(linear, people).reduce((sum, birthdays) => sum + repeats(birthdays), 0);
  expect(Math.abs(total - expected)).toBeGreaterThan(4.5 * Math.sqrt(expected));
});

it('differentiates gamma numbers by their parameters', () => {
  for (const [a, p, slope] of fixture.gammaSlopes) {
    const own = grad((x: Tensor) => special.gammaIncInv(x, p).sum())(float64([a]));
    expect(Math.abs(numbersOf(own)[0]! / slope - 1), `a = ${a}, p = ${p}`).toBeLessThan(1e-7);
  }
  const key = random.key(5);
  const a = float64([0.4, 1, 3, 20]);
  const b = float64([2, 0.7, 5, 1]);
  expect(checkGradients((x) => random.gamma(key, x, [2, 4]), [a])).toBeNull();
  expect(checkGradients((x, y) => random.beta(key, x, y, [4]), [a, b])).toBeNull();
  expect(checkGradients((x) => random.dirichlet(key, x), [a])).toBeNull();
  expect(checkGradients((x) => random.chiSquare(key, x, [4]), [a])).toBeNull();
  expect(checkGradients((x) => random.studentT(key, x, [4]), [b])).toBeNull();
});

it('keeps beta and Dirichlet numbers finite where their gamma numbers vanish', () => {
  const tiny = tensor([1e-3, 1e-3, 1e-3]);
  const shares = rows(numbersOf(random.dirichlet(random.key(1), tiny, [200])), 3);
  expect(shares.every((row) => row.every(Number.isFinite) && Math.abs(row[0]! + row[1]! + row[2]! - 1) < 1e-6)).toBe(
    true,
  );
  const gradient = grad((a: Tensor) => random.dirichlet(random.key(1), a).slice([0, 1]).sum())(tiny);
  expect(numbersOf(gradient).every(Number.isFinite)).toBe(true);
});

const all: Readonly<Record<string, (key: Tensor) => Tensor>> = {
  ...Object.fromEntries(Object.entries({ ...exact, ...rounded }).map(([name, draw]) => [name, draw] as const)),
  beta: (key) => random.beta(key, tensor([2, 3]), 0.5, [3, 2]),
  studentT: (key) => random.studentT(key, 3, [5]),
  dirichlet: (key) => random.dirichlet(key, tensor([1, 2, 3]), [2]),
  ball: (key) => random.ball(key, 3, [4]),
  orthogonal: (key) => random.orthogonal(key, 3, [2]),
  categorical: (key) =>
    random.categorical(
      key,
      tensor([
        [1, 2],
        [3, 1],
      ]),
      { shape: [5, 2] },
    ),
  permutation: (key) => random.permutation(key, 6),
  'permutation of a tensor': (key) => random.permutation(key, tensor([5, 6, 7, 8])),
  'choice by probabilities': (key) =>
    random.choice(key, 4, [3], { replace: false, probabilities: tensor([1, 2, 3, 4]) }),
  rademacher: (key) => random.rademacher(key, [7]),
};

it.each(Object.entries(all))('%s is the same compiled, and independent for mapped keys', (name, draw) => {
  const keys = random.split(random.key(8), 3);
  const each = [...keys].map((key) => numbersOf(draw(key)));
  expect(numbersOf(compile(draw)(random.key(8)))).toEqual(numbersOf(draw(random.key(8))));
  expect(numbersOf(vmap(draw)(keys))).toEqual(each.flat());
  expect(new Set(each.map(String)).size, name).toBe(3);
});

it('shares its numbers between examples when the key is not mapped', () => {
  const key = random.key(2);
  const mapped = vmap((a: Tensor) => random.gamma(key, a, [4]))(tensor([2, 2]));
  const [first, second] = rows(numbersOf(mapped), 4);
  expect(first).toEqual(second);
  const orders = vmap((x: Tensor) => random.permutation(key, x))(
    tensor([
      [1, 2, 3],
      [1, 2, 3],
    ]),
  );
  const [left, right] = rows(numbersOf(orders), 3);
  expect(left).toEqual(right);
});

it('marks bad parameters by NaN, and counts by −1', () => {
  const key = random.key(0);
  expect(numbersOf(random.gamma(key, tensor([-1, 0, NaN]), [3]))).toEqual([NaN, NaN, NaN]);
  expect(numbersOf(random.poisson(key, tensor([-1, NaN, 0]), [3]))).toEqual([-1, -1, 0]);
  expect(numbersOf(random.binomial(key, tensor([2.5, 3, 0]), tensor([0.5, 1.5, 0.5]), [3]))).toEqual([-1, -1, 0]);
  expect(numbersOf(random.binomial(key, 9, tensor([0, 1]), [2]))).toEqual([0, 9]);
  for (const draw of [random.exponential, random.gumbel, random.logistic, random.laplace, random.cauchy]) {
    expect(numbersOf(draw(key, [100_000])).every(Number.isFinite)).toBe(true);
    expect(draw(key, [2], { dtype: 'float16' }).dtype).toBe('float16');
  }
});

it('refuses what does not fit by the name of what was called', () => {
  const key = random.key(0);
  const text = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      return error instanceof TesseraError ? `${error.name}: ${error.message}` : String(error);
    }
    return 'nothing thrown';
  };
  const actions = [
    () => random.randint(key, [2], 5, 5),
    () => random.randint(key, [2], 0.5, 5),
    () => random.randint(key, [2], 0, 300, { dtype: 'uint8' }),
    () => random.randint(key, [2], 0, 3, { dtype: 'float32' }),
    () => random.randint(key, [2], 0, 2 ** 40, { dtype: 'int64' }),
    () => random.exponential(key, [2], { dtype: 'int32' }),
    () => random.exponential(key, [-2]),
    () => random.gamma(key, tensor([1, 2]), [3]),
    () => random.gamma(key, tensor([1, 2], { dtype: 'int32' }), [2]),
    () => random.categorical(key, zeros([])),
    () => random.categorical(key, zeros([2, 0])),
    () => random.categorical(key, zeros([2, 3]), { axis: 2 }),
    () => random.dirichlet(key, zeros([])),
    () => random.permutation(key, -1),
    () => random.permutation(key, zeros([])),
    () => random.choice(key, 3, [4], { replace: false }),
    () => random.choice(key, 0, [1]),
    () => random.choice(key, 3, [2], { probabilities: zeros([4]) }),
    () => random.ball(key, 0, [2]),
    () => random.multivariateNormal(key, zeros([2]), zeros([3, 3])),
    () => random.orthogonal(key, 1.5),
    () => random.orthogonal(key, 2, [], { dtype: 'int32' }),
    () => random.poisson(zeros([2]), 1, [2]),
  ];
  expect(actions.map(text).join('\n')).toMatchInlineSnapshot(`
    "ArgumentError: randint: low 5 and high 5 are not accepted; use whole numbers of int32, low below high
    ArgumentError: randint: low 0.5 and high 5 are not accepted; use whole numbers of int32, low below high
    ArgumentError: randint: low 0 and high 300 are not accepted; use whole numbers of uint8, low below high
    DTypeError: randint: float32 is not accepted; use an integer dtype
    ArgumentError: randint: low 0 and high 1099511627776 are more than 2^32 apart
    DTypeError: exponential: int32 is not accepted; use a float dtype
    ShapeError: exponential: shape [-2] has a dimension of -2; use whole numbers >= 0
    ShapeError: gamma: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1
    DTypeError: gamma: a is int32 [2]; use a float dtype
    ShapeError: categorical: the logits are a scalar; give them an axis of categories
    ShapeError: categorical: logits [2,0] have no categories
    ShapeError: categorical: axis 2 is out of range for shape [2,3]; use -2 to 1
    ShapeError: dirichlet: alpha is a scalar; give it at least one axis
    ArgumentError: permutation: -1 things are not accepted; use a whole number from 0 to 2^31
    ShapeError: permutation: axis 0 is out of range for shape []; a scalar has no axes
    ArgumentError: choice: 4 of 3 things are not possible without replacement; use { replace: true }
    ArgumentError: choice: there is nothing to choose from
    ShapeError: choice: probabilities are float32 [4]; they must be floats [3]
    ArgumentError: ball: 0 dimensions are not accepted; use a whole number >= 1
    ShapeError: multivariateNormal: mean [2] and covariance [3,3] do not fit; use [..., k] and [..., k, k]
    ArgumentError: orthogonal: 1.5 rows are not accepted; use a whole number >= 1
    DTypeError: orthogonal: int32 is not accepted; use a float dtype
    DTypeError: poisson: the key is float32 [2]; make one with random.key(seed)"
  `);
});
