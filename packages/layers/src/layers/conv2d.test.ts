import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { testAgainstKeras, testLayer } from './contract.fixture.js';
import { conv2d } from './conv2d.js';

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

testAgainstKeras('conv', () => conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }));
testAgainstKeras('convSame', () => conv2d({ filters: 3, kernelSize: [2, 4], padding: 'same' }));
testAgainstKeras('convSameStrides', () => conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }));
testAgainstKeras('convGroups', () => conv2d({ filters: 4, kernelSize: 3, groups: 2, useBias: false }));
testAgainstKeras('convDilated', () => conv2d({ filters: 2, kernelSize: 2, dilationRate: [2, 3] }));

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
  expect(() => conv2d({ filters: 4, kernelSize: 3, groups: 2 }).build([null, 8, 8, 3])).toThrow(
    'conv2d: input [1,8,8,3] has 3 channels, which cannot be divided into 2 groups',
  );
});
