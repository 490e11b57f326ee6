import { expect, it } from 'vitest';
import { grad, tensor, zeros, type Tensor } from '../index.js';
import { printGraph } from '../graph/print.js';
import { closeFunction, graphOf } from './close-function.js';

const vector = { shape: [2], dtype: 'float32' } as const;

it('takes tensors from outside as inputs, once each, and numbers as constants', () => {
  const w = tensor([1, 2]);
  const { graph, captured, value } = closeFunction('scan', [vector], ([x]) => {
    const y = x!.mul(w).add(w).sub(3);
    return { outputs: [y, w], value: 'beside' };
  });
  expect(captured).toHaveLength(1);
  expect(captured[0]).toBe(w);
  expect(value).toBe('beside');
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "inputs  a: float32 [2], b: float32 [2]
    c: float32 [2] = mul a b
    d: float32 [2] = add c b
    e: float32 [] = full {shape=[], dtype=float32, value=3}
    f: float32 [2] = sub d e
    outputs f, b"
  `);
});

it('takes tracers of enclosing transforms as inputs', () => {
  let captured: readonly Tensor[] = [];
  let graphTraces: unknown[] = [];
  const outer = (w: Tensor): Tensor => {
    const closed = closeFunction('scan', [vector], ([x]) => ({ outputs: [x!.mul(w)], value: null }));
    captured = closed.captured;
    graphTraces = [...closed.graph.inputs, ...closed.graph.outputs].map(({ trace }) => trace);
    expect(captured[0]).toBe(w);
    return w.sum();
  };
  grad(outer)(tensor([1, 2]));
  expect(captured).toHaveLength(1);
  expect(graphTraces).toEqual([null, null, null]);
});

it('keeps constants as operations when they are evaluated outside', async () => {
  const zero = zeros([2]);
  const graph = graphOf('scan', [vector], (x) => [x.mul(zero)]);
  await zero.data();
  expect(graph.nodes.map(({ primitive }) => primitive.name)).toEqual(['full', 'mul']);
  expect(
    graph.nodes.every(({ results }) => results.every(({ node, storage }) => node !== null && storage === null)),
  ).toBe(true);
});
