import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { conv1dTranspose, conv2dTranspose, conv3dTranspose } from './conv-transpose.js';

type Cases = Record<string, KerasLayerCase>;
const { layers, transposes } = readFixture<{ layers: Cases; transposes: Cases }>('keras-convolution');

describe('conv1dTranspose', () => {
  testLayer({
    make: () => conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', outputPadding: 0 }),
    inputShape: [2, 4, 2],
    outputShape: [2, 7, 3],
    weights: { kernel: [3, 3, 2], bias: [3] },
  });
});

describe('conv2dTranspose', () => {
  testLayer({
    make: () => conv2dTranspose({ filters: 2, kernelSize: [2, 3], strides: 2, activation: 'tanh' }),
    inputShape: [2, 2, 3, 2],
    outputShape: [2, 4, 7, 2],
    weights: { kernel: [2, 3, 2, 2], bias: [2] },
  });
});

describe('conv2dTranspose, channels first', () => {
  testLayer({
    make: () =>
      conv2dTranspose({ filters: 2, kernelSize: 3, padding: 'same', useBias: false, dataFormat: 'channelsFirst' }),
    inputShape: [1, 3, 2, 3],
    outputShape: [1, 2, 2, 3],
    weights: { kernel: [3, 3, 2, 3] },
  });
});

describe('conv3dTranspose', () => {
  testLayer({
    make: () => conv3dTranspose({ filters: 2, kernelSize: 2, strides: [1, 2, 1] }),
    inputShape: [1, 2, 2, 1, 2],
    outputShape: [1, 3, 4, 2, 2],
    weights: { kernel: [2, 2, 2, 2, 2], bias: [2] },
  });
});

testAgainstKeras('conv1dTranspose', () => conv1dTranspose({ filters: 3, kernelSize: 3, activation: 'relu' }), layers);
testAgainstKeras(
  'conv2dTranspose',
  () => conv2dTranspose({ filters: 2, kernelSize: [3, 2], strides: 2, padding: 'same' }),
  layers,
);
testAgainstKeras('conv2dTransposeWide', () => conv2dTranspose({ filters: 2, kernelSize: 2, strides: [3, 4] }), layers);
testAgainstKeras(
  'conv2dTransposeAdded',
  () => conv2dTranspose({ filters: 2, kernelSize: [4, 3], strides: [3, 2], padding: 'same', outputPadding: [2, 1] }),
  layers,
);
testAgainstKeras(
  'conv2dTransposeDilated',
  () => conv2dTranspose({ filters: 2, kernelSize: 3, padding: 'same', dilationRate: 2 }),
  layers,
);
testAgainstKeras(
  'conv2dTransposeFirst',
  () => conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, dataFormat: 'channelsFirst' }),
  layers,
);
testAgainstKeras('conv3dTranspose', () => conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 }), layers);

describe('kernel, stride, padding, outputPadding', () => {
  for (const name of Object.keys(transposes)) {
    const [kernelSize, strides, padding, outputPadding] = name.split(' ') as [string, string, 'valid' | 'same', string];
    const added = outputPadding === 'None' ? {} : { outputPadding: Number(outputPadding) };
    const options = { filters: 1, kernelSize: Number(kernelSize), strides: Number(strides), padding, useBias: false };
    testAgainstKeras(name, () => conv1dTranspose({ ...options, ...added }), transposes);
  }
});

it('refuses what does not fit', () => {
  expect(() => conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, outputPadding: 2 })).toThrow(
    'conv2dTranspose: outputPadding [2, 2] must be less than strides [2, 2]',
  );
  expect(() => conv2dTranspose({ filters: 3, kernelSize: 3, outputPadding: -1 })).toThrow(
    'conv2dTranspose: outputPadding -1 is not accepted; use a whole number >= 0, or two of them: [height, width]',
  );
  const layer = conv2dTranspose({ filters: 3, kernelSize: 3 });
  layer.build([null, 2, 2, 4]);
  expect(() => layer.apply(zeros([1, 2, 2, 3]))).toThrow(
    'conv2dTranspose: input [1,2,2,3] has 3 channels, the kernel was built for 4; channels are the last axis',
  );
});
