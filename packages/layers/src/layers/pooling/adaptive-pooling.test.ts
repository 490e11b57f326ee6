import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import {
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
} from './adaptive-pooling.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-pooling');

describe('adaptiveAveragePooling1d', () => {
  testLayer({
    make: () => adaptiveAveragePooling1d({ outputSize: 2 }),
    inputShape: [2, 5, 2],
    outputShape: [2, 2, 2],
    weights: {},
  });
});

describe('adaptiveAveragePooling2d', () => {
  testLayer({
    make: () => adaptiveAveragePooling2d({ outputSize: [2, 1], dataFormat: 'channelsFirst' }),
    inputShape: [2, 2, 4, 3],
    outputShape: [2, 2, 2, 1],
    weights: {},
  });
});

describe('adaptiveAveragePooling3d', () => {
  testLayer({
    make: () => adaptiveAveragePooling3d({ outputSize: 2 }),
    inputShape: [1, 3, 2, 2, 2],
    outputShape: [1, 2, 2, 2, 2],
    weights: {},
  });
});

describe('adaptiveMaxPooling1d', () => {
  testLayer({
    make: () => adaptiveMaxPooling1d({ outputSize: 2 }),
    inputShape: [2, 5, 2],
    outputShape: [2, 2, 2],
    weights: {},
  });
});

describe('adaptiveMaxPooling2d', () => {
  testLayer({
    make: () => adaptiveMaxPooling2d({ outputSize: 2 }),
    inputShape: [2, 4, 3, 2],
    outputShape: [2, 2, 2, 2],
    weights: {},
  });
});

describe('adaptiveMaxPooling3d', () => {
  testLayer({
    make: () => adaptiveMaxPooling3d({ outputSize: [1, 2, 2] }),
    inputShape: [1, 3, 2, 2, 2],
    outputShape: [1, 1, 2, 2, 2],
    weights: {},
  });
});

for (const [name, make] of Object.entries({
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
})) {
  testAgainstKeras(name, () => make({ outputSize: 3 }), layers);
  testAgainstKeras(`${name} first`, () => make({ outputSize: 2, dataFormat: 'channelsFirst' }), layers);
}
testAgainstKeras('adaptiveAveragePooling2d sizes', () => adaptiveAveragePooling2d({ outputSize: [2, 4] }), layers);

it('says what is wrong', () => {
  expect(() => adaptiveMaxPooling2d({ outputSize: 0 })).toThrow(
    'adaptiveMaxPooling2d: outputSize 0 is not accepted; use a whole number >= 1, or two of them: [height, width]',
  );
  expect(() => adaptiveMaxPooling1d({ outputSize: 2 }).apply(zeros([2, 2]))).toThrow(
    'adaptiveMaxPooling1d: input [2,2] has 2 axes, the layer takes 3: [batch, steps, channels]',
  );
});
