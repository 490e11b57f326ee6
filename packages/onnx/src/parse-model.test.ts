import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ModelProtoSchema,
  TensorProto_DataLocation,
  type GraphProtoSchema,
  type TensorProtoSchema,
} from './generated/onnx_pb.js';
import { ModelBuilder } from './model-builder.js';
import { parseModel } from './parse-model.js';
import { messageOf } from './run-model.fixture.js';

type ModelInit = MessageInitShape<typeof ModelProtoSchema>;
type GraphInit = MessageInitShape<typeof GraphProtoSchema>;
type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

const opsetImport = [{ domain: '', version: 21n }];

function parse(model: ModelInit): string {
  return messageOf(() => parseModel(toBinary(ModelProtoSchema, create(ModelProtoSchema, model))));
}

function parseGraph(graph: GraphInit): string {
  return parse({ irVersion: 10n, opsetImport, graph: { name: 'g', ...graph } });
}

function parseTensor(tensor: TensorInit): string {
  return parseGraph({ initializer: [{ name: 'w', ...tensor }] });
}

function sample(): Uint8Array {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', ['n', 2]);
  const w = graph.initializer('w', 'float32', [2], Float32Array.of(1, 2));
  graph.output(graph.node('Gemm', [x, w], { alpha: { float: 2 } }), 'float32', ['n', 2], 'y');
  return builder.toBytes();
}

it('accepts models of others: default inputs, typed fields, unpacked or packed numbers', () => {
  expect(
    parseGraph({
      input: [{ name: 'x' }],
      initializer: [
        { name: 'x', dataType: 1, dims: [2n], floatData: [1, 2] },
        { name: 'h', dataType: 10, dims: [1n], int32Data: [0x3c00] },
        { name: 's', dataType: 8, dims: [1n], stringData: [Uint8Array.of(65)] },
      ],
      node: [{ opType: 'Add', input: ['x', 'x'], output: ['y'] }],
      output: [{ name: 'y' }],
    }),
  ).toBe('nothing thrown');
  const packedDims = new BinaryWriter().tag(1, 2).bytes(Uint8Array.of(2, 3)).tag(2, 0).int32(1);
  const tensor = packedDims.tag(9, 2).bytes(new Uint8Array(24)).finish();
  const graph = new BinaryWriter().tag(5, 2).bytes(tensor).finish();
  const model = new BinaryWriter().tag(1, 0).int32(10).tag(8, 2).bytes(Uint8Array.of(0x10, 21)).tag(7, 2).bytes(graph);
  expect(parseModel(model.finish()).graph?.initializer[0]?.dims).toEqual([2n, 3n]);
});

it('says why bytes are no model', () => {
  const bytes = sample();
  const text = new TextEncoder().encode('{"layers": []}');
  const wrongWireType = new BinaryWriter().tag(7, 0).int32(1).finish();
  const deep = Array.from({ length: 60 }).reduce<Uint8Array>((inner) => {
    const attribute = new BinaryWriter().tag(6, 2).bytes(inner).finish();
    const node = new BinaryWriter().tag(5, 2).bytes(attribute).finish();
    return new BinaryWriter().tag(1, 2).bytes(node).finish();
  }, new Uint8Array(0));
  expect(
    [
      messageOf(() => parseModel(new Uint8Array(0))),
      messageOf(() => parseModel(text)),
      messageOf(() => parseModel(bytes.subarray(0, bytes.length - 1))),
      messageOf(() => parseModel(Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f))),
      messageOf(() => parseModel(Uint8Array.of(0x08, 0xff, 0xff))),
      messageOf(() => parseModel(wrongWireType)),
      messageOf(() => parseModel(new BinaryWriter().tag(7, 2).bytes(deep).finish())),
      messageOf(() => parseModel(bytes, { maxItems: 20 })),
      parse({}),
      parse({ irVersion: 99n }),
      parse({ irVersion: 10n }),
      parse({ irVersion: 10n, graph: {} }),
      parse({ irVersion: 10n, graph: {}, opsetImport: [{ domain: '', version: -1n }] }),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "ModelFormatError: parseModel: the file is empty
    ModelFormatError: parseModel: not an ONNX model: premature EOF
    ModelFormatError: parseModel: byte 119: 4 bytes exceed onnx.ModelProto
    ModelFormatError: parseModel: byte 0: 4294967295 bytes exceed onnx.ModelProto
    ModelFormatError: parseModel: not an ONNX model: premature EOF
    ModelFormatError: parseModel: byte 0: onnx.ModelProto.graph has wire type 0
    ModelFormatError: parseModel: messages are nested deeper than 100
    ModelFormatError: parseModel: more than 20 items; raise the limit if you trust the file
    ModelFormatError: parseModel: the file is empty
    ModelFormatError: parseModel: IR version 99 is unknown; known are 1 to 13
    ModelFormatError: parseModel: the model has no graph
    ModelFormatError: parseModel: the model imports no operators
    ModelFormatError: parseModel: operator domain '' has version -1"
  `);
});

it('says where a graph contradicts itself', () => {
  const outer = { name: 'x' };
  const branch = { name: 'then', node: [{ opType: 'Neg', input: ['later'], output: ['n'] }] };
  expect(
    [
      parseGraph({ input: [outer, outer] }),
      parseGraph({ output: [{ name: 'y' }] }),
      parseGraph({ node: [{ output: ['y'] }] }),
      parseGraph({ node: [{ opType: 'Neg', input: ['x'], output: ['y'] }] }),
      parseGraph({ input: [outer], node: [{ opType: 'Neg', input: ['x'], output: ['x'] }] }),
      parseGraph({ input: [outer], node: [{ opType: 'Gelu', domain: 'com.microsoft', input: ['x'] }] }),
      parseGraph({
        input: [outer],
        node: [{ opType: 'If', input: ['x'], attribute: [{ name: 'then_branch', g: branch }] }],
      }),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "ModelFormatError: parseModel: graph g: input makes 'x', which exists already
    ModelFormatError: parseModel: graph g: output uses 'y', which nothing before it makes
    ModelFormatError: parseModel: graph g: a node has no operator
    ModelFormatError: parseModel: graph g: Neg uses 'x', which nothing before it makes
    ModelFormatError: parseModel: graph g: Neg makes 'x', which exists already
    ModelFormatError: parseModel: Gelu is of domain 'com.microsoft', which the model does not import
    ModelFormatError: parseModel: graph then: Neg uses 'later', which nothing before it makes"
  `);
});

it('says which tensor is not as large as its shape', () => {
  const external = (location: string, more: readonly [string, string][] = []): TensorInit => ({
    dataType: 1,
    dims: [2n],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [['location', location] as const, ...more].map(([key, value]) => ({ key, value })),
  });
  expect(
    [
      parseTensor({ dataType: 1, dims: [2n], rawData: new Uint8Array(7) }),
      parseTensor({ dataType: 7, dims: [3n], int64Data: [1n] }),
      parseTensor({ dataType: 8, dims: [3n] }),
      parseTensor({ dataType: 1, dims: [-1n] }),
      parseTensor({ dataType: 1, dims: [2n ** 40n, 2n ** 40n] }),
      parseTensor({ dataType: 1, dims: [1n], floatData: [1], segment: { begin: 0n, end: 1n } }),
      ...['', '/etc/passwd', '../w.bin', 'a/../../w.bin', '..\\w.bin', 'C:\\w.bin'].map((path) =>
        parseTensor(external(path)),
      ),
      parseTensor(external('w.bin', [['offset', '-1']])),
      parseTensor(external('w.bin', [['length', '1e3']])),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "ModelFormatError: tensor w: float32[2] needs 8 bytes of raw data, has 7
    ModelFormatError: tensor w: int64[3] needs 3 elements, has 1
    ModelFormatError: tensor w: string[3] needs 3 elements, has 0
    ModelFormatError: tensor w: shape [-1] is not possible
    ModelFormatError: tensor w: shape [1099511627776,1099511627776] is not possible
    ModelFormatError: tensor w: segments are not supported
    ModelFormatError: tensor w: external data must lie beside the model, got ''
    ModelFormatError: tensor w: external data must lie beside the model, got '/etc/passwd'
    ModelFormatError: tensor w: external data must lie beside the model, got '../w.bin'
    ModelFormatError: tensor w: external data must lie beside the model, got 'a/../../w.bin'
    ModelFormatError: tensor w: external data must lie beside the model, got '..\\w.bin'
    ModelFormatError: tensor w: external data must lie beside the model, got 'C:\\w.bin'
    ModelFormatError: tensor w: external data has offset '-1'
    ModelFormatError: tensor w: external data has length '1e3'"
  `);
  expect(parseTensor(external('data/w.bin', [['length', '8']]))).toBe('nothing thrown');
});

it('throws nothing but its own error, whatever bytes are changed', () => {
  const bytes = sample();
  const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), to: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.nat({ max: bytes.length }), (changes, length) => {
      const changed = bytes.slice(0, length);
      for (const { at, to } of changes) if (at < length) changed[at] = to;
      expect(messageOf(() => parseModel(changed))).toMatch(/^(nothing thrown|ModelFormatError: )/);
    }),
    { numRuns: 500 },
  );
});
