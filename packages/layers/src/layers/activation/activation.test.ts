import { describe, expect, it } from 'vitest';
import { activationNames } from '../../activations.js';
import { expectKeras, fromKeras, keras } from '../../fixtures/keras.fixture.js';
import { kerasParts as parts } from '../../fixtures/keras-parts.fixture.js';
import { testLayer } from '../contract.fixture.js';
import { activation } from './activation.js';

describe('activation', () => {
  testLayer({
    make: () => activation({ activation: 'softmax' }),
    inputShape: [2, 3],
    outputShape: [2, 3],
    weights: {},
  });
});

describe.each(activationNames)('activation %s', (name) => {
  const outputShape = [2, name === 'glu' ? 3 : 6];
  testLayer({ make: () => activation({ activation: name }), inputShape: [2, 6], outputShape, weights: {} });

  it('gives what Keras gives', async () => {
    const old = keras.activations[name];
    const x = fromKeras(old === undefined ? parts.points : keras.activations['x']!);
    await expectKeras(activation({ activation: name }).apply(x), old ?? parts.activations[name]!);
  });
});

it('takes a function', async () => {
  const layer = activation({ activation: (x) => x.mul(2) });
  await expectKeras(layer.apply(fromKeras({ shape: [1], data: [3] })), { shape: [1], data: [6] });
  expect(() => activation({ activation: 'x' as never })).toThrow(/^activation: activation "x" is not known/);
});
