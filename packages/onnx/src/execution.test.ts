import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { ModelBuilder } from './model-builder.js';
import { floats, runModel } from './run-model.fixture.js';

it('runs MatMul, Add and Relu with a symbolic batch size', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', ['batch', 2]);
  const w = graph.initializer('w', 'float32', [2, 3], Float32Array.of(1, -2, 3, 4, 5, -6));
  const b = graph.initializer('b', 'float32', [3], Float32Array.of(0.5, -0.5, 1));
  const sum = graph.node('Add', [graph.node('MatMul', [x, w]), b]);
  graph.output(graph.node('Relu', [sum]), 'float32', ['batch', 3], 'y');

  // [1 2]·w + b = [9 8 -9] + b; [-1 0]·w + b = [-1 2 -3] + b
  const { y } = await runModel(builder, { x: floats([2, 2], [1, 2, -1, 0]) });
  expect(y).toEqual({ dims: [2, 3], data: [9.5, 7.5, 0, 0, 1.5, 0] });
});

it('runs Conv with integer and string attributes', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [1, 1, 3, 3]);
  const w = graph.initializer('w', 'float32', [1, 1, 2, 2], Float32Array.of(1, 2, 3, 4));
  const attributes = { strides: { ints: [1, 1] }, auto_pad: { string: 'VALID' }, group: { int: 1 } } as const;
  graph.output(graph.node('Conv', [x, w], attributes), 'float32', [1, 1, 2, 2], 'y');

  const { y } = await runModel(builder, { x: floats([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]) });
  // 1·1 + 2·2 + 3·4 + 4·5 = 37, and each step of 1 in x adds 1 + 2 + 3 + 4
  expect(y?.data).toEqual([37, 47, 67, 77]);
});

it('runs If, whose branches see outer values', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [2]);
  const predicate = graph.input('predicate', 'bool', []);
  const branch = (name: string, opType: 'Add' | 'Mul') => {
    const body = graph.subgraph(name);
    body.output(body.node(opType, [x, body.constant('float32', 10)]), 'float32', [2]);
    return { graph: body };
  };
  const y = graph.node('If', [predicate], { then_branch: branch('then', 'Add'), else_branch: branch('else', 'Mul') });
  graph.output(y, 'float32', [2], 'y');

  const run = (value: number) =>
    runModel(builder, { x: floats([2], [1, 2]), predicate: new Tensor('bool', Uint8Array.of(value), []) });
  expect((await run(1)).y?.data).toEqual([11, 12]);
  expect((await run(0)).y?.data).toEqual([10, 20]);
});

it('runs an If whose branch returns an outer value as it is', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [1]);
  const predicate = graph.input('predicate', 'bool', []);
  const keep = graph.subgraph('keep');
  keep.output(x, 'float32', [1]);
  const negate = graph.subgraph('negate');
  negate.output(negate.node('Neg', [x]), 'float32', [1]);
  graph.output(
    graph.node('If', [predicate], { then_branch: { graph: keep }, else_branch: { graph: negate } }),
    'float32',
    [1],
    'y',
  );

  const { y } = await runModel(builder, { x: floats([1], [3]), predicate: new Tensor('bool', Uint8Array.of(1), []) });
  expect(y?.data).toEqual([3]);
});

it('runs Scan with a carry, a scanned output and a weight of the main graph', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const initial = graph.input('initial', 'float32', [2]);
  const xs = graph.input('xs', 'float32', [3, 2]);
  const body = graph.subgraph('body');
  const carry = body.input('carry', 'float32', [2]);
  const x = body.input('x', 'float32', [2]);
  const scale = body.initializer('scale', 'float32', [2], Float32Array.of(1, 100));
  const sum = body.node('Add', [carry, body.node('Mul', [x, scale])]);
  body.output(sum, 'float32', [2]);
  body.output(sum, 'float32', [2]);
  const attributes = { body: { graph: body }, num_scan_inputs: { int: 1 } };
  const [last, all] = graph.nodeWithOutputs('Scan', [initial, xs], ['carry', 'sums'], attributes);
  graph.output(last, 'float32', [2], 'last');
  graph.output(all, 'float32', [3, 2], 'all');

  const { last: carried, all: sums } = await runModel(builder, {
    initial: floats([2], [1, 1]),
    xs: floats([3, 2], [1, 2, 3, 4, 5, 6]),
  });
  expect(carried?.data).toEqual([10, 1201]);
  expect(sums).toEqual({ dims: [3, 2], data: [2, 201, 5, 601, 10, 1201] });
});

it('runs Loop a number of times that is fed', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const trips = graph.input('trips', 'int64', []);
  const body = graph.subgraph('body');
  const index = body.input('index', 'int64', []);
  const going = body.input('going', 'bool', []);
  const total = body.input('total', 'int64', []);
  body.output(going, 'bool', []);
  body.output(body.node('Add', [total, index]), 'int64', []);
  const start = graph.constant('int64', 100);
  graph.output(graph.node('Loop', [trips, '', start], { body: { graph: body } }), 'int64', [], 'y');

  const { y } = await runModel(builder, { trips: new Tensor('int64', BigInt64Array.of(5n), []) });
  expect(y?.data).toEqual([110n]);
});

it('leaves out optional outputs, and imports the domain of an operator outside the standard', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [1, 2]);
  const scale = graph.constant('float32', [1, 1]);
  const outputs = ['normal', '', 'inverse'] as const;
  const [normal, mean, inverse] = graph.nodeWithOutputs('LayerNormalization', [x, scale], outputs, {
    epsilon: { float: 0 },
  });
  expect(mean).toBe('');
  graph.output(inverse, 'float32', [1, 1], 'z');
  const attributes = { alpha: { float: 0.5 }, transB: { int: 1 } };
  const y = graph.node('FusedMatMul', [normal, normal], attributes, { domain: 'com.microsoft' });
  graph.output(y, 'float32', [1, 1], 'y');

  expect(builder.toModel().opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
    ['', 21n],
    ['com.microsoft', 1n],
  ]);
  // mean 4, variance 4: normalised [-1 1]
  const result = await runModel(builder, { x: floats([1, 2], [2, 6]) });
  expect(result.z?.data).toEqual([0.5]);
  expect(result.y?.data).toEqual([1]);
});

it('runs with initializers in external data', async () => {
  const builder = new ModelBuilder({ externalData: {} });
  const { graph } = builder;
  const x = graph.input('x', 'float32', [1, 256]);
  const ones = new Float32Array(256).fill(1);
  const ramp = Float64Array.from({ length: 128 }, (_, index) => index);
  const y = graph.node('MatMul', [x, graph.initializer('weights/ones', 'float32', [256, 1], ones)]);
  graph.output(y, 'float32', [1, 1], 'y');
  graph.output(graph.node('ReduceSum', [graph.initializer('ramp', 'float64', [128], ramp)]), 'float64', [1], 'z');

  const bytes = builder.toBytes();
  expect(bytes.byteLength).toBeLessThan(600);
  expect(builder.externalData.map(({ path, data }) => [path, data.byteLength])).toEqual([
    ['weights_ones.bin', 1024],
    ['ramp.bin', 1024],
  ]);
  const result = await runModel(builder, {
    x: floats(
      [1, 256],
      Array.from({ length: 256 }, () => 2),
    ),
  });
  expect(result.y?.data).toEqual([512]);
  expect(result.z?.data).toEqual([8128]);
});

it('gives inputs, weights and one value twice as outputs of their own', async () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [1]);
  const w = graph.initializer('w', 'float32', [1], Float32Array.of(7));
  const sum = graph.node('Add', [x, w]);
  const names = [x, w, sum, sum].map((value) => graph.output(value, 'float32', [1]));
  expect(new Set(names).size).toBe(4);
  const results = await runModel(builder, { x: floats([1], [1]) });
  expect(names.map((name) => results[name]?.data)).toEqual([[1], [7], [8], [8]]);
});
