import { maximum, ones, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as layers from '../index.js';

const maximumError: layers.metrics.StreamingMetric<{ largest: Tensor; counts: Tensor }> = {
  name: 'maximumError',
  init: () => ({ largest: zeros([]), counts: zeros([2]) }),
  update({ largest, counts }, targets, predictions) {
    return {
      largest: maximum(largest, predictions.sub(targets).abs().max()),
      counts: counts.add(ones([2])),
    };
  },
  result: ({ largest }) => largest,
};
const x = tensor([[1], [2], [3], [-7], [5]]);
const y = zeros([5, 1]);

function compiled(): layers.Sequential {
  const model = layers.sequential([layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })]);
  const metrics = ['accuracy', maximumError, (t: Tensor, p: Tensor) => p.sub(t).abs()] as const;
  model.compile({ optimizer: layers.optimizers.sgd({ learningRate: 0 }), loss: 'meanSquaredError', metrics });
  return model;
}

it('carries a state of several tensors from batch to batch', async () => {
  const model = compiled();
  const logs = await model.evaluate(x, y, { batchSize: 2 });
  expect(logs['maximumError']).toBe(7);
  expect(logs['metric']).toBeCloseTo(18 / 5, 12);
  const { history } = await model.fit(x, y, { batchSize: 2, verbose: 0, epochs: 2 });
  expect(history['maximumError']).toEqual([7, 7]);
});

it('tells callbacks of batches about metrics that are means', async () => {
  const seen: [number, string[]][] = [];
  await compiled().fit(x, y, {
    batchSize: 2,
    verbose: 0,
    shuffle: false,
    callbacks: {
      onBatchEnd: (_, logs, { batchLogs }) => void seen.push([logs['maximumError']!, Object.keys(batchLogs)]),
    },
  });
  const names = ['loss', 'accuracy', 'metric'];
  expect(seen).toEqual([
    [2, names],
    [7, names],
    [7, names],
  ]);
});

it('goes on where it was when training is resumed in the middle of an epoch', async () => {
  const first = compiled();
  const stop = new AbortController();
  const options = { batchSize: 2, verbose: 0, shuffle: false } as const;
  const onBatchEnd = (batch: number): void => void (batch === 1 && stop.abort());
  await first.fit(x, y, { ...options, signal: stop.signal, callbacks: { onBatchEnd } });
  const second = compiled();
  second.restore(layers.loadTrainingState(await layers.saveTrainingState(await first.state())));
  const { history } = await second.fit(x, y, options);
  expect(history['maximumError']).toEqual([7]);
  expect(history['metric']![0]).toBeCloseTo(18 / 5, 12);
});
