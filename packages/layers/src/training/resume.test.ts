import { expect, it } from 'vitest';
import * as layers from '../index.js';
import type { Batch, BatchSource, JsonValue } from './batches.js';
import { network, points, values } from './toy.fixture.js';

const options = { verbose: 0, epochs: 4, batchSize: 16, seed: 3 } as const;
const { x, y } = points(90); // 6 steps an epoch, the last one smaller

async function uninterrupted(): Promise<unknown> {
  const model = network();
  const { history, epoch } = await model.fit(x, y, options);
  return [history, epoch, await values(model)];
}

/** Trains up to a step, and tells the state as bytes. */
async function stoppedAfter(steps: number): Promise<Uint8Array> {
  const model = network();
  const controller = new AbortController();
  let taken = 0;
  const callbacks = { onBatchEnd: () => (++taken === steps ? controller.abort() : undefined) };
  const { interrupted } = await model.fit(x, y, { ...options, signal: controller.signal, callbacks });
  expect(interrupted).toBe(true);
  return layers.saveTrainingState(await model.state());
}

/** Another program's model goes on. */
async function resumed(bytes: Uint8Array): Promise<unknown> {
  const model = network({ seed: 99 });
  model.restore(layers.loadTrainingState(bytes));
  const { history, epoch } = await model.fit(x, y, options);
  return [history, epoch, await values(model)];
}

// In the first step, within an epoch, at its last and smaller batch, at the first batch of the next, near the end.
it.each([1, 4, 6, 7, 12, 17, 23])('goes on after step %i bit for bit', async (steps) => {
  expect(await resumed(await stoppedAfter(steps))).toEqual(await uninterrupted());
});

it('goes on from a state that a callback or another task took', async () => {
  const expected = await uninterrupted();
  const states: Promise<Uint8Array>[] = [];
  const save = async (model: layers.Model): Promise<Uint8Array> => layers.saveTrainingState(await model.state());
  const model = network();
  await model.fit(x, y, {
    ...options,
    callbacks: {
      onEpochEnd: async () => void states.push(Promise.resolve(await save(model))),
      onBatchEnd: (batch, _, { epoch }) => {
        if (epoch === 1 && batch === 2) setTimeout(() => void states.push(save(model)), 0);
        return new Promise((resolve) => setTimeout(resolve, 1));
      },
    },
  });
  expect(await values(model)).toEqual((expected as unknown[])[2]);
  expect(states).toHaveLength(5);
  for (const bytes of states.slice(0, -1)) expect(await resumed(await bytes)).toEqual(expected);
});

it('goes on for more epochs than were planned', async () => {
  const long = network();
  await long.fit(x, y, { ...options, epochs: 6 });
  const model = network();
  await model.fit(x, y, options);
  const next = network({ seed: 8 });
  next.restore(await model.state());
  const { epoch } = await next.fit(x, y, { ...options, epochs: 6 });
  expect(epoch).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await values(next)).toEqual(await values(long));
});

it('remembers the optimizer in a second fit, which begins at epoch 0', async () => {
  const model = network();
  await model.fit(x, y, { ...options, epochs: 1 });
  const { position } = await model.state();
  expect([position.step, position.epoch]).toEqual([6, 1]);
  const { epoch } = await model.fit(x, y, { ...options, epochs: 1 });
  expect(epoch).toEqual([0]);
  expect((await model.state()).position.step).toBe(12);
});

/** Batches as `@tesserajs/data` makes them: shuffled by epoch, with a place to return to. */
function source(): BatchSource {
  let cursor = { epoch: 0, batch: 0 };
  let atCursor = true;
  const data = new Float32Array(48).map((_, i) => Math.sin(i * 7));
  return {
    batchesPerEpoch: 4,
    examples: 24,
    state: () => ({ ...cursor }),
    restore: (state: JsonValue) => {
      cursor = { ...(state as typeof cursor) };
      atCursor = true;
    },
    *[Symbol.iterator](): Iterator<Batch> {
      const own = atCursor ? cursor : { epoch: cursor.epoch + 1, batch: 0 };
      cursor = own;
      atCursor = false;
      while (own.batch < 4) {
        const from = ((own.batch * 5 + own.epoch) % 4) * 6;
        const part = data.slice(from * 2, (from + 6) * 2);
        own.batch++;
        yield {
          inputs: { data: part, shape: [6, 2], dtype: 'float32' },
          targets: { data: new Uint8Array(6).map((_, i) => (part[2 * i]! > 0 ? 1 : 0)), shape: [6], dtype: 'uint8' },
        };
      }
      if (cursor === own) {
        cursor = { epoch: own.epoch + 1, batch: 0 };
        atCursor = true;
      }
    },
  };
}

it('trains on a batch source, and goes on where it was', async () => {
  const whole = network();
  const { history } = await whole.fit(source(), { verbose: 0, epochs: 3 });
  expect(history['loss']![2]).toBeLessThan(history['loss']![0]!);
  for (const steps of [3, 4, 9]) {
    const model = network();
    const controller = new AbortController();
    let taken = 0;
    await model.fit(source(), {
      verbose: 0,
      epochs: 3,
      signal: controller.signal,
      callbacks: { onBatchEnd: () => (++taken === steps ? controller.abort() : undefined) },
    });
    const next = network({ seed: 4 });
    next.restore(await model.state());
    expect((await next.fit(source(), { verbose: 0, epochs: 3 })).history).toEqual(history);
    expect(await values(next)).toEqual(await values(whole));
  }
});

it('takes asynchronous sources, and evaluates and predicts on them', async () => {
  const model = network();
  const asynchronous = {
    async *[Symbol.asyncIterator]() {
      for (const batch of source() as Iterable<Batch>) yield batch;
    },
  };
  await model.fit(asynchronous, { verbose: 0, validationData: asynchronous });
  const same = network();
  await same.fit(source(), { verbose: 0 });
  expect(await values(model)).toEqual(await values(same));
  expect((await model.predict(asynchronous)).shape).toEqual([24, 3]);
  expect(await model.evaluate(asynchronous)).toEqual(await model.evaluate(source()));
});

it('explains sources that do not fit', async () => {
  const list = async (...batches: Batch[]): Promise<unknown> => network().fit(batches, { verbose: 0 });
  const inputs = { data: new Float32Array(4), shape: [2, 2], dtype: 'float32' } as const;
  await expect(list()).rejects.toThrow('fit: the data holds no batches');
  await expect(list({ inputs })).rejects.toThrow('fit: the batches have no targets; a batch is { inputs, targets }');
  await expect(list({ inputs: [inputs, inputs] })).rejects.toThrow('fit: a batch has 2 inputs; this model takes one');
  const targets = { data: new Uint8Array(3), shape: [3], dtype: 'uint8' } as const;
  await expect(list({ inputs, targets })).rejects.toThrow(
    'fit: a batch has inputs [2,2] and targets [3]; axis 0 must be equal',
  );
  await expect(network().fit(source() as never, y as never, { verbose: 0 })).rejects.toThrow(
    'fit: a batch source brings its own targets',
  );
});

it('refuses to go on with other data, options or models', async () => {
  const bytes = await stoppedAfter(3);
  const state = layers.loadTrainingState(bytes);
  const resume = async (change: object, data = x): Promise<unknown> => {
    const model = network();
    model.restore(state);
    return model.fit(data, y.slice([0, data.shape[0]!]), { ...options, ...change });
  };
  await expect(resume({ seed: 4 })).rejects.toThrow(
    'fit: training cannot go on where it stopped: seed was 3 and now is 4; use the same data and options, or ' +
      'begin anew with a fresh model',
  );
  await expect(resume({ batchSize: 32 })).rejects.toThrow(
    /the arrangement of the data was {.*"batchSize":16.*and now is {.*"batchSize":32/,
  );
  await expect(resume({}, x.slice([0, 80]))).rejects.toThrow('the arrangement of the data was');
  await expect(resume({ initialEpoch: 2 })).rejects.toThrow('initialEpoch was 0 and now is 2');
  const other = network();
  const { losses, optimizers } = layers;
  const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
  other.compile({ optimizer: optimizers.adam({ beta2: 0.99 }), loss, metrics: ['accuracy'] });
  expect(() => other.restore(state)).toThrow(
    'restore: the state is that of the optimizer adam {"beta1":0.9,"beta2":0.999,"epsilon":1e-7}, ' +
      'the model was compiled with adam {"beta1":0.9,"beta2":0.99,"epsilon":1e-7}',
  );
  other.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  expect(() => other.restore(state)).toThrow(
    'restore: the state is that of the loss sparseCategoricalCrossentropy {"fromLogits":true}, the model was ' +
      'compiled with meanSquaredError {}',
  );
  other.compile({ optimizer: 'adam', loss });
  expect(() => other.restore(state)).toThrow(
    'restore: the state has 4 sums of loss and metrics, those that the model was compiled with have 2',
  );
  const small = layers.sequential([layers.dense({ units: 3 })], { inputShape: [2] });
  small.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
  expect(() => small.restore(state)).toThrow(
    'restore: optimizer.momentum.layers.0.kernel is float32 [2,12], the model needs float32 [2,3]',
  );
  const missing = { ...state, tensors: { ...state.tensors } };
  delete missing.tensors['model.layers.0.bias'];
  expect(() => network().restore(missing)).toThrow('restore: layers.0.bias is missing among the weights');
  await expect(network().state()).rejects.toThrow(
    'state: sequential has nothing to go on with: it was not trained yet, or the last fit failed',
  );
});

it('refuses files that hold no training state', async () => {
  const { saveTensors, zeros } = await import('@tesserajs/tensor');
  const file = (state: unknown): Promise<Uint8Array> =>
    saveTensors({ a: zeros([1]) }, { format: 'tessera-training-state', state: JSON.stringify(state) });
  const good = JSON.parse(JSON.stringify(layers.loadTrainingState(await stoppedAfter(1)).position)) as object;
  expect(() => layers.loadTrainingState(new Uint8Array(4))).toThrow(/^safetensors: 4 bytes are too few/);
  const plain = await saveTensors({ a: zeros([1]) });
  expect(() => layers.loadTrainingState(plain)).toThrow(
    'training state: the file holds tensors, but no training state',
  );
  const named = { name: 'adam', config: {} };
  const whole = { version: 1, optimizer: named, loss: named };
  const cases: [unknown, string][] = [
    [{ version: 2 }, 'training state: version 2 is not known; this package reads version 1'],
    [{ version: 1 }, 'training state: optimizer must be an object, got nothing'],
    [{ version: 1, optimizer: { name: 3 } }, 'training state: optimizer.name must be a text'],
    [whole, 'training state: position must be an object, got nothing'],
    [
      { ...whole, position: { ...good, step: -1 } },
      'training state: position.step must be a whole number >= 0, got -1',
    ],
    [{ ...whole, position: { ...good, totals: ['x'] } }, 'training state: position.totals must be a list of numbers'],
    [
      { ...whole, position: { ...good, history: { loss: 1 } } },
      'training state: position.history.loss must be a list of numbers',
    ],
    [[], 'training state: state must be an object, got []'],
  ];
  for (const [state, message] of cases) {
    const bytes = await file(state);
    expect(() => layers.loadTrainingState(bytes)).toThrow(message);
  }
});
