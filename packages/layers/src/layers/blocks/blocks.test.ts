import { random, tensor, zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { sequential } from '../../models/sequential.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { dense } from '../dense.js';
import { flatten } from '../reshaping/flatten.js';
import { blurPool } from './blur-pool.js';
import { pixelShuffle } from './pixel-shuffle.js';
import { residualBlock } from './residual-block.js';
import { spatialTransformer } from './spatial-transformer.js';
import { squeezeExcite } from './squeeze-excite.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('torch-blocks');

function norm(path: string, n: number): Record<string, number[]> {
  return Object.fromEntries(
    ['gamma', 'beta', 'movingMean', 'movingVariance'].map((weight) => [`${path}.${weight}`, [n]]),
  );
}

describe('residualBlock', () => {
  testLayer({
    make: () => residualBlock({ filters: 3, strides: 2 }),
    inputShape: [3, 4, 3, 2],
    outputShape: [3, 2, 2, 3],
    weights: {
      'convolution1.kernel': [3, 3, 2, 3],
      ...norm('normalization1', 3),
      'convolution2.kernel': [3, 3, 3, 3],
      ...norm('normalization2', 3),
      'skip.kernel': [1, 1, 2, 3],
      ...norm('skipNormalization', 3),
    },
  });
});

describe('residualBlock, version 2, channels first', () => {
  testLayer({
    make: () =>
      residualBlock({ filters: 2, kernelSize: 2, version: 2, activation: 'tanh', dataFormat: 'channelsFirst' }),
    inputShape: [3, 2, 3, 2],
    outputShape: [3, 2, 3, 2],
    weights: {
      'convolution1.kernel': [2, 2, 2, 2],
      ...norm('normalization1', 2),
      'convolution2.kernel': [2, 2, 2, 2],
      ...norm('normalization2', 2),
    },
  });
});

describe('squeezeExcite', () => {
  testLayer({
    make: () => squeezeExcite({ ratio: 2, activation: 'tanh' }),
    inputShape: [2, 2, 3, 4],
    outputShape: [2, 2, 3, 4],
    weights: { reduceKernel: [4, 2], reduceBias: [2], expandKernel: [2, 4], expandBias: [4] },
  });
});

describe('squeezeExcite, channels first', () => {
  testLayer({
    make: () => squeezeExcite({ dataFormat: 'channelsFirst', activation: 'tanh' }),
    inputShape: [2, 3, 2, 2],
    outputShape: [2, 3, 2, 2],
    weights: { reduceKernel: [3, 1], reduceBias: [1], expandKernel: [1, 3], expandBias: [3] },
  });
});

describe('pixelShuffle', () => {
  testLayer({
    make: () => pixelShuffle({ factor: 2, dataFormat: 'channelsFirst' }),
    inputShape: [2, 4, 2, 3],
    outputShape: [2, 1, 4, 6],
    weights: {},
  });
});

describe('blurPool', () => {
  testLayer({ make: () => blurPool(), inputShape: [2, 4, 5, 2], outputShape: [2, 2, 3, 2], weights: {} });
});

describe('spatialTransformer', () => {
  testLayer({
    make: () => spatialTransformer({ layer: sequential([flatten(), dense({ units: 6 })]), outputSize: [2, 3] }),
    inputShape: [2, 3, 3, 1],
    outputShape: [2, 2, 3, 1],
    weights: { 'layer.layers.1.kernel': [9, 6], 'layer.layers.1.bias': [6] },
  });
});

testAgainstKeras('residual', () => residualBlock({ filters: 3 }), layers);
testAgainstKeras('residualStrides', () => residualBlock({ filters: 3, strides: 2 }), layers);
testAgainstKeras('residualV2', () => residualBlock({ filters: 3, version: 2 }), layers);
testAgainstKeras('residualV2Strides', () => residualBlock({ filters: 3, strides: 2, version: 2 }), layers);
testAgainstKeras('squeezeExcite', () => squeezeExcite({ ratio: 2 }), layers);
testAgainstKeras('blurPool', () => blurPool(), layers);
testAgainstKeras('blurPoolSmall', () => blurPool({ kernelSize: 3, strides: 1 }), layers);
testAgainstKeras('blurPoolLarge', () => blurPool({ kernelSize: 5 }), layers);
testAgainstKeras('pixelShuffle', () => pixelShuffle({ factor: 2 }), layers);
const localization = () => sequential([flatten(), dense({ units: 6 })]);
testAgainstKeras('spatialTransformer', () => spatialTransformer({ layer: localization() }), layers);
testAgainstKeras(
  'spatialTransformerSize',
  () => spatialTransformer({ layer: localization(), outputSize: [3, 2] }),
  layers,
);

it('leaves an image as it is where a spatial transformer adds nothing', async () => {
  const still = sequential([flatten(), dense({ units: 6, kernelInitializer: 'zeros' })]);
  const x = random.normal(random.key(0), [1, 4, 5, 2]);
  const y = await spatialTransformer({ layer: still }).apply(x).data();
  (await x.data()).forEach((value, i) => expect(y[i]).toBeCloseTo(Number(value), 5));
});

it('gives blocks outside of a model weights that differ', async () => {
  const x = tensor([[[[1, 2]]]]);
  const [a, b] = await Promise.all([1, 2].map(() => residualBlock({ filters: 2 }).apply(x).data()));
  expect(a).not.toEqual(b);
});

it('says what is wrong', () => {
  expect(() => residualBlock({ filters: 3 }).apply(zeros([1, 4, 4, 2]))).toThrow(
    'residualBlock: input [1,4,4,2] and what the convolutions make of it, [1,4,4,3], cannot be added; use projection: true',
  );
  expect(() => residualBlock({ filters: 3, version: 3 as never })).toThrow(
    'residualBlock: version 3 is not known; use 1 or 2',
  );
  expect(() => residualBlock({ filters: 3 }).apply(zeros([4, 4, 2]))).toThrow(
    'residualBlock.convolution1: input [1,4,2] has 3 axes, the layer takes 4: [batch, height, width, channels]',
  );
  const gate = squeezeExcite();
  gate.build([null, 2, 2, 8]);
  expect(() => gate.apply(zeros([1, 2, 2, 4]))).toThrow(
    'squeezeExcite: input [1,2,2,4] has 4 channels, the layer was built for 8',
  );
  expect(() => squeezeExcite({ ratio: 0 })).toThrow('squeezeExcite: ratio 0 is not accepted; use a number > 0');
  expect(() => pixelShuffle({ factor: 2 }).apply(zeros([1, 2, 2, 6]))).toThrow(
    'pixelShuffle: input [1,2,2,6] has 6 channels; with factor 2 it needs a multiple of 4',
  );
  expect(() => pixelShuffle({ factor: 2 }).apply(zeros([1, 6]))).toThrow(
    'pixelShuffle: input [1,6] has no spatial axes; the layer takes [batch, …spatial, channels]',
  );
  expect(() => blurPool().apply(zeros([1, 2, 8, 1]))).toThrow(
    'blurPool: input [1,2,8,1] is too small to be reflected at its borders by 2 pixels; use a smaller kernelSize',
  );
  expect(() => spatialTransformer({ layer: flatten() }).apply(zeros([1, 2, 2, 1]))).toThrow(
    'spatialTransformer: flatten gives [1,4] for input [1,2,2,1]; the layer inside must give the 6 numbers of an ' +
      'affine map for each image: end it with dense({ units: 6 })',
  );
});
