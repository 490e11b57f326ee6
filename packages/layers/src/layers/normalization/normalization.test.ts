import { full, ones, tensor, zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { sequential } from '../../models/sequential.js';
import { regularizationLoss } from '../../training/penalties.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { groupNormalization, instanceNormalization } from './group-normalization.js';
import { layerNormalization } from './layer-normalization.js';
import { rmsNormalization } from './rms-normalization.js';
import { unitNormalization } from './unit-normalization.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-normalization');

describe('layerNormalization', () => {
  testLayer({
    make: () => layerNormalization(),
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    weights: { gamma: [4], beta: [4] },
  });
});

describe('layerNormalization over axes apart, without scale', () => {
  testLayer({
    make: () => layerNormalization({ axis: [-1, 1], scale: false }),
    inputShape: [2, 2, 2, 3],
    outputShape: [2, 2, 2, 3],
    weights: { beta: [2, 3] },
  });
});

describe('groupNormalization', () => {
  testLayer({
    make: () => groupNormalization({ groups: 2 }),
    inputShape: [2, 2, 2, 4],
    outputShape: [2, 2, 2, 4],
    weights: { gamma: [4], beta: [4] },
  });
});

describe('groupNormalization of channels first', () => {
  testLayer({
    make: () => groupNormalization({ groups: 2, axis: 1, center: false }),
    inputShape: [2, 4, 3],
    outputShape: [2, 4, 3],
    weights: { gamma: [4] },
  });
});

describe('instanceNormalization', () => {
  testLayer({
    make: () => instanceNormalization(),
    inputShape: [2, 3, 2, 2],
    outputShape: [2, 3, 2, 2],
    weights: { gamma: [2], beta: [2] },
  });
});

describe('rmsNormalization', () => {
  testLayer({
    make: () => rmsNormalization(),
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    weights: { scale: [4] },
  });
});

describe('unitNormalization', () => {
  testLayer({ make: () => unitNormalization(), inputShape: [2, 3], outputShape: [2, 3], weights: {} });
});

testAgainstKeras('layer', () => layerNormalization(), layers);
testAgainstKeras('layerAxes', () => layerNormalization({ axis: [1, 3], epsilon: 0.01 }), layers);
testAgainstKeras('layerFirst', () => layerNormalization({ axis: 1, center: false }), layers);
testAgainstKeras('group', () => groupNormalization({ groups: 2 }), layers);
testAgainstKeras('groupFirst', () => groupNormalization({ groups: 3, axis: 1, epsilon: 0.1 }), layers);
testAgainstKeras('groupEach', () => groupNormalization({ groups: -1, scale: false }), layers);
testAgainstKeras('instance', () => instanceNormalization(), layers);
testAgainstKeras('instanceTorch', () => instanceNormalization(), layers);
testAgainstKeras('rms', () => rmsNormalization(), layers);
testAgainstKeras('rmsAxes', () => rmsNormalization({ axis: [1, 2], epsilon: 0.1 }), layers);
testAgainstKeras('unit', () => unitNormalization(), layers);
testAgainstKeras('unitAxes', () => unitNormalization({ axis: [1, 2] }), layers);

it('takes regularizers and constraints of gamma and beta', async () => {
  const layer = layerNormalization({ gammaRegularizer: 'l2', betaConstraint: 'nonNeg' });
  const model = sequential([layer], { inputShape: [2] });
  expect(await regularizationLoss(model).item()).toBeCloseTo(0.02, 6);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await model.fit(ones([4, 2]), full([4, 2], -1), { verbose: 0 });
  expect(await layer.beta!.array()).toEqual([0, 0]);
});

it('takes squares of half floats in float32', async () => {
  const x = tensor([[300, 400]]).cast('float16');
  const y = unitNormalization().apply(x);
  expect(y.dtype).toBe('float16');
  expect(await y.array()).toEqual([[expect.closeTo(0.6, 3), expect.closeTo(0.8, 3)]]);
});

it('refuses what makes no sense', () => {
  expect(() => groupNormalization({ groups: 0 })).toThrow(
    'groupNormalization: groups 0 is not accepted; use a whole number >= 1, or -1 for one per channel',
  );
  expect(() => groupNormalization().build([null, 8, 48])).toThrow(
    'groupNormalization: input [1,8,48] has 48 channels, which cannot be divided into 32 groups',
  );
  expect(() => layerNormalization({ axis: [] })).toThrow(
    'layerNormalization: axis [] is not accepted; use a whole number, or a list of them',
  );
  expect(() => layerNormalization({ axis: [1, -1] }).build([null, 8])).toThrow(
    "layerNormalization: input [1,8] and axis [1,-1]: each axis must be one of the input's, once",
  );
  expect(() => instanceNormalization({ axis: 1.5 })).toThrow(
    'instanceNormalization: axis 1.5 is not accepted; use a whole number',
  );
  const layer = layerNormalization({ axis: [1, 2] });
  layer.build([null, 2, 3]);
  expect(() => layer.apply(zeros([1, 3, 3]))).toThrow(
    'layerNormalization: input [1,3,3] has [3,3] along axis 1, 2, the layer was built for [2,3]',
  );
});
