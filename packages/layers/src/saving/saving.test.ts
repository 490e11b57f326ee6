import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTensors, ones, saveTensors, tensor, tree, zeros } from '@tesserajs/tensor';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as layers from '../index.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tessera-layers-'));
});
afterEach(() => rm(directory, { recursive: true }));

function network(): layers.Sequential {
  const { initializers } = layers;
  return layers.sequential(
    [
      layers.conv2d({
        filters: 4,
        kernelSize: [3, 2],
        strides: 2,
        padding: 'same',
        groups: 2,
        activation: 'relu',
        trainable: false,
      }),
      layers.maxPooling2d({ poolSize: 2, strides: 1 }),
      layers.sequential([layers.dropout({ rate: 0.5 }), layers.activation({ activation: 'silu' })], { name: 'middle' }),
      layers.flatten(),
      layers.dense({
        units: 3,
        useBias: false,
        kernelInitializer: initializers.varianceScaling({ scale: 2, mode: 'fanAvg', seed: 4 }),
      }),
    ],
    { inputShape: [6, 6, 2], seed: 3, name: 'net' },
  );
}

async function values(model: layers.Model): Promise<Record<string, unknown>> {
  return Object.fromEntries(
    await Promise.all(model.weights.map(async ({ path, tensor }) => [path, await tensor.data()])),
  );
}

it('gives back the same model, bit for bit', async () => {
  const model = network();
  const saved = await layers.saveModel(model);
  const copy = layers.loadModel(saved);
  expect(await values(copy)).toEqual(await values(model));
  expect(copy.summary({ print: null })).toBe(model.summary({ print: null }));
  const x = ones([2, 6, 6, 2]);
  expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
  const again = await layers.saveModel(copy);
  expect(again.config).toBe(saved.config);
  expect(again.weights).toEqual(saved.weights);
  expect(JSON.parse(saved.config)).toMatchObject({
    format: 'tessera-layers',
    version: 1,
    model: { className: 'Sequential', config: { name: 'net', inputShape: [6, 6, 2], seed: 3 } },
  });
  expect(Object.keys(loadTensors(saved.weights).tensors)).toEqual([
    'layers.0.kernel',
    'layers.0.bias',
    'layers.4.kernel',
  ]);
});

it('goes on training what it loaded', async () => {
  const copy = layers.loadModel(await layers.saveModel(network()));
  copy.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const before = await copy.evaluate(ones([4, 6, 6, 2]), zeros([4, 3]));
  await copy.fit(ones([4, 6, 6, 2]), zeros([4, 3]), { verbose: 0 });
  expect((await copy.evaluate(ones([4, 6, 6, 2]), zeros([4, 3])))['loss']).toBeLessThan(before['loss']!);
});

it('refuses what files cannot hold', async () => {
  const { dense, sequential, saveModel } = layers;
  await expect(saveModel(sequential([dense({ units: 1 })]))).rejects.toThrow(
    'saveModel: sequential has no weights yet; call model.build([null, …]) or fit first',
  );
  await expect(saveModel(sequential([dense({ units: 1, activation: (x) => x })], { inputShape: [1] }))).rejects.toThrow(
    'saveModel: model.layers[0].activation is a function, which a file cannot hold; use a name, or save the ' +
      'weights alone with saveTensors',
  );
  class Own extends layers.Module {
    call = layers.flatten().call;
  }
  await expect(saveModel(sequential([new Own(), dense({ units: 1 })], { inputShape: [1] }))).rejects.toThrow(
    'saveModel: model.layers[0] is a Own, which files cannot hold; save the weights alone with ' +
      'saveTensors(model) from @tesserajs/tensor',
  );
});

type Config = Record<string, unknown> & {
  model: { className: unknown; config: Record<string, unknown> & { layers: Config['model'][] } };
};

/** Loads the network after its configuration was changed. */
async function loadChanged(change: (config: Config) => void): Promise<layers.Model> {
  const { config, weights } = await layers.saveModel(network());
  const value = JSON.parse(config) as Config;
  change(value);
  return layers.loadModel({ config: JSON.stringify(value), weights });
}

const wrong: [string, (config: Config) => void, string][] = [
  ['format', (c) => (c['format'] = 'keras'), 'loadModel: config: format must be "tessera-layers", got "keras"'],
  [
    'version',
    (c) => (c['version'] = 2),
    'loadModel: config: version must be 1, the one that this package reads, got 2',
  ],
  [
    'class',
    (c) => (c.model.config.layers[4]!.className = 'Densse'),
    'loadModel: config: model.config.layers[4].className must be the Keras name of a layer that this package has, ' +
      'got "Densse"',
  ],
  [
    'prototype member',
    (c) => (c.model.config.layers[4]!.className = 'constructor'),
    'layers[4].className must be the Keras name of a layer',
  ],
  [
    'size',
    (c) => (c.model.config.layers[4]!.config['units'] = -3),
    'loadModel: config: model.config.layers[4].config.units must be a whole number from 1 to 2147483647, got -3',
  ],
  [
    'type',
    (c) => (c.model.config.layers[4]!.config['units'] = '3'),
    'config.units must be a whole number from 1 to 2147483647, got "3"',
  ],
  [
    'missing',
    (c) => delete c.model.config.layers[4]!.config['units'],
    'loadModel: config: model.config.layers[4].config: dense: units undefined is not accepted; use a whole number >= 1',
  ],
  [
    'missing sizes',
    (c) => delete c.model.config.layers[0]!.config['kernelSize'],
    'model.config.layers[0].config: conv2d: kernelSize undefined is not accepted',
  ],
  [
    'unknown field',
    (c) => (c.model.config.layers[4]!.config['unit'] = 3),
    'loadModel: config: model.config.layers[4].config has the unknown field "unit"; known are name, trainable, ' +
      'inputShape, activityRegularizer, units,',
  ],
  [
    'activation',
    (c) => (c.model.config.layers[0]!.config['activation'] = 'boom'),
    'layers[0].config.activation must be one of linear, relu,',
  ],
  [
    'boolean',
    (c) => (c.model.config.layers[0]!.config['useBias'] = 1),
    'layers[0].config.useBias must be true or false, got 1',
  ],
  [
    'rate',
    (c) => (c.model.config.layers[2]!.config.layers[0]!.config['rate'] = 1),
    'layers[2].config.layers[0].config.rate must be a number from 0 up to, but not including, 1, got 1',
  ],
  [
    'padding',
    (c) => (c.model.config.layers[0]!.config['padding'] = 'full'),
    "layers[0].config.padding must be 'valid' or 'same', got \"full\"",
  ],
  [
    'groups',
    (c) => (c.model.config.layers[0]!.config['groups'] = 3),
    'loadModel: config: model.config.layers[0].config: conv2d: 4 filters cannot be divided into 3 groups',
  ],
  [
    'initializer',
    (c) => (c.model.config.layers[4]!.config['kernelInitializer'] = { name: 'x', config: {} }),
    'kernelInitializer: initializer: initializer "x" is not known',
  ],
  [
    'initializer option',
    (c) => (c.model.config.layers[4]!.config['kernelInitializer'] = { name: 'zeros', config: { value: [1] } }),
    'kernelInitializer.config.value must be a number or a text, got [1]',
  ],
  [
    'layers',
    (c) => (c.model.config['layers'] = {} as never),
    'loadModel: config: model.config.layers must be a list, got {}',
  ],
  [
    'input shape',
    (c) => delete c.model.config['inputShape'],
    'loadModel: config: model.config.inputShape must be the shape of one example, got nothing',
  ],
  [
    'shapes',
    (c) => (c.model.config['inputShape'] = [6, 2]),
    'loadModel: config: the layers do not fit each other: conv2d: input [1,6,2] has 3 axes',
  ],
  [
    'weights',
    (c) => (c.model.config.layers[4]!.config['units'] = 5),
    'loadModel: layers.4.kernel is float32 [16,3], the model needs float32 [16,5]',
  ],
  [
    'bias',
    (c) => (c.model.config.layers[4]!.config['useBias'] = true),
    'loadModel: layers.4.bias is missing among the weights',
  ],
  [
    'extra weight',
    (c) => (c.model.config.layers[0]!.config['useBias'] = false),
    'loadModel: layers.0.bias belongs to no layer of the model',
  ],
];

it.each(wrong)('names what is wrong: %s', async (_, change, message) => {
  await expect(loadChanged(change)).rejects.toThrow(message);
  await expect(loadChanged(change)).rejects.toMatchObject({ code: 'FORMAT' });
});

it('is not led astray by hostile texts', async () => {
  const { weights } = await layers.saveModel(network());
  const load = (config: string) => (): unknown => layers.loadModel({ config, weights });
  expect(load('{')).toThrow(/^loadModel: config is no JSON: /);
  expect(load('[]')).toThrow('loadModel: config: the file must be an object, got []');
  expect(load('['.repeat(1e6))).toThrow('loadModel: config is nested deeper than 64 levels');
  expect(load('"\\"[['.repeat(1))).toThrow(/no JSON/);
  expect(load(' '.repeat(2 ** 24 + 1))).toThrow(
    'loadModel: config: 16777217 characters are more than a configuration has',
  );
  const polluted =
    '{"format":"tessera-layers","version":1,"model":{"className":"Flatten","config":{"__proto__":{"polluted":1}}}}';
  expect(load(polluted)).toThrow('config has the unknown field "__proto__"');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect(() => layers.loadModel({ config: '{}', weights: weights.slice(0, -1) })).toThrow(/^safetensors: layers\./);
});

it('allocates nothing for sizes that the weights do not have', async () => {
  const before = process.memoryUsage().arrayBuffers;
  await expect(loadChanged((c) => (c.model.config.layers[0]!.config['filters'] = 50_000_000))).rejects.toThrow(
    'loadModel: layers.0.kernel is float32 [3,2,1,4], the model needs float32 [3,2,1,50000000]',
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
});

it('writes and reads files, whole or not at all', async () => {
  const folder = join(directory, 'a', 'b');
  const model = network();
  await layers.saveModelFiles(model, folder);
  expect((await readdir(folder)).sort()).toEqual(['model.json', 'model.safetensors']);
  expect(await values(await layers.loadModelFiles(folder))).toEqual(await values(model));
  const { config } = await layers.saveModel(model);
  expect(await readFile(join(folder, 'model.json'), 'utf8')).toBe(config);

  // A name that is taken by a folder makes the last step fail.
  await rm(join(folder, 'model.safetensors'));
  await mkdir(join(folder, 'model.safetensors'));
  await expect(layers.saveModelFiles(model, folder)).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(['model.json', 'model.safetensors']);
  await expect(layers.loadModelFiles(directory)).rejects.toThrow(/model\.json/);
});

it('keeps the older checkpoint until the newer one is whole', async () => {
  const file = join(directory, 'training.checkpoint');
  const make = (): layers.Model => {
    const model = layers.sequential([layers.dense({ units: 1 })], { inputShape: [2] });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    return model;
  };
  const [x, y] = [
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor([[1], [2]]),
  ];
  const model = make();
  await model.fit(x, y, { verbose: 0, epochs: 3, callbacks: { onEpochEnd: () => layers.saveCheckpoint(model, file) } });
  expect(await readdir(directory)).toEqual(['training.checkpoint']);
  const next = make();
  await layers.loadCheckpoint(next, file);
  await next.fit(x, y, { verbose: 0, epochs: 5 });
  const whole = make();
  await whole.fit(x, y, { verbose: 0, epochs: 5 });
  expect(await values(next)).toEqual(await values(whole));
  await writeFile(file, (await readFile(file)).subarray(0, 300));
  await expect(layers.loadCheckpoint(make(), file)).rejects.toThrow(/^.*: safetensors: /);
});

it('names weights by their paths, as saveTensors does', async () => {
  const model = network();
  const { tensors } = loadTensors(await saveTensors(model));
  expect(Object.keys(tensors)).toEqual(tree.paths(model));
});
