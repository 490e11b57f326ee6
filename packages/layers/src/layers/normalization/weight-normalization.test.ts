import { random } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { conv2d } from '../convolution/conv.js';
import { dense } from '../dense.js';
import { weightNormalization } from './weight-normalization.js';

const { layers } = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-normalization');

describe('weightNormalization', () => {
  testLayer({
    make: () => weightNormalization({ layer: conv2d({ filters: 3, kernelSize: 2 }) }),
    inputShape: [1, 3, 3, 2],
    outputShape: [1, 2, 2, 3],
    weights: { 'layer.kernel': [2, 2, 2, 3], 'layer.bias': [3], magnitude: [3] },
  });
});

testAgainstKeras('weight', () => weightNormalization({ layer: dense({ units: 3 }) }), layers);

it('computes at first what the layer alone does', async () => {
  const inner = dense({ units: 3 });
  const layer = weightNormalization({ layer: inner });
  const x = random.normal(random.key(0), [2, 4]);
  const y = await layer.apply(x).data();
  (await inner.apply(x).data()).forEach((value, i) => expect(y[i]).toBeCloseTo(Number(value), 5));
});
