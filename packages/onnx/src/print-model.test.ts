import { create } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { ModelProtoSchema } from './generated/onnx_pb.js';
import { ModelBuilder } from './model-builder.js';
import { printModel } from './print-model.js';

it('prints every kind of value, attribute and tensor', () => {
  const builder = new ModelBuilder({ externalData: { threshold: 64 } });
  const { graph } = builder;
  const x = graph.input('x', 'float32', ['batch', 16]);
  graph.input('any', 'int64');
  const w = graph.initializer('w', 'float32', [16, 4], new Float32Array(64));
  graph.initializer('nine', 'int8', [9], new Int8Array(9));
  graph.constant('float16', [1, -0.5]);
  graph.constant('bfloat16', 2);
  graph.constant('bool', [true, false]);
  graph.constant('float64', 0.1);
  graph.constant('uint64', 2n ** 63n);
  const body = graph.subgraph('body');
  body.output(body.node('MatMul', [x, w]), 'float32', ['batch', 4]);
  const attributes = {
    axis: { int: -1 },
    perm: { ints: [1, 0] },
    epsilon: { float: 1e-5 },
    scales: { floats: [1, 0.1, NaN] },
    mode: { string: 'linear' },
    names: { strings: ['a', 'b'] },
    value: { tensor: { elementType: 'int64', dims: [1], data: BigInt64Array.of(3n) } },
    body: { graph: body },
  } as const;
  const [, y] = graph.nodeWithOutputs('Everything', [x, '', w], ['', 'y'], attributes, { domain: 'test' });
  graph.output(y, 'float32', ['batch', 4], 'y');
  expect(printModel(builder.toModel())).toMatchInlineSnapshot(`
    "model: IR 10, ai.onnx 21, test 1, by tessera
    graph main {
      input x: float32[batch, 16]
      input any: int64[...]
      tensor w: float32[16, 4] in 'w.bin'
      tensor nine: int8[9]
      tensor float16_1_m0p5: float16[2] = [1.0, -0.5]
      tensor bfloat16_2: bfloat16[] = 2.0
      tensor bool_1_0: bool[2] = [true, false]
      tensor float64_0p1: float64[] = 0.1
      tensor uint64_9223372036854775808: uint64[] = 9223372036854775808
      _, y = test.Everything(x, _, w) { axis: -1, perm: [1, 0], epsilon: 0.00001, scales: [1.0, 0.1, NaN], mode: 'linear', names: ['a', 'b'], value: int64[1] = [3] }
        body: graph body {
          MatMul = MatMul(x, w)
          output MatMul: float32[batch, 4]
        }
      output y: float32[batch, 4]
    }"
  `);
});

it('prints what this package does not write', () => {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: 'ai.onnx', version: 17n }],
    graph: {
      name: 'g',
      input: [
        { name: 'a' },
        { name: 's', type: { value: { case: 'sequenceType', value: {} } } },
        { name: 'd', type: { value: { case: 'tensorType', value: { elemType: 8, shape: { dim: [{}] } } } } },
      ],
      initializer: [{ name: 'f', dataType: 17, dims: [1n], rawData: Uint8Array.of(1) }],
      node: [{ opType: 'Odd', output: ['o'], attribute: [{ name: 'kind', type: 13 }] }],
    },
  });
  expect(printModel(model)).toMatchInlineSnapshot(`
    "model: IR 8, ai.onnx 17
    graph g {
      input a: unknown
      input s: sequence
      input d: string[?]
      tensor f: float8e4m3fn[1]
      o = Odd() { kind: type_proto }
    }"
  `);
});
