import * as layers from '@tesserajs/layers';
import { expect, it } from 'vitest';
import { Recorder } from './recorder.js';

/** 50 examples in batches of 1, or of 3 with a last one of 2. */
async function record(batchSize: number, recorder: Recorder, epochs = 2): Promise<void> {
  const x = { data: Float32Array.from({ length: 100 }, (_, i) => Math.sin(i)), shape: [50, 2] };
  const y = { data: Int32Array.from({ length: 50 }, (_, i) => i % 3), shape: [50] };
  const model = layers.sequential([layers.dense({ units: 3, inputShape: [2] })]);
  const loss = layers.losses.sparseCategoricalCrossentropy({ fromLogits: true });
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
  const validationData = [x, y] as const;
  await model.fit(x, y, { epochs, batchSize, validationData, callbacks: recorder.callback, verbose: 0 });
}

it('the curve goes through the means of a few steps; together they are the mean of the epoch', async () => {
  const recorder = new Recorder(50);
  await record(1, recorder);
  const { curve, epochs, stepMilliseconds, seconds } = recorder.record;
  expect(stepMilliseconds.length).toBe(100);
  expect(seconds).toBeGreaterThan(0);
  expect(curve.length).toBe(2 * 24);
  expect([curve[23]!.epochs, curve[47]!.epochs]).toEqual([1, 2]);
  const steps = curve.map((point, i) => Math.round(50 * (point.epochs - (curve[i - 1]?.epochs ?? 0))));
  expect(new Set(steps)).toEqual(new Set([2, 3]));
  const mean = (name: 'loss' | 'accuracy'): number =>
    curve.slice(0, 24).reduce((sum, point, i) => sum + point[name] * steps[i]!, 0) / 50;
  expect(mean('loss')).toBeCloseTo(epochs[0]!.loss, 5);
  expect(mean('accuracy')).toBeCloseTo(epochs[0]!.accuracy, 5);
  expect(epochs.length).toBe(2);
  expect(epochs[1]!.testLoss).toBeGreaterThan(0);
  expect(epochs[1]!.testAccuracy).toBeLessThanOrEqual(1);
});

it('a smaller last batch counts by its size', async () => {
  const recorder = new Recorder(17);
  await record(3, recorder, 1);
  const { curve, epochs } = recorder.record;
  const loss = curve.reduce((sum, point, i) => sum + point.loss * (i === 16 ? 2 : 3), 0) / 50;
  expect(loss).toBeCloseTo(epochs[0]!.loss, 5);
});

it('goes on with what was written down before', async () => {
  const before = {
    curve: [{ epochs: 1, loss: 9, accuracy: 0.5 }],
    epochs: [{ loss: 9, accuracy: 0.5, testLoss: 8, testAccuracy: 0.6 }],
    stepMilliseconds: [7],
    seconds: 1000,
  };
  const recorder = new Recorder(17, before);
  await record(3, recorder, 1);
  const { curve, epochs, stepMilliseconds, seconds } = recorder.record;
  expect([curve.length, epochs.length, stepMilliseconds.length]).toEqual([18, 2, 18]);
  expect([curve[0], epochs[0], stepMilliseconds[0]]).toEqual([before.curve[0], before.epochs[0], 7]);
  expect(seconds).toBeGreaterThan(1000);
  expect(before.curve.length).toBe(1);
});
