import { expect, it } from 'vitest';
import { grad } from '../transforms/grad.js';
import { traceGraph } from '../transforms/trace-graph.js';
import type { Tensor } from '../tensor.js';
import { bufferOf, pattern } from '../values.fixture.js';
import { joinSlices } from './join-slices.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

const x = pattern([2, 6], 1);
const piece = (x: Tensor, from: number, to: number): Tensor => x.slice(null, [from, to]);

it.each<[string, (x: Tensor) => Tensor, joined: boolean]>([
  [
    'three pieces',
    (x) =>
      piece(x, 4, 6)
        .mul(3)
        .sum()
        .add(piece(x, 0, 1).exp().sum())
        .add(piece(x, 1, 4).square().sum()),
    true,
  ],
  [
    'a gap',
    (x) =>
      piece(x, 0, 2)
        .exp()
        .sum()
        .add(piece(x, 3, 6).square().sum()),
    false,
  ],
  [
    'an overlap',
    (x) =>
      piece(x, 0, 4)
        .exp()
        .sum()
        .add(piece(x, 3, 6).square().sum()),
    false,
  ],
  [
    'two axes',
    (x) =>
      x
        .slice([0, 1])
        .exp()
        .sum()
        .add(piece(x, 1, 6).square().sum()),
    false,
  ],
  [
    'steps',
    (x) =>
      x
        .slice(null, [0, 6, 2])
        .exp()
        .sum()
        .add(x.slice(null, [1, 6, 2]).square().sum()),
    false,
  ],
])('puts gradients of slices side by side where they fill the tensor: %s', (_, f, joined) => {
  const { graph } = traceGraph(grad(f) as never, x);
  const after = joinSlices(graph);
  expect(countPrimitives(after)['concat'] === 1).toBe(joined);
  expect(runGraph(after, [bufferOf(x)])).toEqual(runGraph(graph, [bufferOf(x)]));
});
