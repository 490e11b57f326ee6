import { describe, expect, it } from 'vitest';
import { activationNames } from '../activations.js';
import { expectKeras, fromKeras, keras } from '../fixtures/keras.fixture.js';
import { activation } from './activation.js';
import { testLayer } from './contract.fixture.js';

describe('activation', () => {
  testLayer({
    make: () => activation({ activation: 'softmax' }),
    inputShape: [2, 3],
    outputShape: [2, 3],
    weights: {},
  });
});

describe.each(activationNames)('activation %s', (name) => {
  testLayer({ make: () => activation({ activation: name }), inputShape: [2, 5], outputShape: [2, 5], weights: {} });

  it('gives what Keras gives', async () => {
    await expectKeras(
      activation({ activation: name }).apply(fromKeras(keras.activations['x']!)),
      keras.activations[name]!,
    );
  });
});

it('takes a function', async () => {
  const layer = activation({ activation: (x) => x.mul(2) });
  await expectKeras(layer.apply(fromKeras({ shape: [1], data: [3] })), { shape: [1], data: [6] });
  expect(() => activation({ activation: 'x' as never })).toThrow(/^activation: activation "x" is not known/);
});
