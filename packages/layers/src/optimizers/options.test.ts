import { compile, ones, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import * as layers from '../index.js';
import * as optimizers from '../optimizers.js';

const { dense, schedules, sequential } = layers;
const [x, y] = [ones([8, 2]), zeros([8, 1])];

function trained(optimizer: optimizers.Optimizer): layers.Sequential {
  const model = sequential([dense({ units: 3, inputShape: [2] }), dense({ units: 1 })]);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}
const values = (model: layers.Sequential): Promise<number[][]> =>
  Promise.all(model.weights.map(async ({ tensor }) => [...(await tensor.data('float32'))]));
const quiet = { verbose: 0, batchSize: 2, shuffle: false } as const;

it('gives in one compiled step what it gives step by step', async () => {
  const optimizer = optimizers.adamW({
    learningRate: 0.1,
    clipNorm: 0.5,
    useEma: true,
    emaMomentum: 0.5,
    emaOverwriteFrequency: 2,
    gradientAccumulationSteps: 2,
  });
  const start = [tensor([1, -2])];
  const grad = (w: Tensor): Tensor => w.mul(3);
  const step = compile((params: readonly Tensor[], state: optimizers.OptimizerState, scalars: optimizers.HostScalars) =>
    optimizer.update(params, params.map(grad), state, scalars),
  );
  let [a, stateA] = [start as readonly Tensor[], optimizer.init(start)];
  let [b, stateB] = [a, stateA];
  for (let t = 1; t <= 6; t++) {
    const scalars = optimizers.stepScalars(optimizer, 0.1, t);
    [a, stateA] = optimizer.update(a, a.map(grad), stateA, scalars);
    [b, stateB] = step(b, stateB, scalars);
    const [eager, compiled] = await Promise.all([a[0]!.data('float64'), b[0]!.data('float64')]);
    eager.forEach((value, i) => expect(compiled[i]).toBeCloseTo(value, 6));
  }
});

it('accumulates: two half batches give the step of the whole one', async () => {
  const whole = trained(optimizers.sgd({ learningRate: 0.1 }));
  await whole.fit(x, y, { ...quiet, batchSize: 4 });
  const halves = trained(optimizers.sgd({ learningRate: 0.1, gradientAccumulationSteps: 2 }));
  await halves.fit(x, y, quiet);
  const [a, b] = [await values(whole), await values(halves)];
  a.flat().forEach((value, i) => expect(b.flat()[i]).toBeCloseTo(value, 6));
  const grouped = trained(optimizers.sgd({ learningRate: 0.1, gradientAccumulationSteps: 2 }));
  await grouped.fit(x, y, { ...quiet, stepsPerExecution: 2 });
  expect(await values(grouped)).toEqual(b);
});

it('gives the model the average of its weights when training is complete, and not before', async () => {
  const seen: number[][][] = [];
  const plain = trained(optimizers.sgd({ learningRate: 0.1 }));
  const onEpochEnd = async (): Promise<void> => void seen.push(await values(plain));
  await plain.fit(x, y, { ...quiet, batchSize: 8, epochs: 3, callbacks: { onEpochEnd } });
  const averaged = trained(optimizers.sgd({ learningRate: 0.1, useEma: true, emaMomentum: 0.5 }));
  let before: number[][] = [];
  await averaged.fit(x, y, {
    ...quiet,
    batchSize: 8,
    epochs: 3,
    callbacks: { onEpochEnd: async () => void (before = await values(averaged)) },
  });
  expect(before).toEqual(seen[2]);
  const after = await values(averaged);
  after.flat().forEach((value, i) => {
    const [first, second, third] = seen.map((list) => list.flat()[i]!);
    expect(value).toBeCloseTo(0.25 * first! + 0.25 * second! + 0.5 * third!, 6);
  });
});

it('decays alone by (1 − lr · wd)^t', async () => {
  const optimizer = optimizers.sgd({ learningRate: 0.5, weightDecay: 0.1 });
  let params: readonly Tensor[] = [tensor([1, -4])];
  for (let t = 1; t <= 10; t++)
    [params] = optimizer.update(params, [zeros([2])], {}, optimizers.stepScalars(optimizer, 0.5, t));
  const expected = (1 - 0.5 * 0.1) ** 10;
  const [a, b] = await params[0]!.data('float64');
  expect(a).toBeCloseTo(expected, 6);
  expect(b).toBeCloseTo(-4 * expected, 5);
});

it('follows a schedule, which resumes exactly', async () => {
  const rates: number[] = [];
  const learningRate = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5 });
  const make = (): layers.Sequential => {
    const inner = optimizers.adam({ learningRate });
    return trained({ ...inner, scalars: (rate, step) => (rates.push(rate), inner.scalars!(rate, step)) });
  };
  const whole = make();
  await whole.fit(x, y, { ...quiet, epochs: 2 });
  const expected = Array.from({ length: 8 }, (_, i) => 0.1 * 0.5 ** (i / 2));
  expect(rates.filter((rate) => rate > 0)).toEqual(expected);

  const first = make();
  const stop = new AbortController();
  await first.fit(x, y, {
    ...quiet,
    epochs: 2,
    signal: stop.signal,
    callbacks: { onBatchEnd: (batch) => void (batch === 2 && stop.abort()) },
  });
  const second = make();
  second.restore(layers.loadTrainingState(await layers.saveTrainingState(await first.state())));
  await second.fit(x, y, { ...quiet, epochs: 2 });
  expect(await values(second)).toEqual(await values(whole));

  const other = trained(optimizers.adam());
  const state = await first.state();
  expect(() => other.restore(state)).toThrow(/restore: the state is that of the optimizer adam .*exponentialDecay/);
});

it('trains groups of parameters by their paths', async () => {
  const optimizer = optimizers.multiOptimizer({
    groups: [
      { match: /bias$/, optimizer: optimizers.sgd({ learningRate: 0 }) },
      { match: 'layers.0', optimizer: optimizers.adam({ learningRate: 0.1 }) },
    ],
    fallback: optimizers.sgd({ learningRate: 0.01, momentum: 0.9 }),
  });
  const model = trained(optimizer);
  const before = await values(model);
  await model.fit(x, y, { ...quiet, epochs: 2 });
  const after = await values(model);
  expect(model.weights.map(({ path }) => path)).toEqual([
    'layers.0.kernel',
    'layers.0.bias',
    'layers.1.kernel',
    'layers.1.bias',
  ]);
  expect([after[1], after[3]]).toEqual([before[1], before[3]]);
  expect(after[0]).not.toEqual(before[0]);
  expect(after[2]).not.toEqual(before[2]);
  const { tensors } = await model.state();
  const memory = Object.keys(tensors).filter((path) => path.startsWith('optimizer.'));
  expect(memory).toHaveLength(3);
  expect(() => optimizer.init([tensor([1])])).toThrow('multiOptimizer: 1 parameters came with no paths');
});

it('each group goes as it would alone', async () => {
  const [w0, w1] = [tensor([1, 2]), tensor([3])];
  const [a, b] = [optimizers.adam({ learningRate: 0.1 }), optimizers.lion({ learningRate: 0.2 })];
  const both = optimizers.multiOptimizer({ groups: [{ match: /a/, optimizer: a }], fallback: b });
  const grads = [tensor([0.5, -1]), tensor([2])];
  const paths = ['a', 'b'];
  const [next] = both.update([w0, w1], grads, both.init([w0, w1], paths), optimizers.stepScalars(both, 1, 1), paths);
  const [[alone]] = a.update([w0], [grads[0]!], a.init([w0]), optimizers.stepScalars(a, 0.1, 1));
  expect(await next[0]!.data()).toEqual(await alone!.data());
  const [[other]] = b.update([w1], [grads[1]!], b.init([w1]), optimizers.stepScalars(b, 0.2, 1));
  expect(await next[1]!.data()).toEqual(await other!.data());
});

it('gives the average of schedule-free weights', async () => {
  const optimizer = optimizers.scheduleFreeAdamW({ learningRate: 0.1 });
  let params: readonly Tensor[] = [tensor([1, 2])];
  let state = optimizer.init(params);
  const means: number[] = [];
  for (let t = 1; t <= 4; t++) {
    [params, state] = optimizer.update(params, [tensor([0.5, -1])], state, optimizers.stepScalars(optimizer, 0.1, t));
    means.push((await state['momentum']![0]!.data('float64'))[0]!);
  }
  const [x0] = await optimizer.finalWeights!(params, state)[0]!.data('float64');
  expect(x0).toBeCloseTo(means.reduce((sum, z) => sum + z, 0) / 4, 5);
});

it('refuses options that make no sense', () => {
  expect(() => optimizers.sgd({ clipNorm: 1, clipValue: 1 })).toThrow(
    'sgd: clipNorm, clipValue and globalClipNorm exclude each other; give one of them',
  );
  expect(() => optimizers.adam({ weightDecay: -1 })).toThrow('adam: weightDecay -1 is not accepted');
  expect(() => optimizers.adam({ emaMomentum: 0.9 })).toThrow('need useEma: true');
  expect(() => optimizers.adam({ gradientAccumulationSteps: 0 })).toThrow(
    'adam: gradientAccumulationSteps 0 is not accepted; use a whole number >= 1',
  );
  expect(() => schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 0 })).toThrow(
    'cosineDecay: decaySteps 0 is not accepted; use a number above 0',
  );
  expect(() => schedules.piecewiseConstantDecay({ boundaries: [1], values: [1] })).toThrow(
    'piecewiseConstantDecay: 1 boundaries need 2 values, got 1',
  );
});

it('says what a compiled step is missing', () => {
  const optimizer = optimizers.adamax();
  const w = [tensor([1])];
  const step = compile((rate: number, step: number) =>
    optimizer.update(w, w, optimizer.init(w), { learningRate: rate, step }),
  );
  expect(() => step(0.1, 1)).toThrow(
    'adamax: a compiled step got no rate; pass all of optimizers.stepScalars(optimizer, learningRate, step) to it',
  );
});
