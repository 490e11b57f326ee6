import { log, random, tensor, valueAndGrad, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/regularization/dropout.js';
import { add } from '../layers/merging/add.js';
import { model } from '../models/functional.js';
import { input } from '../models/input.js';
import { sequential } from '../models/sequential.js';
import { Module } from '../module/module.js';

const x = tensor([
  [1, -2],
  [3, 4],
]);

it('tells what each layer gives, in numbers that can be computed by hand', async () => {
  const net = sequential(
    [
      dense({ units: 2, kernelInitializer: 'ones', activation: 'relu' }),
      dense({ units: 1, kernelInitializer: 'ones' }),
    ],
    { inputShape: [2] },
  );
  const { layers, weights, loss } = await net.probe(x);
  // relu of the sums −1 and 7, twice; their sums
  expect(layers.map(({ path, type }) => [path, type])).toEqual([
    ['layers.dense', 'Dense'],
    ['layers.dense_1', 'Dense'],
  ]);
  expect(layers[0]!.output).toMatchObject({
    shape: [2, 2],
    dtype: 'float32',
    mean: 3.5,
    std: 3.5,
    min: 0,
    max: 7,
    zeros: 0.5,
    nans: 0,
  });
  expect(await layers[1]!.output.tensor.array()).toEqual([[0], [14]]);
  expect(weights[0]!.value).toMatchObject({ shape: [2, 2], mean: 1, std: 0 });
  expect([layers[0]!.gradient, weights[0]!.gradient, loss]).toEqual([null, null, null]);
});

it('tells the gradients of activations and weights', async () => {
  const net = sequential([dense({ units: 3, activation: 'tanh' }), dropout({ rate: 0.5 }), dense({ units: 1 })], {
    inputShape: [2],
    seed: 1,
  });
  net.layers[2]!.trainable = false;
  const loss = (y: Tensor): Tensor => y.square().sum();
  const probe = await net.probe(x, { gradients: loss });
  const [value, grads] = valueAndGrad((m: typeof net) => loss(m.apply(x)))(net);
  expect(probe.loss).toBeCloseTo(await value.item(), 5);
  const own = (grads.layers[0] as unknown as ReturnType<typeof dense>).kernel!;
  expect(await probe.weights[0]!.gradient!.tensor.data()).toEqual(await own.data());
  expect(probe.weights[2]!.gradient).toBeNull();
  // d sum(y²) / dy = 2y, and by the kernel to what goes into the last layer
  const y = net.apply(x);
  const hidden = y.mul(2).matmul((net.layers[2] as ReturnType<typeof dense>).kernel!.transpose());
  expect(await probe.layers[2]!.gradient!.tensor.data()).toEqual(await y.mul(2).data());
  expect(await probe.layers[1]!.gradient!.tensor.data()).toEqual(await hidden.data());
  expect(await probe.layers[0]!.gradient!.tensor.data()).toEqual(await hidden.data());
});

it('looks into nested models, and at layers as often as they run', async () => {
  const a = input({ shape: [2] });
  const shared = sequential([dense({ units: 2, name: 'inner' })], { name: 'shared' });
  const net = model({ inputs: a, outputs: [add([shared.apply(shared.apply(a)), a])] });
  const { layers } = await net.probe(x, { gradients: true });
  expect(layers.map(({ path }) => path)).toEqual([
    'layers.shared.layers.inner',
    'layers.shared',
    'layers.shared.layers.inner',
    'layers.shared',
    'layers.add',
  ]);
  expect(layers.at(-1)!.gradient!.mean).toBeCloseTo(1 / 4, 6);
});

it('counts NaN, takes keys, and builds models', async () => {
  class Log extends Module {
    call(x: Tensor): Tensor {
      return log(x);
    }
  }
  const net = sequential([new Log(), dropout({ rate: 0.5 })]);
  const { layers } = await net.probe(x, { training: true, key: random.key(2) });
  expect(layers[0]!.output.nans).toBe(0.25);
  expect(layers[0]!.output.mean).toBeNaN();
  const fresh = sequential([dense({ units: 3 })]);
  expect((await fresh.probe(x)).layers[0]!.output.shape).toEqual([2, 3]);
});
