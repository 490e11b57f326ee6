import { expect, it } from 'vitest';
import { printGraph, tensor, traceGraph, where, type Tensor } from '../index.js';
import { bufferOf } from '../values.fixture.js';
import { pushBroadcasts } from './push-broadcasts.js';
import { runGraph } from './run-graph.fixture.js';

const row = tensor([0.1, -2.3, 0.7]);
const matrix = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

/** The graph as text, after checking that it computes the same bits. */
function pushed(f: (...args: Tensor[]) => unknown, ...args: readonly Tensor[]): string {
  const { graph } = traceGraph(f, ...args);
  const result = pushBroadcasts(graph);
  const inputs = args.map(bufferOf);
  expect(runGraph(result, inputs)).toEqual(runGraph(graph, inputs));
  expect(result.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
  return printGraph(result);
}

it('computes on what is repeated, and repeats the result', () => {
  expect(pushed((a) => a.broadcastTo([2, 3]).exp().tanh(), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [3] = exp a
    c: float32 [3] = tanh b
    d: float32 [2,3] = broadcastTo c {shape=[2,3]}
    outputs d"
  `);
  expect(pushed((a) => a.broadcastTo([2, 3]).mul(a.broadcastTo([4, 2, 3])), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [3] = mul a a
    c: float32 [4,2,3] = broadcastTo b {shape=[4,2,3]}
    outputs c"
  `);
});

it('lets elementwise operations repeat by themselves', () => {
  expect(pushed((a, b) => where(b.greater(a.broadcastTo([2, 3])), a.broadcastTo([2, 3]), b), row, matrix))
    .toMatchInlineSnapshot(`
    "inputs  a: float32 [3], b: float32 [2,3]
    c: bool [2,3] = greater b a
    d: float32 [2,3] = where c a b
    outputs d"
  `);
});

it('leaves a repeated operand that something else reads', () => {
  expect(
    pushed((a) => {
      const repeated = a.broadcastTo([2, 3]);
      return [repeated, repeated.exp()];
    }, row),
  ).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [2,3] = broadcastTo a {shape=[2,3]}
    c: float32 [2,3] = exp b
    outputs b, c"
  `);
});

it('reduces what is repeated: sums along the other axes, largest and smallest along any', () => {
  expect(pushed((a) => a.broadcastTo([4, 3]).sum(1), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [] = sum a {axes=[0]}
    c: float32 [4] = broadcastTo b {shape=[4]}
    outputs c"
  `);
  expect(pushed((a) => a.broadcastTo([4, 3]).sum(0), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [4,3] = broadcastTo a {shape=[4,3]}
    c: float32 [3] = sum b {axes=[0]}
    outputs c"
  `);
  expect(pushed((a) => a.broadcastTo([4, 3]).max(0), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    outputs a"
  `);
  expect(pushed((a) => a.reshape([3, 1]).broadcastTo([2, 3, 4]).min([0, 2]), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [3,1] = reshape a {shape=[3,1]}
    c: float32 [3] = min b {axes=[1]}
    outputs c"
  `);
});

it('makes one broadcast of two', () => {
  expect(pushed((a) => a.broadcastTo([2, 3]).broadcastTo([4, 2, 3]), row)).toMatchInlineSnapshot(`
    "inputs  a: float32 [3]
    b: float32 [4,2,3] = broadcastTo a {shape=[4,2,3]}
    outputs b"
  `);
});
