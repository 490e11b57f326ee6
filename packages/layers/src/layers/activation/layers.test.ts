import { ones, zeros } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { expectKeras, fromKeras } from '../../fixtures/keras.fixture.js';
import { kerasParts } from '../../fixtures/keras-parts.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import type { Layer } from '../layer.js';
import { elu } from './elu.js';
import { prelu } from './prelu.js';
import { leakyReLU, reLU } from './relu.js';
import { softmax } from './softmax.js';

const options = { maxValue: 0.8, negativeSlope: 0.1, threshold: 0.3 };
const makers: Record<string, () => Layer> = {
  reLU: () => reLU(),
  'reLU options': () => reLU(options),
  leakyReLU: () => leakyReLU(),
  elu: () => elu({ alpha: 0.7 }),
  softmax: () => softmax() as Layer,
  'softmax axes': () => softmax({ axis: [1, 2] }) as Layer,
};

describe.each(Object.entries(makers))('%s', (name, make) => {
  testLayer({ make, inputShape: [2, 3, 4], outputShape: [2, 3, 4], weights: {} });
  testAgainstKeras(name, make, kerasParts.layers);
});

describe('prelu', () => {
  const make = (): Layer => prelu({ alphaInitializer: 'ones' });
  testLayer({ make, inputShape: [2, 3, 4], outputShape: [2, 3, 4], weights: { alpha: [3, 4] } });
  testAgainstKeras('prelu', () => prelu(), kerasParts.layers);
});

describe('prelu of images', () => {
  const make = (): Layer => prelu({ sharedAxes: [1, 2] });
  testLayer({ make, inputShape: [2, 3, 4, 2], outputShape: [2, 3, 4, 2], weights: { alpha: [1, 1, 2] } });
  testAgainstKeras('prelu shared', make, kerasParts.layers);
});

it('masks logits as Keras does', async () => {
  const { inputs, y } = kerasParts.merging['softmax mask']!;
  const [x, mask] = inputs.map((array) => fromKeras(array));
  await expectKeras(softmax().apply([x!, mask!.greater(0)]), y);
  await expectKeras(softmax().apply([x!, mask!.greater(0).cast('float32')]), y);
  expect(() => softmax().apply([ones([2, 3]), ones([2, 2])])).toThrow(
    'softmax: mask [2,2] does not fit x [2,3]; its sizes must be equal or 1',
  );
});

it('refuses options that make no sense', () => {
  expect(() => reLU({ maxValue: -1 })).toThrow(/^reLU: maxValue -1 is not accepted; use a number >= 0$/);
  expect(() => leakyReLU({ negativeSlope: -1 })).toThrow(/^leakyReLU: negativeSlope -1 is not accepted/);
  expect(() => elu({ alpha: NaN })).toThrow(/^elu: alpha null is not accepted; use a number$/);
  expect(() => softmax({ axis: 0.5 })).toThrow(/^softmax: axis 0.5 is not accepted; use a whole number or several$/);
  expect(() => prelu({ sharedAxes: [0] })).toThrow(
    /^prelu: sharedAxes \[0\] is not accepted; use a list of axes other than that of the batch, 0$/,
  );
  expect(() => {
    prelu({ sharedAxes: [3] }).build([null, 2]);
  }).toThrow('prelu: sharedAxes [3] are not all axes of the input [1,2]');
});

it('names slopes that do not fit', () => {
  const layer = prelu();
  layer.apply(zeros([1, 4, 2]));
  expect(() => layer.apply(zeros([1, 5, 2]))).toThrow(
    'prelu: input [1,5,2] does not fit the slopes [4,2]; share the axes that vary: sharedAxes: [1, 2]',
  );
});
