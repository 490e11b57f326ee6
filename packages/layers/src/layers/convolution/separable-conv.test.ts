import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { separableConv1d, separableConv2d } from './separable-conv.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-convolution');

describe('separableConv1d', () => {
  testLayer({
    make: () => separableConv1d({ filters: 2, kernelSize: 2, depthMultiplier: 2 }),
    inputShape: [2, 4, 3],
    outputShape: [2, 3, 2],
    weights: { depthwiseKernel: [2, 3, 2], pointwiseKernel: [1, 6, 2], bias: [2] },
  });
});

describe('separableConv2d', () => {
  testLayer({
    make: () => separableConv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    inputShape: [1, 4, 3, 2],
    outputShape: [1, 2, 2, 3],
    weights: { depthwiseKernel: [3, 3, 2, 1], pointwiseKernel: [1, 1, 2, 3] },
  });
});

testAgainstKeras(
  'separableConv1d',
  () => separableConv1d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
  layers,
);
testAgainstKeras(
  'separableConv2d',
  () => separableConv2d({ filters: 4, kernelSize: [2, 3], depthMultiplier: 2 }),
  layers,
);
testAgainstKeras(
  'separableConv2dDilated',
  () => separableConv2d({ filters: 2, kernelSize: 2, dilationRate: 2, padding: 'same', activation: 'relu' }),
  layers,
);
testAgainstKeras(
  'separableConv2dFirst',
  () => separableConv2d({ filters: 3, kernelSize: 2, dataFormat: 'channelsFirst' }),
  layers,
);

it('refuses options that make no sense', () => {
  expect(() => separableConv2d({ filters: 0, kernelSize: 3 })).toThrow(
    'separableConv2d: filters 0 is not accepted; use a whole number >= 1',
  );
});
