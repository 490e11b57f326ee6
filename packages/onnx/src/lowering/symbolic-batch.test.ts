import { sizeOf, Tensor, traceGraph, zeros, type Graph, type Shape } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { ModelBuilder } from '../model-builder.js';
import { floats, runModel } from '../run-model.fixture.js';
import { batchSizes, mapSizes, type AtBatchSizes } from './batch-rule.js';
import { SymbolicBatch } from './symbolic-batch.js';

/** A graph of inputs alone. */
function inputs(...shapes: Shape[]): Graph {
  const tensors = shapes.map((shape) => new Tensor(shape, 'float32', null, 0, null, false));
  return { inputs: tensors, outputs: tensors, nodes: [] };
}

/** The batch of a graph with an input whose axis `axis` it is, and an input of a shape that follows it. */
function following(shapes: AtBatchSizes<Shape>, source: (n: number) => readonly Shape[] = (n) => [[n]]) {
  const graphs = mapSizes([0, 1, 2], (i) => inputs(...source(batchSizes[i]!), shapes[i]!));
  return { batch: new SymbolicBatch(graphs), graph: graphs[0], tensor: graphs[0].inputs.at(-1)! };
}

it.each<[...AtBatchSizes<Shape>, number[], (string | number)[]]>([
  [[7, 3], [13, 3], [1009, 3], [0], ['batch', 3]],
  [[3, 4], [3, 4], [3, 4], [], [3, 4]],
  [[], [], [], [], []],
  [
    [7, 7],
    [13, 13],
    [1009, 1009],
    [0, 1],
    ['batch', 'batch'],
  ],
  [[7, 7], [13, 7], [1009, 7], [0], ['batch', 7]],
  [[2, 28], [2, 52], [2, 4036], [1], [2, '4*batch']],
  [[10], [16], [1012], [0], ['batch+3']],
  [[6], [12], [1008], [0], ['batch-1']],
  [[8], [20], [2012], [0], ['2*batch-6']],
  [[1013], [1007], [11], [0], ['-1*batch+1020']],
])('finds the batch in %j, %j and %j', (first, second, third, open, dimensions) => {
  const { batch, tensor } = following([first, second, third]);
  expect(batch.openAxes(tensor)).toEqual(open);
  expect(batch.dimensions(tensor, 'batch')).toEqual(dimensions);
});

it.each<[what: string, ...AtBatchSizes<number>]>([
  ['half of the batch', 3, 6, 504],
  ['a square', 49, 169, 1009 ** 2],
  ['no more than 32 examples', 7, 13, 32],
])('refuses %s', (_, first, second, third) => {
  const { batch, tensor } = following([
    [3, first],
    [3, second],
    [3, third],
  ]);
  expect(() => batch.dimensions(tensor, 'batch')).toThrow(
    `toOnnx: axis 1 of [3,${first}] is ${first}, ${second} and ${third} for batches of 7, 13 and 1009, which is no ` +
      "multiple of the batch size plus a number; export with { batch: 'fixed' }",
  );
});

it('refuses what follows the batch size of no input', () => {
  const { batch, tensor } = following([[7], [13], [1009]], () => []);
  expect(batch.openAxes(tensor)).toEqual([0]);
  const other = following([[14], [26], [2018]], () => []);
  const builder = new ModelBuilder();
  other.batch.bindInputs(builder.graph, ['']);
  expect(() => other.batch.shapeVector(builder.graph, other.tensor)).toThrow(
    'toOnnx: a size of [14] follows the batch size, which no input of the model has',
  );
});

it.each<[...AtBatchSizes<Shape>, number[]]>([
  [[7], [13], [1009], [5]],
  [
    [7, 3],
    [13, 3],
    [1009, 3],
    [5, 3],
  ],
  [
    [2, 28, 10],
    [2, 52, 16],
    [2, 4036, 1012],
    [2, 20, 8],
  ],
  [
    [8, 7],
    [20, 13],
    [2012, 1009],
    [4, 5],
  ],
])('computes the shape behind %j, %j and %j from an input', async (first, second, third, at5) => {
  // the batch is axis 1 of the second input
  const { batch, graph, tensor } = following([first, second, third], (n) => [
    [4, 2],
    [3, n],
  ]);
  const builder = new ModelBuilder();
  const names = ['a', 'b'].map((name, i) =>
    builder.graph.input(name, 'float32', batch.dimensions(graph.inputs[i]!, 'n')),
  );
  batch.bindInputs(builder.graph, [...names, '']);
  const shape = batch.shapeVector(builder.graph, tensor);
  builder.graph.output(shape!, 'int64', [first.length], 'shape');
  const feeds = { a: floats([4, 2], new Array<number>(8).fill(0)), b: floats([3, 5], new Array<number>(15).fill(0)) };
  expect((await runModel(builder, feeds)).shape!.data).toEqual(at5.map(BigInt));
});

it('gives no vector for a fixed shape', () => {
  const { batch, tensor } = following([
    [3, 4],
    [3, 4],
    [3, 4],
  ]);
  expect(batch.shapeVector(new ModelBuilder().graph, tensor)).toBeNull();
});

it('follows the batch through operations', () => {
  const trace = (batch: number): Graph =>
    traceGraph((x: Tensor) => x.reshape([-1, 2]).transpose().exp(), zeros([batch, 4])).graph;
  const graphs = mapSizes(batchSizes, trace);
  const [graph] = graphs;
  const batch = new SymbolicBatch(graphs);
  const shapes = graph.nodes.flatMap(({ results }) => results.map((result) => batch.dimensions(result, 'n').join()));
  expect(shapes).toEqual(['2*n,2', '2,2*n', '2,2*n']);
  expect(graph.outputs.map(({ shape }) => sizeOf(shape))).toEqual([28]);
});
