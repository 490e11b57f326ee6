import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { linalg, ones, random, setBackend, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as layers from '@tesserajs/layers';
import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import { lowRank } from './low-rank.fixture.js';

setBackend(onnxruntime());
const { stepScalars } = layers.optimizers;

it('changes a matrix by a matrix of rank k', async () => {
  const optimizer = lowRank(2, 8, { alpha: 1, momentum: 0 });
  const [w, g] = [zeros([8, 5]), random.normal(random.key(0), [8, 5])];
  const [[next]] = optimizer.update([w], [g], optimizer.init([w]), stepScalars(optimizer, 1, 1));
  expect(await linalg.matrixRank(next!).item()).toBe(2);
  const { u, s, vt } = linalg.svd(g);
  const top = u
    .slice(null, [0, 2])
    .mul(s.slice([0, 2]))
    .matmul(vt.slice([0, 2]));
  const expected = await top
    .div(s.slice([0, 4]).square().sum().sqrt())
    .neg()
    .data('float64');
  (await next!.data('float64')).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
});

it('keeps the largest coordinates alone', async () => {
  const optimizer = lowRank(1, 10, { alpha: 0.1, momentum: 0 });
  const [w, g] = [zeros([10, 10]), random.normal(random.key(1), [10, 10])];
  const [[next]] = optimizer.update([w], [g], optimizer.init([w]), stepScalars(optimizer, 1, 1));
  expect((await next!.data('float64')).filter((value) => value !== 0)).toHaveLength(10);
});

it('decays alone by (1 − lr · wd)^t', async () => {
  const optimizer = lowRank(1, 2, { weightDecay: 0.5 });
  let params: readonly Tensor[] = [ones([2, 3])];
  let state = optimizer.init(params);
  for (let t = 1; t <= 5; t++)
    [params, state] = optimizer.update(params, [zeros([2, 3])], state, stepScalars(optimizer, 0.1, t));
  (await params[0]!.data('float64')).forEach((value) => expect(value).toBeCloseTo((1 - 0.05) ** 5, 6));
});

const folder = '/usr/share/datasets/fashion-mnist';
// It takes most of a minute: only on demand.
const isLeftOut = process.env['TESSERA_LONG'] === undefined || !existsSync(folder);

function read(name: string, header: number): Uint8Array {
  return gunzipSync(readFileSync(`${folder}/${name}-ubyte.gz`)).subarray(header);
}

function images(name: string, count: number): Tensor {
  const pixels = read(name, 16).subarray(0, count * 784);
  return tensor(
    Float32Array.from(pixels, (x) => x / 255),
    { shape: [count, 784] },
  );
}

it.skipIf(isLeftOut)(
  'trains two matrices of different shape and their biases on Fashion-MNIST',
  async () => {
    const model = layers.sequential([
      layers.dense({ units: 32, activation: 'relu', inputShape: [784] }),
      layers.dense({ units: 10 }),
    ]);
    const learningRate = layers.schedules.cosineDecay({ initialLearningRate: 0.08, decaySteps: 960 });
    model.compile({
      optimizer: lowRank(16, 32, { learningRate, weightDecay: 0.001 }),
      loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ['accuracy'],
    });
    const y = tensor(new Uint8Array(read('train-labels-idx1', 8).subarray(0, 40960)));
    await model.fit(images('train-images-idx3', 40960), y, { epochs: 3, batchSize: 128, verbose: 0 });
    const test = tensor(new Uint8Array(read('t10k-labels-idx1', 8)));
    const { accuracy } = await model.evaluate(images('t10k-images-idx3', 10000), test, { batchSize: 500 });
    expect(accuracy).toBeGreaterThanOrEqual(0.85);
  },
  120_000,
);
