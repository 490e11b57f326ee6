import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import {
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
} from './global-pooling.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-pooling');

describe('globalAveragePooling1d', () => {
  testLayer({ make: () => globalAveragePooling1d(), inputShape: [2, 3, 2], outputShape: [2, 2], weights: {} });
});

describe('globalAveragePooling2d', () => {
  testLayer({
    make: () => globalAveragePooling2d({ keepDims: true, dataFormat: 'channelsFirst' }),
    inputShape: [2, 2, 3, 2],
    outputShape: [2, 2, 1, 1],
    weights: {},
  });
});

describe('globalAveragePooling3d', () => {
  testLayer({ make: () => globalAveragePooling3d(), inputShape: [2, 2, 2, 1, 3], outputShape: [2, 3], weights: {} });
});

describe('globalMaxPooling1d', () => {
  testLayer({
    make: () => globalMaxPooling1d({ keepDims: true }),
    inputShape: [2, 3, 2],
    outputShape: [2, 1, 2],
    weights: {},
  });
});

describe('globalMaxPooling2d', () => {
  testLayer({ make: () => globalMaxPooling2d(), inputShape: [2, 2, 3, 2], outputShape: [2, 2], weights: {} });
});

describe('globalMaxPooling3d', () => {
  testLayer({ make: () => globalMaxPooling3d(), inputShape: [2, 2, 2, 1, 3], outputShape: [2, 3], weights: {} });
});

for (const [name, make] of Object.entries({
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
})) {
  testAgainstKeras(name, () => make(), layers);
  testAgainstKeras(`${name} kept`, () => make({ keepDims: true }), layers);
  testAgainstKeras(`${name} first`, () => make({ keepDims: true, dataFormat: 'channelsFirst' }), layers);
}

it('says what is wrong with an input', () => {
  expect(() => globalAveragePooling2d().apply(zeros([8, 8, 3]))).toThrow(
    'globalAveragePooling2d: input [8,8,3] has 3 axes, the layer takes 4: [batch, height, width, channels]; is an ' +
      'axis missing (a batch of one, or one channel)? add it with expandDims',
  );
});
