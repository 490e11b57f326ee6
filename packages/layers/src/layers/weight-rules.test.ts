import { ones, tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { expectKeras, fromKeras, readFixture, type KerasArray } from '../fixtures/keras.fixture.js';
import * as layers from '../index.js';

const { constraints, regularizers } = layers;
const keras = readFixture<{
  weight: KerasArray;
  kernel: KerasArray;
  regularizers: Record<string, number>;
  constraints: Record<string, KerasArray>;
  filters: KerasArray;
  training: { x: KerasArray; y: KerasArray; start: KerasArray[]; end: KerasArray[]; loss: number[]; evaluate: number };
}>('keras-weight-rules');

const penalties: Record<string, layers.Regularizer> = {
  l1: regularizers.l1(),
  l2: regularizers.l2(),
  l1l2: regularizers.l1l2({ l1: 0.03, l2: 0.2 }),
  orthogonal: regularizers.orthogonal(),
  orthogonalColumns: regularizers.orthogonal({ factor: 0.5, mode: 'columns' }),
};

it.each(Object.entries(penalties))('regularizer %s gives what Keras gives', async (name, regularizer) => {
  const penalty = regularizer.call(fromKeras(keras.weight));
  await expectKeras(penalty, { shape: [], data: [keras.regularizers[name]!] });
});

const rules: Record<string, layers.Constraint> = {
  maxNorm: constraints.maxNorm(),
  maxNorm1: constraints.maxNorm({ maxValue: 1, axis: 1 }),
  nonNeg: constraints.nonNeg(),
  unitNorm: constraints.unitNorm(),
  minMaxNorm: constraints.minMaxNorm(),
  minMaxNormRate: constraints.minMaxNorm({ minValue: 1.5, maxValue: 1.8, rate: 0.3 }),
};

it.each(Object.entries(rules))('constraint %s gives what Keras gives', async (name, constraint) => {
  await expectKeras(constraint.call(fromKeras(keras.weight)), keras.constraints[name]!);
});

it('constrains each filter of a convolution', async () => {
  const constraint = constraints.maxNorm({ maxValue: 1, axis: [0, 1, 2] });
  await expectKeras(constraint.call(fromKeras(keras.kernel)), keras.filters);
});

it('has no penalty for a single row', async () => {
  expect(
    await regularizers
      .orthogonal()
      .call(tensor([[1, 2]]))
      .item(),
  ).toBe(0);
});

describe('training with penalties and constraints', () => {
  const make = (): layers.Sequential =>
    layers.sequential(
      [
        layers.dense({
          units: 4,
          activation: 'tanh',
          kernelRegularizer: 'l2',
          biasRegularizer: regularizers.l1({ l1: 0.02 }),
          activityRegularizer: regularizers.l1l2({ l1: 0.01, l2: 0.005 }),
          kernelConstraint: constraints.maxNorm({ maxValue: 1.2 }),
        }),
        layers.dense({ units: 4, kernelRegularizer: 'l2', trainable: false }),
        layers.dense({
          units: 2,
          kernelRegularizer: regularizers.orthogonal({ factor: 0.3 }),
          biasConstraint: 'nonNeg',
        }),
      ],
      { inputShape: [5] },
    );
  const { x, y, start, end, loss, evaluate } = keras.training;
  const data = [fromKeras(x, 'float32'), fromKeras(y, 'float32')] as const;

  it.each([1, 3])('goes where Keras goes, %i steps at a time', async (stepsPerExecution) => {
    const model = make();
    const dense = model.layers as layers.Dense[];
    dense.forEach((layer, i) => {
      layer.kernel = fromKeras(start[2 * i]!, 'float32');
      layer.bias = fromKeras(start[2 * i + 1]!, 'float32');
    });
    model.compile({ optimizer: layers.optimizers.sgd({ learningRate: 0.1 }), loss: 'meanSquaredError' });
    const options = { batchSize: 4, epochs: 3, shuffle: false, verbose: 0, stepsPerExecution } as const;
    const { history } = await model.fit(...data, options);
    history['loss']!.forEach((value, i) => {
      expect(value).toBeCloseTo(loss[i]!, 5);
    });
    for (const [i, { tensor }] of model.weights.entries()) await expectKeras(tensor, end[i]!, 1e-5);
    expect((await model.evaluate(...data, { batchSize: 4 }))['loss']).toBeCloseTo(evaluate, 5);
  });

  it('is the same after saving and loading', async () => {
    const saved = await layers.saveModel(make());
    const copy = layers.loadModel(saved);
    expect((await layers.saveModel(copy)).config).toBe(saved.config);
    const [first, , last] = (copy as layers.Sequential).layers as layers.Dense[];
    expect(first!.constraints['kernel']!.config).toEqual({ maxValue: 1.2, axis: 0 });
    expect(first!.activityRegularizer!.config).toEqual({ l1: 0.01, l2: 0.005 });
    expect(last!.constraints['bias']!.name).toBe('nonNeg');
  });

  it('names the field of a file that is wrong', async () => {
    const { config, weights } = await layers.saveModel(make());
    const load = (from: string, to: string) => () => layers.loadModel({ config: config.replace(from, to), weights });
    expect(load('"name": "maxNorm"', '"name": "maxNrm"')).toThrow(
      'loadModel: config: model.config.layers[0].config.kernelConstraint: constraint: constraint "maxNrm" is not ' +
        'known; use one of maxNorm, nonNeg, unitNorm, minMaxNorm',
    );
    expect(load('"axis": 0', '"axis": {}')).toThrow('kernelConstraint.config.axis must be a number or a text, got {}');
    expect(load('"l2": 0.01', '"l3": 0.01')).toThrow('kernelRegularizer.config has the unknown field "l3"');
  });
});

it('counts shared layers once, and frozen ones not at all', async () => {
  const shared = layers.dense({ units: 3, kernelInitializer: 'ones', kernelRegularizer: regularizers.l1({ l1: 1 }) });
  const model = layers.sequential([shared, shared], { inputShape: [3] });
  expect(await layers.regularizationLoss(model).item()).toBe(9);
  shared.trainable = false;
  expect(await layers.regularizationLoss(model).item()).toBe(0);
});

it('returns what layers add to the loss, once for each call', async () => {
  class Costly extends layers.Module {
    call(x: Tensor, ctx: layers.Context): Tensor {
      ctx.addLoss(x.mul(2));
      return x;
    }
  }
  const active = layers.dense({ units: 2, kernelInitializer: 'ones', activityRegularizer: regularizers.l1({ l1: 1 }) });
  const model = layers.sequential([new Costly(), active, active], { inputShape: [2] });
  const [, , losses] = layers.applyModule(model, ones([1, 2]));
  expect(await Promise.all(losses.map((loss) => loss.item()))).toEqual([4, 4, 8]);
  expect(await model.apply(zeros([1, 2])).array()).toEqual([[0, 0]]);
});

it('refuses options that make no sense', () => {
  expect(() => layers.dense({ units: 1, kernelRegularizer: 'l3' as never })).toThrow(
    /^dense: regularizer "l3" is not known; use one of l1, l2, l1l2, orthogonal$/,
  );
  expect(() => layers.dense({ units: 1, biasConstraint: 'max' as never })).toThrow(
    /^dense: constraint "max" is not known; use one of maxNorm, nonNeg, unitNorm, minMaxNorm$/,
  );
  expect(() => regularizers.l2({ l2: -1 })).toThrow(/^l2: l2 -1 is not accepted; use a number >= 0$/);
  expect(() => regularizers.orthogonal({ mode: 'row' as never })).toThrow(
    /^orthogonal: mode "row" is not known; use 'rows' or 'columns'$/,
  );
  expect(() => regularizers.orthogonal().call(ones([2]))).toThrow(
    /^orthogonal: a weight \[2\] has 1 axes; only matrices have rows$/,
  );
  expect(() => constraints.maxNorm({ axis: 0.5 })).toThrow(
    /^maxNorm: axis 0.5 is not accepted; use a whole number or several$/,
  );
  expect(() => constraints.minMaxNorm({ minValue: 2 })).toThrow(/^minMaxNorm: minValue 2 is above maxValue 1$/);
  expect(() => constraints.minMaxNorm({ rate: 0 })).toThrow(
    /^minMaxNorm: rate 0 is not accepted; use a number above 0, up to 1$/,
  );
  expect(() => constraints.maxNorm({ maxValue: -1 })).toThrow(
    /^maxNorm: maxValue -1 is not accepted; use a number >= 0$/,
  );
});
