import { getBackend, referenceBackend, setBackend, type Backend, type Executable } from '@tesserajs/tensor';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as layers from '../index.js';
import { points } from './toy.fixture.js';

let runs = 0;

/** The reference backend, but each run begins later than it is asked for, as on a device: its inputs must wait for it. */
const slow: Backend = {
  ...referenceBackend,
  name: 'slow',
  compile(graph, options) {
    const inner = referenceBackend.compile(graph, options) as Executable;
    return {
      stats: inner.stats,
      dispose: () => undefined,
      async run(inputs) {
        runs++;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return inner.run(inputs);
      },
    };
  },
};

const before = getBackend();
beforeEach(() => {
  runs = 0;
});
afterEach(() => {
  setBackend(before);
});

const { x, y } = points(330);

async function train(): Promise<unknown> {
  const model = layers.sequential(
    [
      layers.dense({ units: 40, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [2] },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(x, y, { verbose: 0, epochs: 3, batchSize: 32, validationSplit: 0.1 });
  const evaluation = await model.evaluate(x, y, { batchSize: 50 });
  const predictions = await (await model.predict(x, { batchSize: 50 })).data();
  return { history, evaluation, predictions };
}

it('gives the same on a backend whose runs end later', async () => {
  const expected = await train();
  expect(runs).toBe(0);
  setBackend(slow);
  expect(await train()).toEqual(expected);
  expect(runs).toBeGreaterThan(30);
});
