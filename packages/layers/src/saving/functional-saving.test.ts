import { ones, random, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { conv2d } from '../layers/convolution/conv.js';
import { dense } from '../layers/dense.js';
import { flatten } from '../layers/reshaping/flatten.js';
import { add } from '../layers/merging/add.js';
import { model, type Functional } from '../models/functional.js';
import { input } from '../models/input.js';
import type { AnyModel } from '../models/model.js';
import { sequential } from '../models/sequential.js';
import { loadModel, saveModel, type SavedModel } from './save-model.js';

type Inputs = { image: Tensor; table: Tensor };
type Net = Functional<Inputs, readonly [Tensor, { features: Tensor }]>;

/** Two inputs, two outputs, a layer that is used twice, and a model in the model that is used twice. */
function network(): Net {
  const image = input({ shape: [4, 4, 1] });
  const table = input({ shape: [3], dtype: 'int32', name: 'rows' });
  const same = conv2d({ filters: 1, kernelSize: 3, padding: 'same' });
  const block = sequential([dense({ units: 3, activation: 'tanh' })], { name: 'block' });
  const twice = add([same.apply(same.apply(image)), image]);
  const features = dense({ units: 3 }).apply(flatten().apply(twice));
  const x = input({ shape: [3] });
  const inner = model({ inputs: x, outputs: add([block.apply(x), x]), name: 'inner' });
  const sum = add([inner.apply(features), block.apply(table)]);
  return model({ inputs: { image, table }, outputs: [sum, { features }], name: 'net', seed: 4 });
}

const batch = { image: random.normal(random.key(1), [2, 4, 4, 1]), table: ones([2, 3], { dtype: 'int32' }) };

it('gives back the same model, bit for bit', async () => {
  const net = network();
  const saved = await saveModel(net);
  const copy = loadModel(saved) as AnyModel as Net;
  expect(copy.weights.map(({ path }) => path)).toEqual(net.weights.map(({ path }) => path));
  const [[y, { features }], [sameY, { features: same }]] = [net.apply(batch), copy.apply(batch)];
  expect(await sameY.data()).toEqual(await y.data());
  expect(await same.data()).toEqual(await features.data());
  const again = await saveModel(copy);
  expect(again.config).toBe(saved.config);
  expect(again.weights).toEqual(saved.weights);
  expect(copy.graph.inputs.map(({ name }) => name)).toEqual(['image', 'rows']);
});

it('keeps shared layers shared, in sequential models too', async () => {
  const shared = dense({ units: 2 });
  const net = sequential([shared, sequential([shared]), shared], { inputShape: [2] });
  const copy = loadModel(await saveModel(net));
  expect(copy.weights).toHaveLength(2);
  const x = ones([1, 2]);
  expect(await copy.apply(x).data()).toEqual(await net.apply(x).data());
  const y = network();
  expect(y.weights.map(({ path }) => path)).toHaveLength(6);
});

type Json = Record<string, unknown> & { layers: { config: Json }[]; steps: Record<string, unknown>[] };

async function changed(change: (config: Json) => void): Promise<SavedModel> {
  const { config, weights } = await saveModel(network());
  const value = JSON.parse(config) as { model: { config: Json } };
  change(value.model.config);
  return { config: JSON.stringify(value), weights };
}

const wrong: [string, (config: Json) => void, string][] = [
  [
    'tensor that no step gave',
    (c) => (c.steps[0]!['inputs'] = 77),
    'loadModel: config: model.config.steps[0].inputs must be the number of an input or of what a step before gave, got 77',
  ],
  [
    'layer that is not there',
    (c) => (c.steps[0]!['layer'] = 99),
    'model.config.steps[0].layer must be a whole number from 0 to',
  ],
  [
    'tensor given twice',
    (c) => (c.steps[1]!['outputs'] = c.steps[0]!['outputs']),
    'model.config.steps[1].outputs must be a number that was not used before, got',
  ],
  ['unused layer', (c) => c.layers.push(c.layers[0]!), 'model.config.steps must be such that layer 7 is in use'],
  [
    'unknown place',
    (c) => (c.layers[0] = { shared: 'model.config.layers[3]' } as never),
    'model.config.layers[0].shared must be the place of a layer before, got "model.config.layers[3]"',
  ],
  [
    'prototype in a record',
    (c) => (c['outputSlots'] = JSON.parse('{"__proto__": {"features": 99}}') as unknown),
    'model.config.outputSlots.__proto__.features must be the number of an input',
  ],
  [
    'input dtype',
    (c) => ((c['inputs'] as Json[])[0]!['dtype'] = 'string'),
    'model.config.inputs[0].dtype must be one of float32, float64,',
  ],
  [
    'input shape',
    (c) => ((c['inputs'] as Json[])[0]!['shape'] = [null, -4]),
    'model.config.inputs[0].shape[0] must be a whole number from 1 to 2147483647, got -4',
  ],
  [
    'shapes',
    (c) => ((c['inputs'] as Json[])[0]!['shape'] = [null, 4]),
    'loadModel: config: the layers do not fit each other: conv2d: input [1,4] has 2 axes',
  ],
  [
    'missing steps',
    (c) => delete (c as Record<string, unknown>)['steps'],
    'model.config.steps must be a list, got nothing',
  ],
];

it.each(wrong)('names what is wrong: %s', async (_, change, message) => {
  const saved = await changed(change);
  expect(() => loadModel(saved)).toThrow(message);
});

it('refuses sizes that no memory holds before any is taken', async () => {
  const saved = await changed((c) => ((c['inputs'] as Json[])[0]!['shape'] = [null, 2 ** 31 - 1, 2 ** 31 - 1, 1]));
  const before = process.memoryUsage().rss;
  expect(() => loadModel(saved)).toThrow(/^loadModel: /);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});

it('refuses models that hold the same model twice, and so on, before they run', async () => {
  const { config, weights } = await saveModel(sequential([flatten()], { inputShape: [2] }));
  const root = JSON.parse(config) as { model: { config: { layers: unknown[] } } };
  const list = root.model.config.layers;
  const at = (i: number): unknown => ({ shared: `model.config.layers[${i}]` });
  for (let i = 0; i < 60; i++) list.push({ className: 'Sequential', config: { layers: [at(i), at(i)] } });
  expect(() => loadModel({ config: JSON.stringify(root), weights })).toThrow(
    'config must be a model in which at most 100000 layers run, got 131071',
  );
});
