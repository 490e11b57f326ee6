import { expect, it } from 'vitest';
import { concat, printGraph, tensor, traceGraph, type Tensor } from '../index.js';
import { constant } from '../ops/create.js';
import { bufferOf } from '../values.fixture.js';
import { foldConstants } from './fold-constants.js';
import { runGraph } from './run-graph.fixture.js';

const x = tensor([1, 2]);

/** The graph without what was folded, after checking that it computes the same bits. */
function folded(f: (a: Tensor) => Tensor): string {
  const { graph } = traceGraph(f, x);
  const result = foldConstants(graph);
  expect(runGraph(result, [bufferOf(x)])).toEqual(runGraph(graph, [bufferOf(x)]));
  return printGraph(result);
}

const two = (...shape: number[]): Tensor => constant(2, shape, 'float32');

it('computes elementwise operations on constants', () => {
  expect(folded((a) => a.mul(two().exp().add(two(2)).less(7).cast('float32')))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2]
    b: float32 [2] = full {shape=[2], dtype=float32, value=0}
    c: float32 [2] = mul a b
    outputs c"
  `);
});

it('moves and chooses elements of constants', () => {
  const moved = (a: Tensor): Tensor =>
    a.add(concat([two(3, 2).transpose(), two(1, 3)]).slice([0, 2]).reshape([6]).max().broadcastTo([2])); // prettier-ignore
  expect(folded(moved)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2]
    b: float32 [2] = full {shape=[2], dtype=float32, value=2}
    c: float32 [2] = add a b
    outputs c"
  `);
});

it('keeps sums, whose rounding depends on the order, and concatenations of different values', () => {
  expect(folded((a) => a.add(two(5).sum()))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2]
    b: float32 [5] = full {shape=[5], dtype=float32, value=2}
    c: float32 [] = sum b {axes=[0]}
    d: float32 [2] = add a c
    outputs d"
  `);
  expect(folded((a) => a.add(concat([two(1), constant(3, [1], 'float32')])))).toMatchInlineSnapshot(`
    "inputs  a: float32 [2]
    b: float32 [1] = full {shape=[1], dtype=float32, value=2}
    c: float32 [1] = full {shape=[1], dtype=float32, value=3}
    d: float32 [2] = concat b c {axis=0}
    e: float32 [2] = add a d
    outputs e"
  `);
});
