import { ones, random } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { applyModule } from '../../module/apply-module.js';
import { testLayer } from '../contract.fixture.js';
import { dropout } from './dropout.js';

describe('dropout', () => {
  testLayer({ make: () => dropout({ rate: 0.4 }), inputShape: [3, 4], outputShape: [3, 4], weights: {} });
});

it('zeros a share of the values and scales the others, while training', async () => {
  const layer = dropout({ rate: 0.25 });
  const [y] = applyModule(layer, ones([40_000]), { training: true, key: random.key(1) });
  const values = [...((await y.data()) as Float32Array)];
  expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  const share = values.filter((value) => value === 0).length / values.length;
  expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 40_000));
  expect(await layer.apply(ones([4])).array()).toEqual([1, 1, 1, 1]);
});

it('needs a key while training, and a rate below 1', () => {
  expect(() => applyModule(dropout({ rate: 0.5 }), ones([2]), { training: true })).toThrow(
    'Dropout: this run has no random key; pass one: applyModule(model, x, { training: true, key })',
  );
  expect(() => dropout({ rate: 1 })).toThrow('dropout: rate 1 is not accepted; use 0 up to, but not including, 1');
});
