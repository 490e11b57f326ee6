import { ones, random, zeros, type Tensor } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { applyModule } from '../../module/apply-module.js';
import { testLayer } from '../contract.fixture.js';
import type { Layer } from '../layer.js';
import { activityRegularization } from './activity-regularization.js';
import { alphaDropout, dropout } from './dropout.js';
import { gaussianDropout, gaussianNoise } from './gaussian.js';
import { spatialDropout1d, spatialDropout2d, spatialDropout3d } from './spatial-dropout.js';

const contracts: [string, () => Layer, number[]][] = [
  ['dropout with a shape of its own', () => dropout({ rate: 0.4, noiseShape: [null, 1, null] }), [2, 3, 4]],
  ['alphaDropout', () => alphaDropout({ rate: 0.4, seed: 3 }), [2, 3, 4]],
  ['gaussianDropout', () => gaussianDropout({ rate: 0.4 }), [2, 3, 4]],
  ['gaussianNoise', () => gaussianNoise({ stddev: 0.4 }), [2, 3, 4]],
  ['spatialDropout1d', () => spatialDropout1d({ rate: 0.4 }), [2, 3, 4]],
  ['spatialDropout2d', () => spatialDropout2d({ rate: 0.4, dataFormat: 'channelsFirst' }), [2, 3, 4, 2]],
  ['spatialDropout3d', () => spatialDropout3d({ rate: 0.4 }), [1, 2, 2, 2, 3]],
  ['activityRegularization', () => activityRegularization({ l1: 0.1 }), [2, 3, 4]],
];

describe.each(contracts)('%s', (_, make, shape) => {
  testLayer({ make, inputShape: shape, outputShape: shape, weights: {} });
});

async function train(layer: Layer, x: Tensor): Promise<Float32Array> {
  return (await applyModule(layer, x, { training: true, key: random.key(1) })[0].data()) as Float32Array;
}

const count = 40_000;

async function moments(layer: Layer, x: Tensor): Promise<{ mean: number; variance: number }> {
  const values = await train(layer, x);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length };
}

/** Five standard errors of means of so many values. */
function near(value: number, expected: number, deviation: number): void {
  expect(Math.abs(value - expected)).toBeLessThan((5 * deviation) / Math.sqrt(count));
}

it('adds noise of the given deviation', async () => {
  const { mean, variance } = await moments(gaussianNoise({ stddev: 0.5 }), zeros([count]));
  near(mean, 0, 0.5);
  near(variance, 0.25, 0.25 * Math.SQRT2);
});

it('multiplies by noise of mean 1 and variance rate / (1 − rate)', async () => {
  const { mean, variance } = await moments(gaussianDropout({ rate: 0.2 }), ones([count]).mul(2));
  near(mean, 2, 1);
  near(variance, 1, Math.SQRT2);
});

it('keeps mean and variance of normal inputs', async () => {
  const { mean, variance } = await moments(alphaDropout({ rate: 0.3 }), random.normal(random.key(5), [count]));
  near(mean, 0, 1);
  near(variance, 1, 2);
});

it('gives dropped values what selu approaches', async () => {
  const rate = 0.25;
  const values = new Set(await train(alphaDropout({ rate }), zeros([100])));
  const dropped = -1.0507009873554805 * 1.6732632423543772;
  const scale = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5;
  const sorted = [...values].sort((a, b) => a - b);
  expect(sorted).toHaveLength(2);
  expect(sorted[0]).toBeCloseTo(scale * dropped * (1 - rate), 5);
  expect(sorted[1]).toBeCloseTo(-scale * dropped * rate, 5);
});

it.each([
  ['spatialDropout1d', spatialDropout1d({ rate: 0.5 }), [4, 6, 50], [1]],
  ['spatialDropout2d', spatialDropout2d({ rate: 0.5 }), [4, 2, 3, 50], [1, 2]],
  ['spatialDropout2d first', spatialDropout2d({ rate: 0.5, dataFormat: 'channelsFirst' }), [4, 50, 2, 3], [2, 3]],
  ['spatialDropout3d', spatialDropout3d({ rate: 0.5 }), [4, 1, 2, 3, 50], [1, 2, 3]],
  ['noiseShape', dropout({ rate: 0.5, noiseShape: [4, 1, null] }), [4, 6, 50], [1]],
] as const)('drops whole channels: %s', async (_, layer, shape, axes) => {
  const [y] = applyModule(layer as Layer, ones(shape), { training: true, key: random.key(2) });
  const sums = (await y.sum(axes).data()) as Float32Array;
  expect(new Set(sums)).toEqual(new Set([0, 12]));
  const share = sums.filter((sum) => sum === 0).length / sums.length;
  expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / sums.length));
});

it('draws others for another seed', async () => {
  const masks = await Promise.all(
    [undefined, 1, 2, 1].map((seed) =>
      train(dropout({ rate: 0.5, ...(seed === undefined ? {} : { seed }) }), ones([64])),
    ),
  );
  expect(masks[1]).toEqual(masks[3]);
  expect(masks[0]).not.toEqual(masks[1]);
  expect(masks[1]).not.toEqual(masks[2]);
});

it('adds its penalty to the loss, per example', async () => {
  const layer = activityRegularization({ l1: 0.5, l2: 0.25 });
  const [y, , losses] = applyModule(layer, ones([4, 3]).mul(-2));
  expect(await y.sum().item()).toBe(-24);
  expect(await losses[0]!.item()).toBe(6);
});

it('refuses options that make no sense', () => {
  expect(() => gaussianNoise({ stddev: -1 })).toThrow(/^gaussianNoise: stddev -1 is not accepted; use a number >= 0$/);
  expect(() => alphaDropout({ rate: 1 })).toThrow(/^alphaDropout: rate 1 is not accepted; use 0 up to/);
  expect(() => dropout({ rate: 0.5, noiseShape: [0] })).toThrow(
    /^dropout: noiseShape \[0\] is not accepted; use a list of sizes >= 1 and null$/,
  );
  expect(() => dropout({ rate: 0.5, seed: 0.5 })).toThrow(/^dropout: seed 0.5 is not accepted; use a whole number$/);
  expect(() =>
    applyModule(dropout({ rate: 0.5, noiseShape: [2] }), ones([2, 3]), { training: true, key: random.key(0) }),
  ).toThrow('dropout: noiseShape [2] does not fit the input [2,3]; sizes must be equal, 1 or null');
});
