import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as layers from '../index.js';
import { network, points, values } from '../training/toy.fixture.js';
import type { Callback, CallbackContext } from '../training/callbacks.js';
import { maskedCrc } from './event-file.js';
import keras from '../fixtures/keras-callbacks.fixture.json' with { type: 'json' };

const { x, y } = points(60);
const quiet = { verbose: 0, batchSize: 20 } as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-callbacks-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Calls a callback with given values of the logs, epoch by epoch; tells when it stopped and what it set. */
async function play(callback: Callback, name: string, series: readonly number[]): Promise<[number | null, number[]]> {
  let stopped = false;
  const rates: number[] = [];
  const context: CallbackContext = {
    model: network(),
    learningRate: 1,
    interrupted: false,
    stop: () => void (stopped = true),
    writeWeights: () => Promise.resolve(),
  };
  await callback.onTrainBegin?.(context);
  for (const [epoch, value] of series.entries()) {
    await callback.onEpochEnd?.(epoch, { loss: 0, [name]: value }, context);
    rates.push(context.learningRate);
    if (stopped) return [epoch, rates];
  }
  return [null, rates];
}

it.each(keras.earlyStopping)(
  'earlyStopping stops when Keras does: %j',
  async ({ options, monitor, series, stopped }) => {
    const callback = layers.callbacks.earlyStopping({ monitor, ...(options as object) });
    expect((await play(callback, monitor, series))[0]).toBe(stopped);
  },
);

it.each(keras.reduceLROnPlateau)('reduceLROnPlateau lowers when Keras does: %j', async ({ options, series, rates }) => {
  const [, own] = await play(layers.callbacks.reduceLROnPlateau(options as object), 'valLoss', series);
  expect(own.map((rate) => rate.toPrecision(6))).toEqual(rates.map((rate) => rate.toPrecision(6)));
});

it('restores the weights of the best epoch, at an early end and at the last epoch', async () => {
  for (const patience of [1, 100]) {
    const model = network({ learningRate: 0.3 });
    const seen: { loss: number; weights: number[][] }[] = [];
    const watch: Callback = {
      onEpochEnd: async (_, logs) => void seen.push({ loss: logs['valLoss']!, weights: await values(model) }),
    };
    const stopping = layers.callbacks.earlyStopping({ patience, restoreBestWeights: true });
    await model.fit(x, y, { ...quiet, epochs: 12, validationSplit: 0.3, callbacks: [watch, stopping] });
    const best = seen.reduce((a, b) => (b.loss < a.loss ? b : a));
    expect(seen.length).toBeLessThanOrEqual(patience === 1 ? 11 : 12);
    expect(await values(model)).toEqual(best.weights);
    expect(best).not.toBe(seen.at(-1));
  }
});

it('keeps the last weights when training was interrupted', async () => {
  const model = network({ learningRate: 0.3 });
  const controller = new AbortController();
  let last: number[][] = [];
  const watch: Callback = {
    onEpochEnd: async (epoch) => {
      last = await values(model);
      if (epoch === 5) controller.abort();
    },
  };
  const stopping = layers.callbacks.earlyStopping({ monitor: 'loss', patience: 50, restoreBestWeights: true });
  await model.fit(x, y, { ...quiet, epochs: 12, signal: controller.signal, callbacks: [watch, stopping] });
  expect(await values(model)).toEqual(last);
});

it('explains values that there are not, and names that tell no direction', async () => {
  const fit = (callback: Callback): Promise<unknown> => network().fit(x, y, { ...quiet, callbacks: callback });
  await expect(fit(layers.callbacks.earlyStopping())).rejects.toThrow(
    'earlyStopping: the logs have no valLoss; they hold loss, accuracy; give fit validationData or validationSplit, ' +
      'or watch another',
  );
  await expect(fit(layers.callbacks.reduceLROnPlateau({ monitor: 'f1Score' }))).rejects.toThrow(
    'reduceLROnPlateau: the logs have no f1Score; they hold loss, accuracy, learningRate; watch one of them',
  );
  expect(() => layers.callbacks.earlyStopping({ monitor: 'speed' })).toThrow(
    "earlyStopping: the name speed does not tell whether smaller or larger is better; give mode: 'min' or 'max'",
  );
  expect(() => layers.callbacks.earlyStopping({ patience: -1 })).toThrow(
    'earlyStopping: patience -1 is not accepted; use a whole number >= 0',
  );
  expect(() => layers.callbacks.earlyStopping({ mode: 'least' as never })).toThrow(
    `earlyStopping: mode "least" is not known; use 'auto', 'min' or 'max'`,
  );
  expect(() => layers.callbacks.reduceLROnPlateau({ factor: 1 })).toThrow(
    'reduceLROnPlateau: factor 1 is not accepted; use a number between 0 and 1',
  );
  expect(() => layers.callbacks.modelCheckpoint('a', { save: 'all' as never })).toThrow(
    `modelCheckpoint: save "all" is not known; use 'model', 'weights' or 'checkpoint'`,
  );
  const wrong: Callback = { onEpochBegin: (_, context) => (context.learningRate = -1) };
  await expect(fit(wrong)).rejects.toThrow('fit: learningRate -1 is not accepted; use a number >= 0');
});

it('sets the learning rate of the steps', async () => {
  const { learningRateScheduler } = layers.callbacks;
  const model = network();
  const { history } = await model.fit(x, y, {
    ...quiet,
    epochs: 3,
    callbacks: learningRateScheduler((epoch, rate) => (epoch === 2 ? 0 : rate / 2)),
  });
  expect(history['learningRate']).toEqual([0.01, 0.005, 0]);
  const two = network();
  await two.fit(x, y, { ...quiet, epochs: 2, callbacks: learningRateScheduler((_, rate) => rate / 2) });
  expect(await values(model)).toEqual(await values(two)); // a rate of 0 changes nothing
});

const schedulers: [string, () => Callback][] = [
  ['learningRateScheduler', () => layers.callbacks.learningRateScheduler((_, rate) => rate * 0.7)],
  [
    'reduceLROnPlateau',
    () => layers.callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 1, factor: 0.5, minDelta: 0.05 }),
  ],
  [
    'earlyStopping',
    () =>
      layers.callbacks.earlyStopping({ monitor: 'accuracy', patience: 2, minDelta: 0.03, restoreBestWeights: true }),
  ],
];

it.each(schedulers)('%s goes on after an interruption as if there had been none', async (name, make) => {
  const options = { ...quiet, epochs: 12 };
  const whole = network();
  const expected = await whole.fit(x, y, { ...options, callbacks: make() });
  for (const steps of [1, 5, 6, 10, 14]) {
    const file = join(folder, `${name}-${steps}.checkpoint`);
    const fit = (signal: AbortSignal | undefined, stop: Callback): Promise<[layers.History, layers.Model]> => {
      const model = network();
      const callbacks = [layers.callbacks.backupAndRestore(file), make(), stop];
      const plan = { ...options, callbacks, ...(signal === undefined ? {} : { signal }) };
      return model.fit(x, y, plan).then((history) => [history, model]);
    };
    const controller = new AbortController();
    let taken = 0;
    await fit(controller.signal, { onBatchEnd: () => void (++taken === steps && controller.abort()) });
    const [history, model] = await fit(undefined, {});
    expect(history).toEqual(expected);
    expect(await values(model)).toEqual(await values(whole));
    await expect(stat(file)).rejects.toThrow('ENOENT');
  }
});

it('goes on at a backup between two epochs and within one', async () => {
  const options = { ...quiet, epochs: 6 };
  const whole = network();
  const expected = await whole.fit(x, y, options);
  for (const saveFrequency of ['epoch', 2] as const) {
    const file = join(folder, `backup-${saveFrequency}`);
    const backup = (): Callback => layers.callbacks.backupAndRestore(file, { saveFrequency });
    const fail: Callback = { onEpochBegin: (epoch) => (epoch === 3 ? Promise.reject(new Error('power')) : undefined) };
    await expect(network().fit(x, y, { ...options, callbacks: [fail, backup()] })).rejects.toThrow('power');
    const model = network();
    const { history } = await model.fit(x, y, { ...options, callbacks: backup() });
    expect(history).toEqual(expected.history);
    expect(await values(model)).toEqual(await values(whole));
  }
});

it('writes the model when it is the best', async () => {
  const path = join(folder, 'best');
  const model = network({ learningRate: 0.3 });
  const seen: [number, number[][]][] = [];
  const watch: Callback = {
    onEpochEnd: async (_, { valAccuracy }) => void seen.push([valAccuracy!, await values(model)]),
  };
  const best = layers.callbacks.modelCheckpoint(path, { saveBestOnly: true, monitor: 'valAccuracy' });
  await model.fit(x, y, { ...quiet, epochs: 8, validationSplit: 0.3, callbacks: [best, watch] });
  const [, weights] = seen.reduce((a, b) => (b[0] > a[0] ? b : a));
  const loaded = await layers.loadModelFiles(path);
  expect(await values(loaded)).toEqual(weights);
  expect(await readdir(path)).toEqual(['model.json', 'model.safetensors']);
});

it('writes weights and checkpoints, by epoch or by steps', async () => {
  const { modelCheckpoint } = layers.callbacks;
  const model = network();
  await model.fit(x, y, {
    ...quiet,
    epochs: 2,
    callbacks: [
      modelCheckpoint((epoch) => join(folder, `w${epoch}.safetensors`), { save: 'weights' }),
      modelCheckpoint(join(folder, 'steps.checkpoint'), { save: 'checkpoint', saveFrequency: 4 }),
      modelCheckpoint(join(folder, 'never'), { saveBestOnly: true, monitor: 'loss', initialValueThreshold: 0 }),
    ],
  });
  const copy = network({ seed: 5 });
  await layers.loadWeights(copy, join(folder, 'w1.safetensors'));
  expect(await values(copy)).toEqual(await values(model));
  await layers.loadWeights(copy, join(folder, 'w0.safetensors'));
  expect(await values(copy)).not.toEqual(await values(model));
  await layers.loadCheckpoint(copy, join(folder, 'steps.checkpoint'));
  expect((await copy.state()).position).toMatchObject({ step: 4, epoch: 1, batch: 1 });
  await expect(stat(join(folder, 'never'))).rejects.toThrow('ENOENT');
});

it('logs as CSV, and goes on with a file', async () => {
  const file = join(folder, 'log.csv');
  const rows = async (): Promise<string[]> => (await readFile(file, 'utf8')).split('\n');
  const fit = (epochs: number, initialEpoch: number, append: boolean): Promise<unknown> =>
    network().fit(x, y, { ...quiet, epochs, initialEpoch, callbacks: layers.callbacks.csvLogger(file, { append }) });
  await fit(3, 0, false);
  const first = await rows();
  expect(first[0]).toBe('epoch,accuracy,loss');
  expect(first.map((row) => row.split(',')[0])).toEqual(['epoch', '0', '1', '2', '']);
  await fit(4, 2, true);
  const next = await rows();
  expect(next.slice(0, 3)).toEqual(first.slice(0, 3));
  expect(next.map((row) => row.split(',')[0])).toEqual(['epoch', '0', '1', '2', '3', '']);
  await writeFile(file, 'epoch,loss\n0,1\n');
  await expect(fit(1, 0, true)).rejects.toThrow(
    /csvLogger: .*log.csv has the columns epoch,loss, this training epoch,accuracy,loss; use another file, or append/,
  );
  expect(await rows()).toEqual(['epoch,loss', '0,1', '']);
});

it('has the checksums of RFC 3720', () => {
  const unmask = (masked: number): number => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  expect(unmask(maskedCrc(new Uint8Array(32)))).toBe(0x8a9136aa);
  expect(unmask(maskedCrc(new Uint8Array(32).fill(255)))).toBe(0x62a8ab43);
  expect(unmask(maskedCrc(Uint8Array.from({ length: 32 }, (_, i) => i)))).toBe(0x46dd794e);
});

it('writes event files by train and validation', async () => {
  const logs = join(folder, 'logs');
  const board = layers.callbacks.tensorBoard(logs, { updateFrequency: 2, histogramFrequency: 1 });
  await network().fit(x, y, { ...quiet, epochs: 2, validationSplit: 0.2, callbacks: board });
  for (const part of ['train', 'validation']) {
    const [file] = await readdir(join(logs, part));
    const bytes = await readFile(join(logs, part, file!));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let [at, records] = [0, 0];
    for (; at < bytes.length; records++) {
      const length = Number(view.getBigUint64(at, true));
      expect(view.getUint32(at + 8, true)).toBe(maskedCrc(bytes.subarray(at, at + 8)));
      expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc(bytes.subarray(at + 12, at + 12 + length)));
      at += length + 16;
    }
    // Version and epochs; in training also three pairs of steps, and a histogram per epoch.
    expect([at, records]).toEqual([bytes.length, part === 'train' ? 1 + 2 + 3 + 2 : 1 + 2]);
  }
});
