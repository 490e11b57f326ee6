import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { testAgainstKeras, testLayer } from './contract.fixture.js';
import { maxPooling2d } from './max-pooling2d.js';

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

testAgainstKeras('pool', () => maxPooling2d());
testAgainstKeras('poolSame', () => maxPooling2d({ poolSize: [3, 2], strides: [2, 1], padding: 'same' }));

it('says what is wrong with an input', () => {
  expect(() => maxPooling2d().apply(zeros([1, 1, 8, 3]))).toThrow(
    "maxPooling2d: input [1,1,8,3] is smaller than the window [2,2]; use padding: 'same' or a smaller poolSize",
  );
  expect(() => maxPooling2d().apply(zeros([8, 3]))).toThrow(
    'maxPooling2d: input [8,3] has 2 axes, the layer takes 4: [batch, height, width, channels]; reshape it',
  );
});
