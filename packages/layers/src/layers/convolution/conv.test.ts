import { tensor, zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { conv1d, conv2d, conv3d } from './conv.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-convolution');

describe('conv1d', () => {
  testLayer({
    make: () => conv1d({ filters: 3, kernelSize: 2, strides: 2 }),
    inputShape: [2, 5, 2],
    outputShape: [2, 2, 3],
    weights: { kernel: [2, 2, 3], bias: [3] },
  });
});

describe('conv1d, causal', () => {
  testLayer({
    make: () => conv1d({ filters: 2, kernelSize: 3, padding: 'causal', dilationRate: 2, dataFormat: 'channelsFirst' }),
    inputShape: [1, 2, 6],
    outputShape: [1, 2, 6],
    weights: { kernel: [3, 2, 2], bias: [2] },
  });

  it('does not look ahead', async () => {
    const layer = conv1d({ filters: 1, kernelSize: 3, padding: 'causal', kernelInitializer: 'ones' });
    expect(await layer.apply(tensor([1, 2, 3, 4, 5]).reshape([1, 5, 1])).data()).toEqual(
      new Float32Array([1, 3, 6, 9, 12]),
    );
  });
});

describe('conv2d', () => {
  testLayer({
    make: () => conv2d({ filters: 3, kernelSize: [2, 3], activation: 'tanh' }),
    inputShape: [2, 4, 5, 2],
    outputShape: [2, 3, 3, 3],
    weights: { kernel: [2, 3, 2, 3], bias: [3] },
  });
});

describe('conv2d with groups, strides and padding, without bias', () => {
  testLayer({
    make: () => conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', groups: 2, useBias: false }),
    inputShape: [1, 5, 4, 2],
    outputShape: [1, 3, 2, 4],
    weights: { kernel: [3, 3, 1, 4] },
  });
});

describe('conv3d', () => {
  testLayer({
    make: () => conv3d({ filters: 2, kernelSize: 2, padding: 'same', strides: [1, 2, 1] }),
    inputShape: [1, 2, 3, 2, 2],
    outputShape: [1, 2, 2, 2, 2],
    weights: { kernel: [2, 2, 2, 2, 2], bias: [2] },
  });
});

testAgainstKeras('conv', () => conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }));
testAgainstKeras('convSame', () => conv2d({ filters: 3, kernelSize: [2, 4], padding: 'same' }));
testAgainstKeras('convSameStrides', () => conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }));
testAgainstKeras('convGroups', () => conv2d({ filters: 4, kernelSize: 3, groups: 2, useBias: false }));
testAgainstKeras('convDilated', () => conv2d({ filters: 2, kernelSize: 2, dilationRate: [2, 3] }));
testAgainstKeras('conv1d', () => conv1d({ filters: 3, kernelSize: 2, activation: 'sigmoid' }), layers);
testAgainstKeras('conv1dSame', () => conv1d({ filters: 2, kernelSize: 4, strides: 3, padding: 'same' }), layers);
testAgainstKeras(
  'conv1dCausal',
  () => conv1d({ filters: 2, kernelSize: 3, padding: 'causal', dilationRate: 2 }),
  layers,
);
testAgainstKeras(
  'conv1dCausalStrides',
  () => conv1d({ filters: 2, kernelSize: 3, strides: 2, padding: 'causal' }),
  layers,
);
testAgainstKeras(
  'conv2dFirst',
  () => conv2d({ filters: 4, kernelSize: 3, groups: 2, activation: 'softmax', dataFormat: 'channelsFirst' }),
  layers,
);
testAgainstKeras(
  'conv2dFirstSame',
  () => conv2d({ filters: 2, kernelSize: [3, 2], strides: 2, padding: 'same', dataFormat: 'channelsFirst' }),
  layers,
);
testAgainstKeras('conv3d', () => conv3d({ filters: 2, kernelSize: [2, 3, 2] }), layers);
testAgainstKeras(
  'conv3dSame',
  () => conv3d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', groups: 2 }),
  layers,
);
testAgainstKeras('conv3dDilated', () => conv3d({ filters: 2, kernelSize: 2, dilationRate: [1, 2, 3] }), layers);

it('refuses options that make no sense', () => {
  expect(() => conv2d({ filters: 3, kernelSize: 0 })).toThrow(
    'conv2d: kernelSize 0 is not accepted; use a whole number >= 1, or two of them: [height, width]',
  );
  expect(() => conv2d({ filters: 3, kernelSize: [3, 3, 3] as never })).toThrow(
    /^conv2d: kernelSize 3,3,3 is not accepted/,
  );
  expect(() => conv2d({ filters: 3, kernelSize: 3, groups: 2 })).toThrow(
    'conv2d: 3 filters cannot be divided into 2 groups; use a multiple of groups',
  );
  expect(() => conv2d({ filters: 3, kernelSize: 3, strides: 2, dilationRate: 2 })).toThrow(
    'conv2d: strides > 1 and dilationRate > 1 exclude each other',
  );
  expect(() => conv2d({ filters: 3, kernelSize: 3, padding: 'full' as never })).toThrow(
    "conv2d: padding \"full\" is not known; use 'valid' or 'same'",
  );
  expect(() => conv2d({ filters: 3, kernelSize: 3, padding: 'causal' as never })).toThrow(
    "conv2d: padding \"causal\" is not known; use 'valid' or 'same'",
  );
  expect(() => conv1d({ filters: 3, kernelSize: 3, padding: 'full' as never })).toThrow(
    "conv1d: padding \"full\" is not known; use 'valid', 'same' or 'causal'",
  );
  expect(() => conv1d({ filters: 3, kernelSize: [3, 3] as never })).toThrow(
    'conv1d: kernelSize 3,3 is not accepted; use a whole number >= 1, or one of them: [steps]',
  );
  expect(() => conv2d({ filters: 3, kernelSize: 3, dataFormat: 'NCHW' as never })).toThrow(
    "conv2d: dataFormat \"NCHW\" is not known; use 'channelsLast' or 'channelsFirst'",
  );
});

it('says what is wrong with an input, and names itself', () => {
  const layer = conv2d({ filters: 3, kernelSize: 3, name: 'stem' });
  expect(() => layer.build([null, 28, 28])).toThrow(
    'stem: input [1,28,28] has 3 axes, the layer takes 4: [batch, height, width, channels]; ' +
      'is an axis missing (a batch of one, or one channel)? add it with expandDims',
  );
  expect(() => layer.build([null, 2, 28, 1])).toThrow(
    "stem: input [1,2,28,1] is smaller than the window [3,3]; use padding: 'same' or a smaller kernelSize",
  );
  layer.build([null, 8, 8, 2]);
  expect(() => layer.apply(zeros([1, 8, 8, 3]))).toThrow(
    'stem: input [1,8,8,3] has 3 channels, the kernel was built for 2; channels are the last axis',
  );
  const first = conv2d({ filters: 3, kernelSize: 3, dataFormat: 'channelsFirst' });
  expect(() => first.build([null, 28, 28])).toThrow(
    'conv2d: input [1,28,28] has 3 axes, the layer takes 4: [batch, channels, height, width]',
  );
  first.build([null, 2, 8, 8]);
  expect(() => first.apply(zeros([1, 8, 8, 2]))).toThrow(
    'conv2d: input [1,8,8,2] has 8 channels, the kernel was built for 2; channels are axis 1',
  );
  expect(() => conv2d({ filters: 4, kernelSize: 3, groups: 2 }).build([null, 8, 8, 3])).toThrow(
    'conv2d: input [1,8,8,3] has 3 channels, which cannot be divided into 2 groups',
  );
});
