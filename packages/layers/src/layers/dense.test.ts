import { zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { sequential } from '../models/sequential.js';
import { testAgainstKeras, testLayer } from './contract.fixture.js';
import { dense } from './dense.js';

describe('dense', () => {
  testLayer({
    make: () => dense({ units: 3, activation: 'tanh' }),
    inputShape: [4, 5],
    outputShape: [4, 3],
    weights: { kernel: [5, 3], bias: [3] },
  });
});

describe('dense without bias, over time', () => {
  testLayer({
    make: () => dense({ units: 3, useBias: false }),
    inputShape: [2, 4, 5],
    outputShape: [2, 4, 3],
    weights: { kernel: [5, 3] },
  });
});

testAgainstKeras('dense', () => dense({ units: 4, activation: 'sigmoid' }));
testAgainstKeras('denseTime', () => dense({ units: 4, useBias: false }));

it('refuses options that make no sense', () => {
  expect(() => dense({ units: 0 })).toThrow(/^dense: units 0 is not accepted; use a whole number >= 1$/);
  expect(() => dense({ units: 2.5, name: 'head' })).toThrow(/^head: units 2.5 is not accepted/);
  expect(() => dense({ units: 2, activation: 'swoosh' as never })).toThrow(
    /^dense: activation "swoosh" is not known; use one of linear, relu, .*, or a function$/,
  );
  expect(() => dense({ units: 2, kernelInitializer: 'glorot' as never })).toThrow(
    /^dense: initializer "glorot" is not known; use one of zeros, /,
  );
});

it('names itself and both sizes when the input does not fit', () => {
  const model = sequential([dense({ units: 4 }), dense({ units: 2 })], { inputShape: [3] });
  expect(() => model.apply(zeros([1, 5]))).toThrow(
    'dense: input [1,5] has 5 features, the kernel was built for 3; add flatten() in front if its other axes ' +
      'belong to the features',
  );
  expect(() => dense({ units: 2 }).build([null])).toThrow(
    'dense: input [1] needs a batch axis and an axis of features: [batch, …, features]',
  );
});

it('is not built by a transform', () => {
  expect(() => dense({ units: 2 }).call(zeros([1, 3]))).toThrow(
    "dense: the layer has no weights yet; give the model's first layer an inputShape, call model.build([null, " +
      '…]), or run fit or predict first',
  );
});
