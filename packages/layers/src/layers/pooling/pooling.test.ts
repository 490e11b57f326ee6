import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
} from './pooling.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-pooling');

describe('maxPooling1d', () => {
  testLayer({ make: () => maxPooling1d(), inputShape: [2, 5, 3], outputShape: [2, 2, 3], weights: {} });
});

describe('maxPooling2d', () => {
  testLayer({ make: () => maxPooling2d(), inputShape: [2, 5, 4, 3], outputShape: [2, 2, 2, 3], weights: {} });
});

describe('maxPooling2d with overlapping windows', () => {
  testLayer({
    make: () => maxPooling2d({ poolSize: [3, 2], strides: [2, 1], padding: 'same' }),
    inputShape: [1, 5, 4, 2],
    outputShape: [1, 3, 4, 2],
    weights: {},
  });
});

describe('maxPooling3d', () => {
  testLayer({
    make: () => maxPooling3d({ dataFormat: 'channelsFirst' }),
    inputShape: [1, 2, 3, 4, 2],
    outputShape: [1, 2, 1, 2, 1],
    weights: {},
  });
});

describe('averagePooling1d', () => {
  testLayer({
    make: () => averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }),
    inputShape: [2, 5, 2],
    outputShape: [2, 3, 2],
    weights: {},
  });
});

describe('averagePooling2d', () => {
  testLayer({
    make: () => averagePooling2d({ dataFormat: 'channelsFirst' }),
    inputShape: [1, 2, 5, 4],
    outputShape: [1, 2, 2, 2],
    weights: {},
  });
});

describe('averagePooling3d', () => {
  testLayer({ make: () => averagePooling3d(), inputShape: [1, 2, 4, 2, 2], outputShape: [1, 1, 2, 1, 2], weights: {} });
});

testAgainstKeras('pool', () => maxPooling2d());
testAgainstKeras('poolSame', () => maxPooling2d({ poolSize: [3, 2], strides: [2, 1], padding: 'same' }));
for (const [name, make] of Object.entries({
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
})) {
  testAgainstKeras(name, () => make(), layers);
  testAgainstKeras(`${name} same`, () => make({ poolSize: 3, strides: 2, padding: 'same' }), layers);
  testAgainstKeras(`${name} first`, () => make({ strides: 1, dataFormat: 'channelsFirst' }), layers);
}
testAgainstKeras(
  'averagePooling2d window',
  () => averagePooling2d({ poolSize: [3, 2], strides: [2, 1], padding: 'same' }),
  layers,
);

it('says what is wrong with an input', () => {
  expect(() => maxPooling2d().apply(zeros([1, 1, 8, 3]))).toThrow(
    "maxPooling2d: input [1,1,8,3] is smaller than the window [2,2]; use padding: 'same' or a smaller poolSize",
  );
  expect(() => maxPooling2d().apply(zeros([8, 3]))).toThrow(
    'maxPooling2d: input [8,3] has 2 axes, the layer takes 4: [batch, height, width, channels]; reshape it',
  );
  expect(() => averagePooling1d({ poolSize: 0 })).toThrow(
    'averagePooling1d: poolSize 0 is not accepted; use a whole number >= 1, or one of them: [steps]',
  );
});
