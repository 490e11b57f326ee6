import { ones, zeros, type Tensor } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { expectKeras, fromKeras } from '../../fixtures/keras.fixture.js';
import { kerasParts } from '../../fixtures/keras-parts.fixture.js';
import { model } from '../../models/functional.js';
import { input } from '../../models/input.js';
import { activation } from '../activation/activation.js';
import { testLayer } from '../contract.fixture.js';
import type { Layer } from '../layer.js';
import { add } from './add.js';
import { concatenate } from './concatenate.js';
import { dot } from './dot.js';
import { average, maximum, minimum, multiply, subtract } from './elementwise.js';

type Merge = Layer<readonly Tensor[]>;

const makers: Record<string, () => Merge> = {
  add: () => add(),
  'add ranks': () => add(),
  subtract: () => subtract(),
  multiply: () => multiply(),
  'multiply broadcast': () => multiply(),
  average: () => average(),
  maximum: () => maximum(),
  minimum: () => minimum(),
  concatenate: () => concatenate(),
  'concatenate axis': () => concatenate({ axis: 1 }),
  dot: () => dot({ axes: [1, 2] }),
  'dot vectors': () => dot({ axes: -1 }),
  'dot normalize': () => dot({ axes: 2, normalize: true }),
  'dot four': () => dot({ axes: [1, 3] }),
};

it.each(Object.entries(makers))('%s gives what Keras gives', async (name, make) => {
  const { inputs, y } = kerasParts.merging[name]!;
  await expectKeras(make().apply(inputs.map((x) => fromKeras(x))), y);
});

// Beside x, what another layer makes of it, so that one tensor goes in.
function inOne(merge: Merge): Layer {
  const x = input({ shape: [3, 4] });
  return model({ inputs: x, outputs: merge.apply([x, activation({ activation: 'sigmoid' }).apply(x)]) }) as Layer;
}

const outputShapes: Record<string, [() => Merge, number[]]> = {
  add: [() => add(), [2, 3, 4]],
  subtract: [() => subtract(), [2, 3, 4]],
  multiply: [() => multiply(), [2, 3, 4]],
  average: [() => average(), [2, 3, 4]],
  maximum: [() => maximum(), [2, 3, 4]],
  minimum: [() => minimum(), [2, 3, 4]],
  concatenate: [() => concatenate({ axis: 1 }), [2, 6, 4]],
  dot: [() => dot({ axes: 1 }), [2, 4, 4]],
  'dot of unit vectors': [() => dot({ axes: -1, normalize: true }), [2, 3, 3]],
};

describe.each(Object.entries(outputShapes))('%s', (_, [make, outputShape]) => {
  testLayer({ make: () => inOne(make()), inputShape: [2, 3, 4], outputShape, weights: {} });
});

it('gives the result for a list at once', async () => {
  const [x, y] = [ones([1, 2]), ones([1, 2]).mul(3)];
  expect(await subtract([y, x]).array()).toEqual([[2, 2]]);
  expect(await average([x, y]).array()).toEqual([[2, 2]]);
  expect(await maximum([x, y]).array()).toEqual([[3, 3]]);
  expect(await minimum([x, y]).array()).toEqual([[1, 1]]);
  expect(await multiply([x, y, y]).array()).toEqual([[9, 9]]);
  expect(await concatenate([x, y]).array()).toEqual([[1, 1, 3, 3]]);
  expect(await dot([x, y], { axes: 1 }).array()).toEqual([[6]]);
});

it('names inputs that do not fit', () => {
  expect(() => subtract([ones([1]), ones([1]), ones([1])])).toThrow(
    'subtract: got 3 inputs; it takes two: apply([x, y])',
  );
  expect(() => maximum([zeros([2, 3]), zeros([2, 4])])).toThrow(
    'maximum: inputs [2,3] and [2,4] differ in axis 1; sizes must be equal or 1',
  );
  expect(() => concatenate([zeros([2, 3])])).toThrow('concatenate: got 1 inputs; apply it to a list of at least two');
  expect(() => concatenate([zeros([2, 3, 1]), zeros([2, 4, 1])])).toThrow(
    'concatenate: inputs [2,3,1] and [2,4,1] must have the same axes, and equal sizes but for axis -1',
  );
  expect(() => dot([zeros([2, 3]), zeros([2, 4])], { axes: 1 })).toThrow(
    'dot: inputs [2,3] and [2,4] must have the same batch size, and equal sizes in axes 1 and 1',
  );
  expect(() => dot([zeros([2, 3])], { axes: 1 })).toThrow('dot: got 1 inputs; it takes two: apply([x, y])');
  expect(() => dot({ axes: 0 })).toThrow(
    /^dot: axes 0 is not accepted; use a whole number other than 0, or two of them$/,
  );
});
