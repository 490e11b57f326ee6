import { compile, random, tensor, tree, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { fromKeras, keras } from '../fixtures/keras.fixture.js';
import * as layers from '../index.js';
import { network, points, values } from './toy.fixture.js';

const quiet = { verbose: 0 } as const;

it('learns what there is to learn', async () => {
  const { x, y } = points(300);
  const model = network();
  const { epoch, history, interrupted } = await model.fit(x, y, { ...quiet, epochs: 25 });
  expect(epoch).toEqual(Array.from({ length: 25 }, (_, i) => i));
  expect(interrupted).toBe(false);
  expect(history['loss']).toHaveLength(25);
  expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]! / 4);
  const { loss, accuracy } = await model.evaluate(x, y);
  expect(loss).toBeLessThan(0.2);
  expect(accuracy).toBeGreaterThan(0.95);
});

it('goes where Keras goes, with a smaller last batch', async () => {
  const { x, y, start, end, loss, accuracy, evaluate, predict } = keras.training;
  const model = layers.sequential(
    [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
    { inputShape: [6, 6, 1] },
  );
  const [conv, , , dense] = model.layers as [layers.Conv2d, unknown, unknown, layers.Dense];
  [conv.kernel, conv.bias, dense.kernel, dense.bias] = start.map((w) => fromKeras(w, 'float32')) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  model.compile({
    optimizer: layers.optimizers.adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const data = [fromKeras(x, 'float32'), fromKeras(y, 'uint8')] as const;
  const { history } = await model.fit(...data, { ...quiet, batchSize: 4, epochs: 3, shuffle: false });
  history['loss']!.forEach((value, i) => expect(value).toBeCloseTo(loss[i]!, 5));
  history['accuracy']!.forEach((value, i) => expect(value).toBeCloseTo(accuracy[i]!, 6));
  (await values(model)).forEach((list, i) =>
    list.forEach((value, k) => expect(value).toBeCloseTo(end[i]!.data[k]!, 5)),
  );
  const found = await model.evaluate(...data, { batchSize: 4 });
  expect(found['loss']).toBeCloseTo(evaluate.loss, 5);
  expect(found['accuracy']).toBeCloseTo(evaluate.accuracy, 6);
  const output = await model.predict(data[0], { batchSize: 3 });
  expect(output.shape).toEqual([10, 4]);
  (await output.data('float64')).forEach((value, i) => expect(value).toBeCloseTo(predict.data[i]!, 5));
});

it('gives the same bits for the same seed, and others for another', async () => {
  const { x, y } = points(70);
  const run = async (seed: number): Promise<unknown> => {
    const model = network();
    const { history } = await model.fit(x, y, { ...quiet, epochs: 3, batchSize: 16, seed });
    return [history, await values(model)];
  };
  const first = await run(5);
  expect(await run(5)).toEqual(first);
  expect(await run(6)).not.toEqual(first);
});

it('draws dropout masks by seed, also without shuffling', async () => {
  const { x, y } = points(32);
  const run = async (seed: number): Promise<unknown> => {
    const model = network({ rate: 0.5 });
    await model.fit(x, y, { ...quiet, seed, shuffle: false });
    return values(model);
  };
  expect(await run(1)).not.toEqual(await run(2));
});

it('draws other masks in each step', async () => {
  class Draw extends layers.Module {
    static override readonly stateFields: readonly string[] = ['drawn'];
    drawn: Tensor = zeros([]);
    call(x: Tensor, ctx: layers.Context): Tensor {
      if (ctx.training) ctx.update(this, { drawn: random.uniform(ctx.key(), []) });
      return x;
    }
  }
  const { x, y } = points(32);
  const run = async (): Promise<number[]> => {
    const draw = new Draw();
    const model = layers.sequential([draw, layers.dense({ units: 3, activation: 'softmax' })], { inputShape: [2] });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const drawn: number[] = [];
    const onBatchEnd: layers.Callback['onBatchEnd'] = async (_batch, _logs, { writeWeights }) => {
      await writeWeights();
      drawn.push(await draw.drawn.item());
    };
    await model.fit(x, y, { ...quiet, epochs: 2, batchSize: 16, callbacks: { onBatchEnd } });
    return drawn;
  };
  const drawn = await run();
  expect(new Set(drawn).size).toBe(4);
  expect(await run()).toEqual(drawn);
});

it('leaves tensors of the user as they are', async () => {
  const { x, y } = points(40);
  const model = network();
  const before = model.weights.map(({ tensor }) => tensor);
  const numbers = await values(model);
  await model.fit(x, y, { ...quiet, epochs: 2 });
  expect(await Promise.all(before.map(async (w) => [...(await w.data('float64'))]))).toEqual(numbers);
  const after = tree.leaves(model);
  await model.fit(x, y, quiet);
  for (const w of [...after, x, y]) await w.data();
});

it('converts bytes in each batch', async () => {
  const { x, y } = points(24);
  const floats = x.mul(50).add(100).clip(0, 255).cast('uint8').cast('float32');
  const run = async (inputs: layers.ArrayData): Promise<unknown> => {
    const model = network();
    await model.fit(inputs, y, { ...quiet, batchSize: 10 });
    return [await values(model), await (await model.predict(inputs)).data()];
  };
  const bytes = { data: (await floats.cast('uint8').data()) as Uint8Array, shape: [24, 2] };
  expect(await run(bytes)).toEqual(await run(floats));
});

it('validates on data of its own, or on the last part of the arrays', async () => {
  const { x, y } = points(50);
  const [trainX, trainY] = [x.slice([0, 40]), y.slice([0, 40])];
  const [validX, validY] = [x.slice([40, 50]), y.slice([40, 50])];
  const options = { ...quiet, epochs: 2, batchSize: 16 };
  const split = await network().fit(x, y, { ...options, validationSplit: 0.2 });
  const model = network();
  const given = await model.fit(trainX, trainY, { ...options, validationData: [validX, validY] });
  expect(split.history).toEqual(given.history);
  expect(Object.keys(given.history)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
  const { loss, accuracy } = await model.evaluate(validX, validY, { batchSize: 16 });
  expect([given.history['valLoss']!.at(-1), given.history['valAccuracy']!.at(-1)]).toEqual([loss, accuracy]);
});

it('averages over examples, not over batches', async () => {
  const model = layers.sequential([layers.dense({ units: 1, kernelInitializer: 'zeros' })], { inputShape: [1] });
  model.compile({ optimizer: layers.optimizers.sgd({ learningRate: 0 }), loss: 'meanSquaredError' });
  const [x, y] = [zeros([3, 1]), tensor([[0], [0], [3]])];
  const { history } = await model.fit(x, y, { ...quiet, batchSize: 2, shuffle: false });
  expect(history['loss']).toEqual([3]);
  expect(await model.evaluate(x, y, { batchSize: 2 })).toEqual({ loss: 3 });
});

it('calls callbacks at its stages, with the weights of the moment', async () => {
  const { x, y } = points(20);
  const model = network();
  const calls: string[] = [];
  const losses: number[] = [];
  let firstBatch: unknown;
  const start = await values(model);
  await model.fit(x, y, {
    ...quiet,
    epochs: 2,
    batchSize: 8,
    callbacks: [
      {
        onTrainBegin: () => void calls.push('begin'),
        onEpochBegin: (epoch) => void calls.push(`epoch ${epoch}`),
        onBatchEnd: async (batch, logs, { batchLogs, examples, epoch, ...context }) => {
          calls.push(`batch ${batch} of ${examples}`);
          losses.push(batchLogs['loss']! * examples);
          if (epoch === 0 && batch === 0) {
            expect(await values(model)).toEqual(start);
            await context.writeWeights();
            firstBatch = await values(model);
            expect(firstBatch).not.toEqual(start);
            expect(batchLogs['loss']).toBeCloseTo(logs['loss']!, 6);
          }
        },
        onEpochEnd: (epoch, logs) => {
          calls.push(`end ${epoch}`);
          expect(losses.splice(0).reduce((a, b) => a + b) / 20).toBeCloseTo(logs['loss']!, 5);
        },
        onTrainEnd: () => void calls.push('end'),
      },
    ],
  });
  const epoch = (n: number): string[] => [`epoch ${n}`, 'batch 0 of 8', 'batch 1 of 8', 'batch 2 of 4', `end ${n}`];
  expect(calls).toEqual(['begin', ...epoch(0), ...epoch(1), 'end']);
});

it('holds the trained weights when callbacks see the end of an epoch', async () => {
  const { x, y } = points(20);
  const model = network();
  const seen: unknown[] = [];
  await model.fit(x, y, {
    ...quiet,
    epochs: 2,
    callbacks: { onEpochEnd: async () => void seen.push(await values(model)) },
  });
  expect(seen[1]).toEqual(await values(model));
  expect(seen[0]).not.toEqual(seen[1]);
});

it('stops when a callback asks for it', async () => {
  const { x, y } = points(64);
  const { epoch, interrupted } = await network().fit(x, y, {
    ...quiet,
    epochs: 10,
    callbacks: { onEpochEnd: (n, _, { stop }) => (n === 2 ? stop() : undefined) },
  });
  expect(epoch).toEqual([0, 1, 2]);
  expect(interrupted).toBe(false);
});

it('stops after the current step when the signal says so, and keeps what it has learned', async () => {
  const { x, y } = points(64);
  const model = network();
  const start = await values(model);
  const controller = new AbortController();
  let steps = 0;
  const { epoch, interrupted } = await model.fit(x, y, {
    ...quiet,
    epochs: 4,
    batchSize: 16,
    signal: controller.signal,
    callbacks: { onBatchEnd: () => (++steps === 6 ? controller.abort() : undefined) },
  });
  expect([steps, epoch, interrupted]).toEqual([6, [0], true]);
  expect(await values(model)).not.toEqual(start);
  const nothing = await model.fit(x, y, { ...quiet, signal: AbortSignal.abort() });
  expect([nothing.epoch, nothing.interrupted]).toEqual([[], true]);
});

it('lets timers run, so that a signal can come from outside', async () => {
  const { x, y } = points(64);
  const { interrupted } = await network().fit(x, y, { ...quiet, epochs: 100_000, signal: AbortSignal.timeout(120) });
  expect(interrupted).toBe(true);
});

it('stops at a loss that is not finite, naming epoch and step, with the weights from before the epoch', async () => {
  const { x, y } = points(64);
  const data = (await x.data()) as Float32Array;
  data[2 * 40] = NaN;
  const model = network();
  await model.fit(x, y, quiet);
  let before: unknown;
  const run = model.fit({ data, shape: [64, 2] }, y, {
    ...quiet,
    epochs: 2,
    batchSize: 16,
    shuffle: false,
    callbacks: { onEpochBegin: async () => (before = await values(model)) },
  });
  await expect(run).rejects.toThrow(
    'fit: the loss is not finite at epoch 1, step 3 (NaN); lower the learning rate, or look for NaN and very ' +
      'large values ' +
      'in the data; debug.nans() before fit names the operation that made it; the model keeps the weights from ' +
      'before this epoch',
  );
  await expect(run).rejects.toMatchObject({ name: 'NonFiniteLossError', code: 'EXECUTION', epoch: 0, batch: 2 });
  expect(await values(model)).toEqual(before);
  await expect(model.state()).rejects.toThrow('state: sequential has nothing to go on with');
  const { history } = await model.fit({ data, shape: [64, 2] }, y, { ...quiet, terminateOnNaN: false });
  expect(history['loss']).toEqual([NaN]);
});

it('uses one executable per shape, and the learning rate of the moment', async () => {
  const { x, y } = points(20);
  const model = network({ rate: 0 });
  const rates: number[] = [];
  const sgd: layers.optimizers.Optimizer = { ...layers.optimizers.sgd({ learningRate: 0.5 }) };
  let traces = 0;
  const counted: layers.optimizers.Optimizer = {
    ...sgd,
    update(...args) {
      traces++;
      return sgd.update(...args);
    },
    scalars(rate) {
      rates.push(rate);
      return {};
    },
  };
  model.compile({ optimizer: counted, loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  await model.fit(x, y, {
    ...quiet,
    epochs: 3,
    batchSize: 8,
    callbacks: { onEpochEnd: () => void (counted.learningRate = (counted.learningRate as number) / 2) },
  });
  expect(traces).toBe(2);
  expect(rates).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125]);
  const start = await values(model);
  await model.fit(x, y, { ...quiet, learningRate: 0 });
  expect(await values(model)).toEqual(start);
});

it('trains nothing that is frozen', async () => {
  const { x, y } = points(32);
  const model = network();
  (model.layers[0] as layers.Dense).trainable = false;
  const before = await values(model);
  await model.fit(x, y, quiet);
  const after = await values(model);
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after[2]).not.toEqual(before[2]);
  for (const layer of model.layers as layers.Layer[]) layer.trainable = false;
  model.compile({ optimizer: 'sgd', loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
  await expect(model.fit(x, y, quiet)).rejects.toThrow(
    'fit: sequential has nothing to train: no weights, or all of them are frozen (trainable: false)',
  );
});

it('carries state that modules update', async () => {
  class Count extends layers.Module {
    static override readonly stateFields: readonly string[] = ['seen'];
    seen: Tensor = zeros([]);
    call(x: Tensor, ctx: layers.Context): Tensor {
      if (ctx.training) ctx.update(this, { seen: this.seen.add(x.shape[0]!) });
      return x;
    }
  }
  const { x, y } = points(20);
  const count = new Count();
  const seen: Tensor[] = [];
  const model = layers.sequential([count, layers.dense({ units: 3, activation: 'softmax' })], { inputShape: [2] });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const callbacks = { onEpochEnd: () => void seen.push(count.seen) };
  await model.fit(x, y, { ...quiet, epochs: 2, batchSize: 8, callbacks });
  expect(await count.seen.item()).toBe(40);
  expect(await Promise.all(seen.map((t) => t.item()))).toEqual([20, 40]);
});

it('builds the model from the first batch', async () => {
  const { x, y } = points(20);
  const make = (): layers.Sequential => {
    const model = layers.sequential([layers.dense({ units: 3, activation: 'softmax' })]);
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    return model;
  };
  const model = make();
  await model.fit(x, y, quiet);
  expect(model.countParams()).toBe(9);
  expect((await make().predict(x)).shape).toEqual([20, 3]);
  expect(Object.keys(await make().evaluate(x, y))).toEqual(['loss']);
});

it('predicts the same as apply, compiled or not', async () => {
  const { x } = points(33);
  const model = network();
  const expected = await model.apply(x).data();
  expect(await (await model.predict(x, { batchSize: 8 })).data()).toEqual(expected);
  expect(await compile((x: Tensor) => model.apply(x))(x).data()).toEqual(expected);
});

it('predicts with what the model is now', async () => {
  class Scale extends layers.Module {
    factor = 2;
    call(x: Tensor): Tensor {
      return x.mul(this.factor);
    }
  }
  const scale = new Scale();
  const model = layers.sequential([scale]);
  const predict = async (): Promise<unknown> => (await model.predict(tensor([1, 2]))).array();
  expect(await predict()).toEqual([2, 4]);
  scale.factor = 3;
  expect(await predict()).toEqual([3, 6]);
});

it('explains what is missing or does not fit', async () => {
  const { x, y } = points(8);
  const bare = layers.sequential([layers.dense({ units: 3, activation: 'softmax' })], { inputShape: [2] });
  await expect(bare.fit(x, y)).rejects.toThrow(
    "fit: sequential has no loss yet; call model.compile({ optimizer: 'adam', loss: 'meanSquaredError' }) first",
  );
  await expect(bare.evaluate(x, y)).rejects.toThrow('evaluate: sequential has no loss yet');
  const model = network();
  await expect(model.fit(x, y.slice([0, 7]))).rejects.toThrow(
    'fit: x has 8 examples and y 7; both need the same number along axis 0',
  );
  await expect(model.fit(x as never)).rejects.toThrow('fit: targets are missing; call fit(x, y, options)');
  await expect(model.fit(x, tensor(new Int32Array(8).fill(3)), quiet)).rejects.toThrow(
    'sparseCategoricalCrossentropy: target 3 at position 0 is no class; the model gives 3 classes: 0 to 2',
  );
  await expect(model.fit(x, zeros([8, 3]), quiet)).rejects.toThrow(
    "they look one-hot; use the loss 'categoricalCrossentropy'",
  );
  await expect(model.fit(zeros([8, 5]), y, quiet)).rejects.toThrow(
    'dense: input [8,5] has 5 features, the kernel was built for 2',
  );
  await expect(model.fit(x, y, { ...quiet, batchSize: 0 })).rejects.toThrow(
    'fit: batchSize 0 is not accepted; use a whole number >= 1',
  );
  await expect(model.fit(x, y, { epochs: 1.5 })).rejects.toThrow(
    'fit: epochs 1.5 is not accepted; use a whole number >= 0',
  );
  await expect(model.fit(x, y, { seed: -1 })).rejects.toThrow('fit: seed -1 is not accepted; use a whole number >= 0');
  await expect(model.fit(x, y, { validationSplit: 0.99 })).rejects.toThrow(
    'fit: validationSplit 0.99 of 8 examples leaves nothing to train on or to validate with; use a share between ' +
      '0 and 1',
  );
  await expect(model.fit(tensor(1), y)).rejects.toThrow(
    'fit: x is a scalar; it needs an axis of examples: [examples, …]',
  );
  await expect(model.fit({ data: new Float32Array(3), shape: [2, 2] }, y)).rejects.toThrow(
    'fit: x of shape [2,2] needs 4 elements, its array has 3',
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await expect(model.fit(x, y, quiet)).rejects.toThrow(
    "expects probabilities, but the model ends with activation 'linear'",
  );
});

it('does not train a model twice at the same time', async () => {
  const { x, y } = points(64);
  const model = network();
  const first = model.fit(x, y, { ...quiet, epochs: 3 });
  await expect(model.fit(x, y, quiet)).rejects.toThrow(
    'fit: sequential is being trained already; wait for the other fit',
  );
  expect(() => model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })).toThrow(
    'compile: sequential is being trained',
  );
  await first;
  await model.fit(x, y, quiet);
});
