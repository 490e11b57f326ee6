import { random, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { initializerNamed } from './initializer-names.js';
import * as initializers from './initializers.js';
import { computeFans, type Initializer } from './initializers.js';

const shape = [3, 3, 40, 60]; // fanIn 360, fanOut 540

async function statistics(
  initializer: Initializer,
  of = shape,
): Promise<{ mean: number; deviation: number; largest: number }> {
  const values = (await initializer.create(random.key(2), of).data('float64')) as Float64Array;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance), largest: values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) };
}

// [name, standard deviation, bound]; a bound is nearly reached by so many values.
const laws: [string, Initializer, number, number | null][] = [
  ['glorotUniform', initializers.glorotUniform(), Math.sqrt(2 / 900), Math.sqrt(6 / 900)],
  ['glorotNormal', initializers.glorotNormal(), Math.sqrt(2 / 900), (2 * Math.sqrt(2 / 900)) / 0.87962566103423978],
  ['heUniform', initializers.heUniform(), Math.sqrt(2 / 360), Math.sqrt(6 / 360)],
  ['heNormal', initializers.heNormal(), Math.sqrt(2 / 360), (2 * Math.sqrt(2 / 360)) / 0.87962566103423978],
  ['lecunUniform', initializers.lecunUniform(), Math.sqrt(1 / 360), Math.sqrt(3 / 360)],
  ['lecunNormal', initializers.lecunNormal(), Math.sqrt(1 / 360), (2 * Math.sqrt(1 / 360)) / 0.87962566103423978],
  ['randomNormal', initializers.randomNormal(), 0.05, null],
  ['randomUniform', initializers.randomUniform(), 0.1 / Math.sqrt(12), 0.05],
  ['truncatedNormal', initializers.truncatedNormal(), 0.05 * 0.87962566103423978, 0.1],
  [
    'varianceScaling',
    initializers.varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'untruncatedNormal' }),
    Math.sqrt(3 / 540),
    null,
  ],
];

it.each(laws)('%s has the mean, spread and bounds of its law', async (name, initializer, deviation, bound) => {
  const count = shape.reduce((a, b) => a * b);
  const found = await statistics(initializer);
  expect(initializer.name).toBe(name);
  expect(Math.abs(found.mean)).toBeLessThan((5 * deviation) / Math.sqrt(count));
  expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(5 / Math.sqrt(count));
  if (bound !== null) {
    expect(found.largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(found.largest).toBeGreaterThan(bound * 0.99);
  }
});

it('counts inputs and outputs as Keras does', () => {
  expect(computeFans([7])).toEqual({ fanIn: 7, fanOut: 7 });
  expect(computeFans([7, 5])).toEqual({ fanIn: 7, fanOut: 5 });
  expect(computeFans([3, 2, 7, 5])).toEqual({ fanIn: 42, fanOut: 30 });
});

it('gives the same values for the same key, and others for another', async () => {
  const values = (initializer: Initializer, seed: number): Promise<unknown> =>
    initializer.create(random.key(seed), [5, 4]).data();
  const glorot = initializers.glorotUniform();
  expect(await values(glorot, 1)).toEqual(await values(glorot, 1));
  expect(await values(glorot, 1)).not.toEqual(await values(glorot, 2));
  const seeded = initializers.glorotUniform({ seed: 9 });
  expect(await values(seeded, 1)).toEqual(await values(seeded, 2));
});

it('makes constants with memory of their own', async () => {
  const list: Tensor[] = ['zeros', 'ones'].map((name) => initializerNamed('test', name).create(random.key(0), [2]));
  list.push(initializers.constant({ value: 3 }).create(random.key(0), [2]));
  expect(await Promise.all(list.map((t) => t.array()))).toEqual([
    [0, 0],
    [1, 1],
    [3, 3],
  ]);
});

it('comes back from name and options', async () => {
  for (const [, { name, config, create }] of laws) {
    const again = initializerNamed('test', name, config);
    expect(again.config).toEqual(config);
    expect(await again.create(random.key(4), [2, 3]).data()).toEqual(await create(random.key(4), [2, 3]).data());
  }
  expect(() => initializerNamed('dense', 'xavier')).toThrow(
    /^dense: initializer "xavier" is not known; use one of zeros, ones, /,
  );
});

it('refuses options that make no sense', () => {
  expect(() => initializers.randomNormal({ stddev: -1 })).toThrow(
    'randomNormal: stddev -1 is not accepted; use a number >= 0',
  );
  expect(() => initializers.randomUniform({ minval: 1, maxval: 1 })).toThrow(
    'randomUniform: minval 1 is not below maxval 1',
  );
  expect(() => initializers.varianceScaling({ scale: 0 })).toThrow(
    'varianceScaling: scale 0 is not accepted; use a number above 0',
  );
});

it.each([
  [[6, 4], 1],
  [[4, 6], 1.5],
  [[3, 3, 2, 5], 2],
])('makes orthonormal rows or columns of %j, times %d', async (shape, gain) => {
  const weight = initializers.orthogonal({ gain }).create(random.key(4), shape);
  expect(weight.shape).toEqual(shape);
  const matrix = weight.reshape([-1, shape.at(-1)!]).div(gain);
  const [rows, columns] = matrix.shape as [number, number];
  const product = rows < columns ? matrix.matmul(matrix.transpose()) : matrix.transpose().matmul(matrix);
  const values = (await product.array()) as number[][];
  values.forEach((row, i) => {
    row.forEach((value, k) => {
      expect(value).toBeCloseTo(i === k ? 1 : 0, 5);
    });
  });
});

it('draws orthogonal matrices without a preferred sign', async () => {
  const signs = await Promise.all(
    Array.from({ length: 60 }, (_, seed) => initializers.orthogonal().create(random.key(seed), [2, 2]).array()),
  );
  const positive = (signs as number[][][]).filter((matrix) => matrix[0]![0]! > 0).length;
  expect(Math.abs(positive - 30)).toBeLessThan(5 * Math.sqrt(60 / 4));
});

it('makes identity matrices, and nothing else of them', async () => {
  const identity = initializers.identity({ gain: 2 });
  expect(await identity.create(random.key(0), [2, 3]).array()).toEqual([
    [2, 0, 0],
    [0, 2, 0],
  ]);
  expect(() => identity.create(random.key(0), [2])).toThrow('identity: a weight [2] is no matrix');
  expect(() => initializers.orthogonal().create(random.key(0), [2])).toThrow('orthogonal: a weight [2] is no matrix');
  expect(() => initializers.orthogonal({ gain: NaN })).toThrow('orthogonal: gain null is not accepted; use a number');
});

it('takes fans that a shape does not tell', async () => {
  const draw = (fans?: initializers.Fans): Promise<unknown> =>
    initializers.glorotUniform().create(random.key(1), [4, 6], fans).mul(10).data();
  expect(await draw({ fanIn: 4, fanOut: 6 })).toEqual(await draw());
  expect(await draw({ fanIn: 40, fanOut: 6 })).not.toEqual(await draw());
});
