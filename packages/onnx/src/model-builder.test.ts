import { expect, it } from 'vitest';
import { ModelBuilder } from './model-builder.js';
import { parseModel } from './parse-model.js';
import { printModel } from './print-model.js';
import { messageOf } from './run-model.fixture.js';

it('writes versions, producer and metadata', () => {
  const builder = new ModelBuilder({
    name: 'classifier',
    opset: 20,
    irVersion: 9,
    producerVersion: '1.2.3',
    domains: { 'com.microsoft': 1, unused: 5 },
    metadata: { labels: '0..9', note: 'größer' },
  });
  const { graph } = builder;
  const x = graph.input('x', 'float32', ['batch', 2]);
  graph.output(graph.node('QuickGelu', [x], {}, { domain: 'com.microsoft' }), 'float32', ['batch', 2], 'y');
  expect(printModel(parseModel(builder.toBytes()))).toMatchInlineSnapshot(`
    "model: IR 9, ai.onnx 20, com.microsoft 1, by tessera 1.2.3
    metadata labels: 0..9
    metadata note: größer
    graph classifier {
      input x: float32[batch, 2]
      y = com.microsoft.QuickGelu(x)
      output y: float32[batch, 2]
    }"
  `);
});

it('reads back the model that it wrote', () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float16', ['n', 3]);
  const w = graph.initializer('w', 'bfloat16', [2], Uint16Array.of(1, 2));
  graph.valueInfo(w, 'bfloat16', [2]);
  graph.input('unknownRank', 'int64');
  const body = graph.subgraph('body');
  body.output(body.constant('int64', [1, 2]), 'int64', [2]);
  const attributes = {
    a: { int: -1 },
    b: { ints: [2 ** 53 - 1, -(2n ** 63n)] },
    c: { float: 0.25 },
    d: { floats: [NaN, -Infinity, 0] },
    e: { string: 'é' },
    f: { strings: ['', 'x'] },
    g: { tensor: { elementType: 'bool', dims: [], data: Uint8Array.of(1) } },
    h: { graph: body },
    i: { ints: [] },
  } as const;
  const [, second] = graph.nodeWithOutputs('Anything', [x, '', w], ['', 'second'], attributes, {
    domain: 'test.domain',
  });
  graph.output(second, 'uint8', [], 'y');
  expect(parseModel(builder.toBytes())).toEqual(builder.toModel());
});

it('keeps only large initializers outside, each under a path of its own', () => {
  const builder = new ModelBuilder({ externalData: { threshold: 8 } });
  const { graph } = builder;
  const pair = Float32Array.of(1, 2);
  for (const name of ['a/b', 'a:b', 'A_B', '../../etc', 'a_b_1']) graph.initializer(name, 'float32', [2], pair);
  graph.initializer('small', 'float32', [1], Float32Array.of(1));
  expect(builder.externalData.map(({ path }) => path)).toEqual([
    'a_b.bin',
    'a_b_1.bin',
    'A_B_2.bin',
    '_._.._etc.bin',
    'a_b_1_1.bin',
  ]);
  expect(builder.externalData[0]?.data.buffer).toBe(pair.buffer);
});

it('refuses more than protobuf can hold, and names the remedy', () => {
  const builder = new ModelBuilder();
  const chunk = new Uint8Array(2 ** 29);
  for (let index = 0; index < 3; index++) builder.graph.initializer('w', 'uint8', [2 ** 29], chunk);
  const message =
    "ModelTooLargeError: model: 2.00 GiB exceed protobuf's limit of 2 GiB; " +
    'keep the initializers outside: new ModelBuilder({ externalData: {} })';
  expect(messageOf(() => builder.graph.initializer('w', 'uint8', [2 ** 29], chunk))).toBe(message);
});

it('is finished once and for all', () => {
  const builder = new ModelBuilder();
  expect(messageOf(() => builder.toBytes())).toBe(
    'ModelBuildError: toModel: graph main has no outputs; name them with output()',
  );
  builder.graph.output(builder.graph.input('x', 'float32', []), 'float32', [], 'y');
  expect(builder.toBytes()).toEqual(builder.toBytes());
  expect(messageOf(() => builder.graph.input('z', 'float32', []))).toBe(
    'ModelBuildError: graph main: it belongs to the finished model and can no longer change',
  );
});
