import { debug, log } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as layers from '../index.js';
import { points } from './toy.fixture.js';

/** A model whose loss is the logarithm of a negative number. */
function broken(): layers.Sequential {
  const model = layers.sequential([layers.dense({ units: 1 })], { inputShape: [2] });
  const loss: layers.losses.LossFunction = (_, predictions) => log(predictions.square().neg().sub(1)).sum(-1);
  model.compile({ optimizer: 'sgd', loss });
  return model;
}

it('tells how to find the operation that made a loss NaN', async () => {
  const { x, y } = points(8);
  await expect(broken().fit(x, y, { verbose: 0 })).rejects.toThrow(
    /^fit: the loss is not finite at epoch 1, step 1 \(NaN\); .* debug\.nans\(\) before fit names the operation/,
  );
});

it('names that operation with debug.nans()', async () => {
  const { x, y } = points(8);
  const restore = debug.nans();
  try {
    await expect(broken().fit(x, y, { verbose: 0 })).rejects.toThrow(/^log made NaN: 8 of 8 elements/);
  } finally {
    restore();
  }
});
