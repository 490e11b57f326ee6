import { expect, expectTypeOf, it } from 'vitest';
import type { Attribute } from './attributes.js';
import type { ElementArray } from './elements.js';
import type { GraphBuilder } from './graph-builder.js';
import { ModelBuilder } from './model-builder.js';
import { printModel } from './print-model.js';
import { messageOf } from './run-model.fixture.js';

function start(): { builder: ModelBuilder; graph: GraphBuilder; x: string } {
  const builder = new ModelBuilder();
  return { builder, graph: builder.graph, x: builder.graph.input('x', 'float32', [2, 3]) };
}

it('shares equal scalars and shapes, bit for bit and type for type', () => {
  const { graph } = start();
  expect(graph.constant('float32', 0.5)).toBe(graph.constant('float32', 0.5));
  expect(graph.constant('int64', [2, -1])).toBe(graph.constant('int64', [2n, -1n]));
  const different = [
    graph.constant('float32', 0),
    graph.constant('float32', -0),
    graph.constant('float32', [0]),
    graph.constant('float64', 0),
    graph.constant('float32', NaN),
    graph.constant('bool', false),
    graph.constant('int64', [0]),
    graph.constant('int64', [0], [1, 1]),
  ];
  expect(new Set(different).size).toBe(different.length);
});

it('never shares initializers, nor constants of different graphs', () => {
  const { graph } = start();
  const one = Float32Array.of(1);
  expect(graph.initializer('a', 'float32', [1], one)).not.toBe(graph.initializer('b', 'float32', [1], one));
  expect(graph.subgraph('body').constant('int64', 1)).not.toBe(graph.constant('int64', 1));
});

it('names values readably', () => {
  const { graph, x } = start();
  const names = [
    graph.constant('float32', -0.5),
    graph.constant('float32', 1e-7),
    graph.constant('int64', [0, -1, 28]),
    graph.constant('int64', []),
    graph.constant('bool', true),
    graph.constant('float32', [1, 2, 3, 4], [2, 2]),
    graph.node('Relu', [x]),
    graph.node('Relu', [x], {}, { name: 'dense/relu' }),
    ...graph.nodeWithOutputs('Dropout', [x], ['y', 'mask']),
  ];
  expect(names).toEqual([
    'float32_m0p5',
    'float32_1em7',
    'int64_0_m1_28',
    'int64_empty',
    'bool_1',
    'float32_2x2',
    'Relu',
    'dense/relu',
    'Dropout_y',
    'Dropout_mask',
  ]);
});

it('gives an output its name, and another name to the value that had it', () => {
  const { builder, graph, x } = start();
  const relu = graph.node('Relu', [x]);
  const body = graph.subgraph('then');
  body.output(body.node('Neg', [relu]), 'float32', [2, 3]);
  const other = graph.subgraph('else');
  other.output(relu, 'float32', [2, 3]);
  const choice = graph.node('If', [graph.constant('bool', true)], {
    then_branch: { graph: body },
    else_branch: { graph: other },
  });
  expect(graph.output(choice, 'float32', [2, 3], 'Relu')).toBe('Relu');
  expect(printModel(builder.toModel())).toMatchInlineSnapshot(`
    "model: IR 10, ai.onnx 21, by tessera
    graph main {
      input x: float32[2, 3]
      tensor bool_1: bool[] = true
      Relu_2 = Relu(x)
      Relu = If(bool_1)
        then_branch: graph then {
          Neg = Neg(Relu_2)
          output Neg: float32[2, 3]
        }
        else_branch: graph else {
          Relu_1 = Identity(Relu_2)
          output Relu_1: float32[2, 3]
        }
      output Relu: float32[2, 3]
    }"
  `);
});

it('builds the same bytes from the same calls', () => {
  const build = () => {
    const { builder, graph, x } = start();
    graph.output(graph.node('Mul', [x, graph.constant('float32', 2)]), 'float32', [2, 3], 'y');
    return builder.toBytes();
  };
  expect(build()).toEqual(build());
});

it('types the outputs one by one, and knows the operators', () => {
  const { graph, x } = start();
  expectTypeOf(graph.nodeWithOutputs('TopK', [x], ['values', 'indices'])).toEqualTypeOf<readonly [string, string]>();
  // @ts-expect-error The standard spells it MatMul.
  graph.node('Matmul', [x, x]);
});

it('says what does not fit', () => {
  const { graph, x } = start();
  const floats = (dims: number[], data: ElementArray) => messageOf(() => graph.initializer('w', 'float32', dims, data));
  const attribute = (value: Attribute) => messageOf(() => graph.node('Gemm', [x, x], { alpha: value }));
  expect(
    [
      floats([2, 4], new Float32Array(6)),
      floats([1], new Float64Array(1)),
      floats([-1], new Float32Array(1)),
      floats([2 ** 30, 2 ** 30], new Float32Array(1)),
      messageOf(() => graph.initializer('', 'float32', [1], new Float32Array(1))),
      messageOf(() => graph.initializer('mask', 'bool', [3], Uint8Array.of(0, 1, 2))),
      messageOf(() => graph.constant('int8', 200)),
      messageOf(() => graph.constant('int64', 0.5)),
      messageOf(() => graph.constant('int32', 2n ** 40n)),
      messageOf(() => graph.constant('float32', true)),
      messageOf(() => graph.constant('float32', [1, 2, 3], [2, 2])),
      messageOf(() => graph.input('x', 'float32')),
      messageOf(() => graph.input('z', 'float32', ['batch', 1.5])),
      messageOf(() => graph.input('z', 'float32', [''])),
      messageOf(() => graph.node('Relu', ['nothing'])),
      messageOf(() => graph.output('nothing', 'float32', [])),
      attribute({ int: 0.5 }),
      attribute({ ints: [2n ** 63n] }),
      attribute({ float: 1e39 }),
      attribute({ tensor: { elementType: 'int64', dims: [2], data: new BigInt64Array(1) } }),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "ModelBuildError: initializer w: shape [2,4] has 8 elements, the data 6
    ModelBuildError: initializer w: float32 takes a Float32Array, got Float64Array
    ModelBuildError: initializer w: shape [-1] has a size that is not a whole number >= 0: -1
    ModelBuildError: initializer w: shape [1073741824,1073741824] is too large
    ModelBuildError: initializer: the name is empty
    ModelBuildError: initializer mask: bool takes 0 and 1, got 2 at index 2
    ModelBuildError: constant: int8 cannot hold 200
    ModelBuildError: constant: int64 cannot hold 0.5
    ModelBuildError: constant: int32 cannot hold 1099511627776
    ModelBuildError: constant: float32 cannot hold true
    ModelBuildError: constant: shape [2,2] has 4 elements, the data 3
    ModelBuildError: input x: the model already has an input or output of that name
    ModelBuildError: input z: shape [batch,1.5] has a size that is not a whole number >= 0: 1.5
    ModelBuildError: input z: a symbolic dimension needs a name, got ''
    ModelBuildError: Relu: graph main has no value 'nothing'; make it by input, initializer, constant or an earlier node
    ModelBuildError: output: graph main has no value 'nothing'; make it by input, initializer, constant or an earlier node
    ModelBuildError: Gemm: attribute alpha takes 64-bit integers, got 0.5
    ModelBuildError: Gemm_1: attribute alpha takes 64-bit integers, got 9223372036854775808
    ModelBuildError: Gemm_2: attribute alpha takes float32 numbers, got 1e+39
    ModelBuildError: Gemm_3: attribute alpha: shape [2] has 2 elements, the data 1"
  `);
});

it('closes a graph that a node has', () => {
  const { graph, x } = start();
  const body = graph.subgraph('body');
  const attach = () => messageOf(() => graph.node('If', [x], { then_branch: { graph: body } }));
  expect(attach()).toBe('ModelBuildError: If: graph body has no outputs; name them with output()');
  const inner = body.node('Relu', [x]);
  body.output(inner, 'float32');
  expect(attach()).toBe('nothing thrown');
  expect(messageOf(() => body.node('Relu', [x]))).toBe(
    'ModelBuildError: graph body: it belongs to If_1 and can no longer change',
  );
  expect(attach()).toBe('ModelBuildError: If_2: graph body already belongs to If_1; build another');
  expect(messageOf(() => graph.node('Neg', [inner]))).toBe(
    "ModelBuildError: Neg: graph main has no value 'Relu'; make it by input, initializer, constant or an earlier node",
  );
});

it('begins the names of nodes with a scope, in all graphs, but not those of values', () => {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', []);
  const y = graph.within('outer', () => {
    const inner = graph.within('inner', () => graph.node('Neg', [x]));
    return graph.node('Abs', [inner]);
  });
  graph.output(graph.node('Exp', [y]), 'float32', [], 'y');
  const nodes = builder.toModel().graph!.node.map(({ name, output }) => [name, output[0]]);
  expect(nodes).toEqual([
    ['inner/Neg', 'Neg'],
    ['outer/Abs', 'Abs'],
    ['y', 'y'],
  ]);
});
