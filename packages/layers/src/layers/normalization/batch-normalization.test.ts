import { random, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import {
  expectKeras,
  fromKeras,
  readFixture,
  type KerasArray,
  type KerasLayerCase,
} from '../../fixtures/keras.fixture.js';
import { sequential } from '../../models/sequential.js';
import { applyModule } from '../../module/apply-module.js';
import { namedWeights, setWeights } from '../../module/weights.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { dense } from '../dense.js';
import { batchNormalization, type BatchNormalization } from './batch-normalization.js';

interface TrainingCase extends KerasLayerCase {
  readonly outputs: readonly KerasArray[];
  readonly after: readonly KerasArray[];
}

const { layers, training } = readFixture<{
  layers: Record<string, KerasLayerCase>;
  training: Record<string, TrainingCase>;
}>('keras-normalization');

describe('batchNormalization', () => {
  testLayer({
    make: () => batchNormalization(),
    inputShape: [4, 3],
    outputShape: [4, 3],
    weights: { gamma: [3], beta: [3], movingMean: [3], movingVariance: [3] },
  });
});

describe('batchNormalization of channels first, without scale', () => {
  testLayer({
    make: () => batchNormalization({ axis: 1, scale: false, momentum: 0.5, epsilon: 0.01 }),
    inputShape: [3, 2, 2, 2],
    outputShape: [3, 2, 2, 2],
    weights: { beta: [2], movingMean: [2], movingVariance: [2] },
  });
});

testAgainstKeras('batch', () => batchNormalization(), layers);
testAgainstKeras('batchAxis', () => batchNormalization({ axis: 1, epsilon: 0.1 }), layers);
testAgainstKeras('batchPlain', () => batchNormalization({ center: false, scale: false }), layers);

it.each([
  ['batch', { momentum: 0.8 }],
  ['batchAxis', { axis: 1 }],
  ['batchFrozen', { trainable: false }],
] as const)('trains as Keras does: %s', async (name, options) => {
  const { x, weights, outputs, after, y } = training[name]!;
  let layer = batchNormalization(options);
  layer.build([null, ...x.shape.slice(1)]);
  setWeights(
    layer,
    weights.map((weight) => fromKeras(weight)),
  );
  for (const output of outputs) {
    const [own, next] = applyModule(layer, fromKeras(x), { training: true });
    await expectKeras(own, output);
    layer = next;
  }
  for (const [i, weight] of namedWeights(layer).entries()) await expectKeras(weight.tensor, after[i]!);
  await expectKeras(layer.apply(fromKeras(x)), y);
});

it('keeps its averages while a model around it is frozen', async () => {
  const inner = sequential([batchNormalization()], { inputShape: [2] });
  const model = sequential([dense({ units: 2 }), inner], { inputShape: [2] });
  const x = tensor([
    [1, 2],
    [3, 5],
  ]);
  inner.trainable = false;
  const [y, next] = applyModule(model, x, { training: true });
  expect(next === model).toBe(true);
  expect(await y.data()).toEqual(await model.apply(x).data());
  inner.trainable = true;
  expect(applyModule(model, x, { training: true })[1] === model).toBe(false);
});

it('learns averages in fit that evaluation then uses', async () => {
  const x = random.normal(random.key(1), [64, 2]).mul(3).add(5);
  const layer = batchNormalization({ momentum: 0.5, trainable: true });
  const model = sequential([layer], { inputShape: [2] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await model.fit(x, zeros([64, 2]), { epochs: 8, batchSize: 32, verbose: 0 });
  const [mean, variance] = [layer.movingMean!, layer.movingVariance!];
  for (const [own, wanted] of [
    [mean, x.mean(0)],
    [variance, x.sub(x.mean(0)).square().mean(0)],
  ] as [Tensor, Tensor][]) {
    expect(Math.max(...(await own.sub(wanted).abs().div(wanted).data('float32')))).toBeLessThan(0.25);
  }
});

it('takes statistics of half floats in float32', async () => {
  const layer = batchNormalization();
  layer.build([null, 1]);
  const x = tensor([[300], [500]]).cast('float16');
  const [y, next] = applyModule(layer, x, { training: true });
  expect(y.dtype).toBe('float16');
  expect(await y.array()).toEqual([[-1], [1]]);
  const { movingMean, movingVariance } = next as BatchNormalization;
  expect((await movingMean!.item()) / 4).toBeCloseTo(1, 5);
  expect((await movingVariance!.item()) / 100.99).toBeCloseTo(1, 5);
});

it('refuses what makes no sense', () => {
  expect(() => batchNormalization({ momentum: 2 })).toThrow(
    'batchNormalization: momentum 2 is not accepted; use a number from 0 to 1',
  );
  expect(() => batchNormalization({ epsilon: -1 })).toThrow(
    'batchNormalization: epsilon -1 is not accepted; use a small number >= 0, such as 0.001',
  );
  expect(() => batchNormalization({ axis: 3 }).build([null, 4])).toThrow(
    "batchNormalization: input [1,4] and axis 3: each axis must be one of the input's, once, and not that of the " +
      'batch: 1 to 1, or −1 for the last',
  );
  const layer = batchNormalization();
  layer.build([null, 4]);
  expect(() => layer.apply(zeros([2, 5]))).toThrow(
    'batchNormalization: input [2,5] has [5] along axis 1, the layer was built for [4]',
  );
});
