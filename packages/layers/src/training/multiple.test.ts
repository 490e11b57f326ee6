import { concat, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { expectKeras, fromKeras, readFixture, type KerasArray } from '../fixtures/keras.fixture.js';
import * as layers from '../index.js';
import { setWeights } from '../module/weights.js';
import type { HostTensor } from './host-tensor.js';
import { network, points, values } from './toy.fixture.js';

interface KerasRun {
  readonly history: Record<string, number[]>;
  readonly end: KerasArray[];
}
const keras = readFixture<
  Record<'a' | 'b' | 'price' | 'kind' | 'weight', KerasArray> & {
    names: string[];
    start: KerasArray[];
    plain: KerasRun;
    weighted: KerasRun;
  }
>('keras-training');

interface Inputs {
  readonly a: Tensor;
  readonly b: Tensor;
}
interface Outputs {
  readonly price: Tensor;
  readonly kind: Tensor;
}

/** Two inputs, two outputs, as a class of one's own. */
class Two extends layers.Model<Inputs, Outputs> {
  left = layers.dense({ units: 4, activation: 'tanh' });
  right = layers.dense({ units: 3, activation: 'tanh' });
  kind = layers.dense({ units: 3, activation: 'softmax' });
  price = layers.dense({ units: 1 });
  constructor() {
    super('two');
  }
  call({ a, b }: Inputs, ctx: layers.Context): Outputs {
    const hidden = concat([this.left.apply(a, ctx), this.right.apply(b, ctx)], -1);
    return { price: this.price.apply(hidden, ctx), kind: this.kind.apply(hidden, ctx) };
  }
}

const x = { a: fromKeras(keras.a, 'float32'), b: fromKeras(keras.b, 'float32') };
const y = { price: fromKeras(keras.price, 'float32'), kind: fromKeras(keras.kind, 'int32') };
const quiet = { verbose: 0, batchSize: 3, epochs: 2, shuffle: false } as const;

function two(): Two {
  const model = new Two();
  model.build({ a: [null, 3], b: [null, 2] });
  setWeights(
    model,
    keras.start.map((w) => fromKeras(w, 'float32')),
  );
  model.compile({
    optimizer: layers.optimizers.sgd({ learningRate: 0.1 }),
    loss: { price: 'meanSquaredError', kind: 'sparseCategoricalCrossentropy' },
    lossWeights: { price: 0.5, kind: 2 },
    metrics: { kind: ['accuracy'] },
    weightedMetrics: { kind: ['accuracy'] },
  });
  return model;
}

it.each(['plain', 'weighted'] as const)('trains two outputs as Keras does: %s', async (run) => {
  const model = two();
  const sampleWeight = run === 'weighted' ? { sampleWeight: fromKeras(keras.weight, 'float32') } : {};
  const { history } = await model.fit(x, y, { ...quiet, ...sampleWeight });
  const names: Record<string, string> = {
    loss: 'loss',
    priceLoss: 'price_loss',
    kindLoss: 'kind_loss',
    kindAccuracy: 'kind_accuracy',
    kindWeightedAccuracy: 'kind_weighted_accuracy',
  };
  expect(Object.keys(history).toSorted()).toEqual(Object.keys(names).toSorted());
  for (const [own, theirs] of Object.entries(names)) {
    history[own]!.forEach((value, epoch) => {
      expect(value, own).toBeCloseTo(keras[run].history[theirs]![epoch]!, 5);
    });
  }
  for (const [i, weight] of model.weights.entries()) await expectKeras(weight.tensor, keras[run].end[i]!, 1e-6);
});

it('takes batches, several steps at a time, of the same values as arrays', async () => {
  const expected = two();
  await expected.fit(x, y, { ...quiet, sampleWeight: fromKeras(keras.weight, 'float32') });
  const host = ({ shape, data }: KerasArray, from: number, integer = false): HostTensor => {
    const size = data.length / shape[0]!;
    const part = data.slice(from * size, (from + 3) * size);
    return {
      data: integer ? Int32Array.from(part) : Float32Array.from(part),
      shape: [3, ...shape.slice(1)],
      dtype: integer ? 'int32' : 'float32',
    };
  };
  const batches = [0, 3].map((from) => ({
    inputs: { a: host(keras.a, from), b: host(keras.b, from) },
    targets: { price: host(keras.price, from), kind: host(keras.kind, from, true) },
    sampleWeight: host(keras.weight, from),
  }));
  for (const stepsPerExecution of [1, 2]) {
    const model = two();
    await model.fit(batches, { verbose: 0, epochs: 2, stepsPerExecution });
    expect(await values(model as never)).toEqual(await values(expected as never));
    expect(await model.evaluate(batches)).toEqual(
      await model.evaluate(x, y, { batchSize: 3, sampleWeight: fromKeras(keras.weight, 'float32') }),
    );
  }
});

it('predicts all outputs, and goes on after a checkpoint', async () => {
  const model = two();
  const whole = two();
  await whole.fit(x, y, quiet);
  await model.fit(x, y, { ...quiet, epochs: 1 });
  const next = two();
  next.restore(layers.loadTrainingState(await layers.saveTrainingState(await model.state())));
  await next.fit(x, y, quiet);
  expect(await values(next as never)).toEqual(await values(whole as never));
  const { price, kind } = await model.predict(x, { batchSize: 4 });
  expect([price.shape, kind.shape]).toEqual([
    [6, 1],
    [6, 3],
  ]);
  expect(await kind.data()).toEqual(await (await model.predict(x)).kind.data());
});

it('explains what does not fit several inputs and outputs', async () => {
  const fails = (data: unknown, targets: unknown, message: string): Promise<void> =>
    expect(two().fit(data as never, targets as never, quiet)).rejects.toThrow(message);
  await fails(x, y.price, 'fit: the model has the outputs kind, price; the targets must be a list or record like them');
  await fails(x, { price: y.price }, 'fit: the targets of the output kind are missing');
  await fails(x, { ...y, size: y.price }, 'fit: the targets hold size, but the model has the outputs kind, price');
  await fails({ a: x.a }, y, 'fit: a batch has 1 inputs; this model takes 2: a, b');
  await fails({ a: x.a, c: x.b }, y, 'fit: a batch has 2 inputs; this model takes 2: a, b, not a, c');
  await fails(
    { ...x, b: zeros([5, 2]) },
    y,
    'fit: x.a has 6 examples and x.b 5; both need the same number along axis 0',
  );
  await fails(3, y, 'fit: x is no data; use tensors or { data, shape }, alone or in lists and records');
  const model = two();
  model.compile({ optimizer: 'sgd', loss: { cost: 'meanSquaredError' } });
  await expect(model.fit(x, y, quiet)).rejects.toThrow(
    "fit: compile's loss names the output cost, but the model has the outputs kind, price",
  );
});

it('leaves outputs without a loss alone', async () => {
  const model = two();
  model.compile({ optimizer: 'sgd', loss: { price: 'meanSquaredError' } });
  const [kernel, price] = [model.kind.kernel!, model.price.kernel!];
  const { history } = await model.fit(x, { price: y.price }, quiet);
  expect(Object.keys(history)).toEqual(['loss', 'priceLoss']);
  expect(await model.kind.kernel!.data()).toEqual(await kernel.data());
  expect(await model.price.kernel!.data()).not.toEqual(await price.data());
});

it('weighs examples by class, as by weights of their own', async () => {
  const { x, y } = points(30);
  const labels = await y.data();
  const classWeight = { 0: 1, 1: 0.25, 2: 4 } as const;
  const byClass = Float32Array.from(labels as Int32Array, (label) => classWeight[label as 0 | 1 | 2]);
  const options = { verbose: 0, batchSize: 8, epochs: 2 } as const;
  const expected = network();
  await expected.fit(x, y, { ...options, sampleWeight: tensor(byClass) });
  const model = network();
  await model.fit(x, y, { ...options, classWeight });
  expect(await values(model)).toEqual(await values(expected));
  const both = network();
  await both.fit(x, y, { ...options, classWeight, sampleWeight: tensor(byClass.map((w) => 1 / w)) });
  const plain = network();
  await plain.fit(x, y, options);
  expect(await values(both)).toEqual(await values(plain));
  expect(await values(model)).not.toEqual(await values(plain));
  await expect(network().fit(x, y, { ...options, classWeight: { 0: 1 } })).rejects.toThrow(
    /^fit: classWeight has no weight for class [12]; it has 0$/,
  );
  await expect(network().fit(x, y, { ...options, sampleWeight: zeros([30, 2]) })).rejects.toThrow(
    'sparseCategoricalCrossentropy: sample weights [8,2] do not fit the losses of the examples, [8]; give one weight ' +
      'per example',
  );
});
