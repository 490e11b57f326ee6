import { ones, zeros, type Tensor } from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { expectKeras, fromKeras, readFixture, type KerasLayerCase } from '../../fixtures/keras.fixture.js';
import * as layers from '../../index.js';
import { testAgainstKeras, testLayer, type LayerContract } from '../contract.fixture.js';
import { einsumDense } from './einsum-dense.js';
import { embedding } from './embedding.js';
import { identity, lambda } from './identity.js';

const cases = readFixture<{ layers: Record<string, KerasLayerCase> }>('keras-core').layers;

const biasAxes = 'de';
const contracts: Record<string, LayerContract> = {
  identity: { make: () => identity(), inputShape: [2, 3], outputShape: [2, 3], weights: {} },
  embedding: {
    make: () => embedding({ inputDim: 5, outputDim: 3 }),
    inputs: (normal) => normal.mul(2).abs().floor().minimum(4).add(0.5),
    inputShape: [2, 3],
    outputShape: [2, 3, 3],
    weights: { embeddings: [5, 3] },
  },
  einsumDense: {
    make: () => einsumDense({ equation: 'ab,bc->ac', outputShape: 4, biasAxes: 'c' }),
    inputShape: [3, 5],
    outputShape: [3, 4],
    weights: { kernel: [5, 4], bias: [4] },
  },
  'einsumDense heads': {
    make: () => einsumDense({ equation: 'abc,cde->abde', outputShape: [null, 2, 3], biasAxes, activation: 'relu' }),
    inputShape: [2, 4, 3],
    outputShape: [2, 4, 2, 3],
    weights: { kernel: [3, 2, 3], bias: [2, 3] },
  },
  'einsumDense first': {
    make: () => einsumDense({ equation: '...x,xy->...y', outputShape: 4, biasAxes: 'y' }),
    inputShape: [2, 3, 5],
    outputShape: [2, 3, 4],
    weights: { kernel: [5, 4], bias: [4] },
  },
  'einsumDense last': {
    make: () => einsumDense({ equation: 'ab...,bc->ac...', outputShape: 4, biasAxes: 'c' }),
    inputShape: [2, 3, 5],
    outputShape: [2, 4, 5],
    weights: { kernel: [3, 4], bias: [4, 1] },
  },
  'einsumDense shared': {
    make: () => einsumDense({ equation: 'abc,bcd->abd', outputShape: [3, 2], biasAxes: 'bd' }),
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 2],
    weights: { kernel: [3, 4, 2], bias: [3, 2] },
  },
};

describe.each(Object.entries(contracts))('%s', (name, contract) => {
  testLayer(contract);
  if (name !== 'identity') testAgainstKeras(name, contract.make, cases);
});

const adapted: Record<string, () => layers.Dense | layers.Conv2d | layers.Embedding | layers.EinsumDense> = {
  'dense lora': () => layers.dense({ units: 4, activation: 'tanh', loraRank: 2, loraAlpha: 3 }),
  'conv lora': () => layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', loraRank: 2 }),
  'conv groups lora': () =>
    layers.conv1d({ filters: 4, kernelSize: 2, groups: 2, loraRank: 2, loraAlpha: 3 }) as unknown as layers.Conv2d,
  'embedding lora': () => embedding({ inputDim: 5, outputDim: 3, loraRank: 2, loraAlpha: 1 }),
  'einsumDense lora': () =>
    einsumDense({ equation: 'abc,cde->abde', outputShape: [null, 2, 3], biasAxes: 'e', loraRank: 2, loraAlpha: 3 }),
};

describe.each(Object.entries(adapted))('%s', (name, make) => {
  const { x, y } = cases[name]!;
  testAgainstKeras(name, make, cases);

  it('trains the correction alone, and gives the same when it is merged', async () => {
    const model = layers.sequential([make()], { inputShape: x.shape.slice(1) });
    const layer = model.layers[0] as ReturnType<typeof make>;
    const kernel = name.startsWith('embedding') ? 'embeddings' : 'kernel';
    const value = async (): Promise<unknown> => (layer as unknown as Record<string, Tensor>)[kernel]!.data();
    const before = await value();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const inputs = fromKeras(x, 'float32');
    const result = await model.apply(inputs).data();
    await model.fit(inputs, ones(y.shape), { epochs: 3, verbose: 0 });
    expect(await value()).toEqual(before);
    const trained = model.apply(inputs);
    expect(await trained.data()).not.toEqual(result);
    const copy = layers.loadModel(await layers.saveModel(model));
    expect(await copy.apply(inputs).data()).toEqual(await trained.data());

    layer.mergeLora();
    expect(model.weights.every(({ trainable, path }) => trainable && !path.includes('lora'))).toBe(true);
    const { data } = { data: [...(await trained.data('float64'))] };
    await expectKeras(model.apply(inputs), { shape: y.shape, data }, 1e-6);
  });
});

it('begins with what the layer gave before', async () => {
  const model = layers.sequential([layers.dense({ units: 3 })], { inputShape: [4] });
  const before = await model.apply(ones([1, 4])).data();
  const layer = model.layers[0] as layers.Dense;
  layer.enableLora(2, { alpha: 4 });
  expect(await model.apply(ones([1, 4])).data()).toEqual(before);
  expect(model.weights.map(({ path, trainable }) => [path, trainable])).toEqual([
    ['layers.0.kernel', false],
    ['layers.0.bias', true],
    ['layers.0.lora.a', true],
    ['layers.0.lora.b', true],
  ]);
  expect(() => {
    layer.enableLora(2);
  }).toThrow('dense: enableLora: there is a correction already; call mergeLora() first');
});

it('applies a function', async () => {
  const model = layers.sequential([lambda({ function: (x) => x.mul(2) })], { inputShape: [1] });
  expect(await model.apply(ones([1, 1])).array()).toEqual([[2]]);
  await expect(layers.saveModel(model)).rejects.toThrow('is a function, which a file cannot hold');
  expect(() => lambda({} as never)).toThrow(
    'lambda: function is missing; give one: lambda({ function: (x) => x.mul(2) })',
  );
});

it('refuses options that make no sense', () => {
  expect(() => embedding({ inputDim: 0, outputDim: 1 })).toThrow(/^embedding: inputDim 0 is not accepted/);
  expect(() => embedding({ inputDim: 1, outputDim: 1, maskZero: true as never })).toThrow(
    'embedding: maskZero is not supported; multiply with x.notEqual(0), or pass a mask on yourself',
  );
  expect(() => layers.dense({ units: 1, loraRank: 0 })).toThrow(
    /^dense: loraRank 0 is not accepted; use a whole number >= 1$/,
  );
  expect(() => layers.dense({ units: 1, loraRank: 1, loraAlpha: 0 })).toThrow(
    /^dense: loraAlpha 0 is not accepted; use a number above 0$/,
  );
  expect(() => {
    layers.depthwiseConv2d({ kernelSize: 3 }).enableLora(2);
  }).toThrow('depthwiseConv2d: enableLora: the layer takes no correction');
  expect(() => einsumDense({ equation: 'ab->ab', outputShape: 1 })).toThrow(
    /^einsumDense: equation "ab->ab" is not accepted; use a form like 'ab,bc->ac'/,
  );
  expect(() => einsumDense({ equation: 'ab,bc->ac', outputShape: 1, biasAxes: 'b' })).toThrow(
    /^einsumDense: biasAxes 'b' are not all axes of the output 'ac'$/,
  );
});

it('names inputs that do not fit an equation', () => {
  const apply = (outputShape: (number | null)[], shape: number[]) => () =>
    einsumDense({ equation: 'abc,cd->abd', outputShape }).apply(zeros(shape));
  expect(apply([null, 2], [1, 2])).toThrow(
    "einsumDense: input [1,2] does not fit 'abc,cd->abd': the term 'abc' has 3 axes",
  );
  expect(apply([2], [1, 2, 3])).toThrow('outputShape [2] must have 2 sizes');
  expect(apply([5, 2], [1, 2, 3])).toThrow("axis 'b' has 2 elements in the input and 5 in outputShape");
  expect(apply([null, null], [1, 2, 3])).toThrow("the size of axis 'd' is not known; give it in outputShape");
});
