import { sizeOf, Tensor, traceGraph, zeros, type Graph, type Shape } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { ModelBuilder } from '../model-builder.js';
import { floats, runModel } from '../run-model.fixture.js';
import { SymbolicBatch } from './symbolic-batch.js';

const sizes = { first: 7, second: 13 };

/** A graph of inputs alone. */
function inputs(...shapes: Shape[]): Graph {
  const tensors = shapes.map((shape) => new Tensor(shape, 'float32', null, 0, null, false));
  return { inputs: tensors, outputs: tensors, nodes: [] };
}

it.each<[Shape, Shape, number[], (string | number)[]]>([
  [[7, 3], [13, 3], [0], ['batch', 3]],
  [[3, 4], [3, 4], [], [3, 4]],
  [[], [], [], []],
  [
    [7, 7],
    [13, 13],
    [0, 1],
    ['batch', 'batch'],
  ],
  [[7, 7], [13, 7], [0], ['batch', 7]],
  [[2, 28], [2, 52], [1], [2, '4*batch']],
  [[10], [16], [0], ['batch+3']],
  [[6], [12], [0], ['batch-1']],
  [[8], [20], [0], ['2*batch-6']],
  [[13], [7], [0], ['-1*batch+20']],
])('finds the batch in %j and %j', (first, second, open, dimensions) => {
  const graph = inputs([7], first);
  const batch = new SymbolicBatch(graph, inputs([13], second), sizes);
  expect(batch.openAxes(graph.inputs[1]!)).toEqual(open);
  expect(batch.dimensions(graph.inputs[1]!, 'batch')).toEqual(dimensions);
});

it('refuses a size that is no multiple of the batch', () => {
  const graph = inputs([7], [3, 4]);
  const batch = new SymbolicBatch(graph, inputs([13], [3, 5]), sizes);
  expect(() => batch.dimensions(graph.inputs[1]!, 'batch')).toThrow(
    "toOnnx: axis 1 of [3,4] is no multiple of the batch size; export with { batch: 'fixed' }",
  );
});

it.each<[Shape, Shape, number[]]>([
  [[7], [13], [5]],
  [
    [7, 3],
    [13, 3],
    [5, 3],
  ],
  [
    [2, 28, 10],
    [2, 52, 16],
    [2, 20, 8],
  ],
  [
    [8, 7],
    [20, 13],
    [4, 5],
  ],
])('computes the shape behind %j and %j from an input', async (first, second, at5) => {
  // the batch is axis 1 of the second input
  const graph = inputs([4, 2], [3, 7], first);
  const batch = new SymbolicBatch(graph, inputs([4, 2], [3, 13], second), sizes);
  const builder = new ModelBuilder();
  const names = ['a', 'b'].map((name, i) =>
    builder.graph.input(name, 'float32', batch.dimensions(graph.inputs[i]!, 'n')),
  );
  batch.bindInputs(builder.graph, [...names, '']);
  const shape = batch.shapeVector(builder.graph, graph.inputs[2]!);
  builder.graph.output(shape!, 'int64', [first.length], 'shape');
  const feeds = {
    a: floats(
      [4, 2],
      Array.from({ length: 8 }, () => 0),
    ),
    b: floats(
      [3, 5],
      Array.from({ length: 15 }, () => 0),
    ),
  };
  expect((await runModel(builder, feeds)).shape!.data).toEqual(at5.map(BigInt));
});

it('gives no vector for a fixed shape', () => {
  const graph = inputs([7], [3, 4]);
  const batch = new SymbolicBatch(graph, inputs([13], [3, 4]), sizes);
  expect(batch.shapeVector(new ModelBuilder().graph, graph.inputs[1]!)).toBeNull();
});

it('follows the batch through operations', () => {
  const trace = (batch: number): Graph =>
    traceGraph((x: Tensor) => x.reshape([-1, 2]).transpose().exp(), zeros([batch, 4])).graph;
  const graph = trace(7);
  const batch = new SymbolicBatch(graph, trace(13), sizes);
  const shapes = graph.nodes.flatMap(({ results }) => results.map((result) => batch.dimensions(result, 'n').join()));
  expect(shapes).toEqual(['2*n,2', '2,2*n', '2,2*n']);
  expect(graph.outputs.map(({ shape }) => sizeOf(shape))).toEqual([28]);
});
