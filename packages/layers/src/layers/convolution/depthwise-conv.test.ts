import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { depthwiseConv1d, depthwiseConv2d } from './depthwise-conv.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-convolution');

describe('depthwiseConv1d', () => {
  testLayer({
    make: () => depthwiseConv1d({ kernelSize: 2, depthMultiplier: 2 }),
    inputShape: [2, 4, 3],
    outputShape: [2, 3, 6],
    weights: { kernel: [2, 3, 2], bias: [6] },
  });
});

describe('depthwiseConv2d', () => {
  testLayer({
    make: () => depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    inputShape: [2, 4, 3, 2],
    outputShape: [2, 2, 2, 2],
    weights: { kernel: [3, 3, 2, 1] },
  });
});

testAgainstKeras('depthwiseConv1d', () => depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2 }), layers);
testAgainstKeras('depthwiseConv1dSame', () => depthwiseConv1d({ kernelSize: 2, strides: 2, padding: 'same' }), layers);
testAgainstKeras(
  'depthwiseConv2d',
  () => depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2, activation: 'relu' }),
  layers,
);
testAgainstKeras(
  'depthwiseConv2dDilated',
  () => depthwiseConv2d({ kernelSize: 2, dilationRate: 2, useBias: false }),
  layers,
);
testAgainstKeras(
  'depthwiseConv2dFirst',
  () => depthwiseConv2d({ kernelSize: 3, padding: 'same', dataFormat: 'channelsFirst' }),
  layers,
);

it('refuses options that make no sense', () => {
  expect(() => depthwiseConv2d({ kernelSize: 3, depthMultiplier: 0 })).toThrow(
    'depthwiseConv2d: depthMultiplier 0 is not accepted; use a whole number >= 1',
  );
});
