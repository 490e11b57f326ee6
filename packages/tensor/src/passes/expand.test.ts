import { expect, it } from 'vitest';
import { grad, linalg, vmap, type Tensor } from '../index.js';
import { traceGraph } from '../transforms/trace-graph.js';
import { bufferOf, pattern, relativeDifference } from '../values.fixture.js';
import { compile } from '../transforms/compile.js';
import { expandNodes } from './expand.js';
import { optimizeGraph } from './optimize.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

const a = pattern([4, 4], 1);
const b = pattern([4, 2], 2);

it('gives the same bits', () => {
  const { graph } = traceGraph((x: Tensor, y: Tensor) => [linalg.solve(x, y), linalg.inv(x)], a, b);
  const inputs = [a, b].map(bufferOf);
  expect(runGraph(expandNodes(graph, null), inputs)).toEqual(runGraph(graph, inputs));
  expect(countPrimitives(expandNodes(graph, null))).not.toHaveProperty('solve');
});

it('lets a system, its gradient and the determinant share one factorization', () => {
  const loss = (x: Tensor, y: Tensor): Tensor => linalg.solve(x, y).sum().add(linalg.slogdet(x).logAbsDet);
  const { graph } = traceGraph((x: Tensor, y: Tensor) => [loss(x, y), ...grad(loss, { argnums: [0, 1] })(x, y)], a, b);
  const counts = countPrimitives(optimizeGraph(graph, { channels: 'last' }));
  expect(counts['lu']).toBe(1);
});

it('leaves batches whole', () => {
  const stack = pattern([3, 4, 4], 3);
  const solved = vmap(linalg.solve)(stack, pattern([3, 4], 4));
  const compiled = compile(vmap(linalg.solve))(stack, pattern([3, 4], 4));
  expect(relativeDifference(compiled, solved)).toBe(0);
});
