import { expect, it } from 'vitest';
import { eye, linalg, type Tensor } from '../index.js';
import { bind, noAttributes } from '../graph/bind.js';
import { luPrimitives } from '../ops/linalg/lu.js';
import { traceGraph } from '../transforms/trace-graph.js';
import { bufferOf, float64, pattern, relativeDifference } from '../values.fixture.js';
import { expandNodes } from './expand.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

function agreement(f: (...x: Tensor[]) => Tensor, ...operands: Tensor[]): number {
  const { graph } = traceGraph(f, ...operands);
  const inputs = operands.map(bufferOf);
  const blocked = expandNodes(graph, 4);
  expect(countPrimitives(blocked)['matmul']).toBeGreaterThan(1);
  const [expected] = runGraph(graph, inputs);
  const [actual] = runGraph(blocked, inputs);
  return relativeDifference(float64([...(actual as Float64Array)]), float64([...(expected as Float64Array)]));
}

const unit = (n: number): Tensor => eye(n, n, { dtype: 'float64' });

it.each([17, 20, 29, 32])('factors %d rows in blocks', (n) => {
  const x = pattern([2, n, n], n);
  const definite = x.matmul(x.transpose([0, 2, 1])).add(unit(n));
  expect(agreement((a) => linalg.cholesky(a), definite)).toBeLessThan(1e-12);
});

it.each([5, 8, 13, 16])('solves triangular systems of %d rows in blocks', (n) => {
  const a = pattern([n, n], n).mul(0.2).add(unit(n).mul(3));
  for (const lower of [false, true]) {
    for (const transpose of [false, true]) {
      for (const unitDiagonal of [false, true]) {
        const options = { lower, transpose, unitDiagonal };
        expect(agreement((x, y) => linalg.triangularSolve(x, y, options), a, pattern([3, n, 2], 1))).toBeLessThan(
          1e-12,
        );
      }
    }
  }
});

it.each([
  [17, 17],
  [29, 29],
  [40, 18],
])('factors %d × %d elements with pivots in blocks', (m, n) => {
  // Without ties, which rounding would break.
  const x = float64(
    Array.from({ length: 2 * m * n }, (_, i) => Math.sin(i * i + 1)),
    [2, m, n],
  );
  const { graph } = traceGraph((a: Tensor) => bind(luPrimitives.lu, [a], noAttributes), x);
  const inputs = [bufferOf(x)];
  const blocked = expandNodes(graph, 4);
  expect(countPrimitives(blocked)['lu']).toBeGreaterThan(3);
  const [expected, actual] = [runGraph(graph, inputs), runGraph(blocked, inputs)];
  expect(actual.slice(1)).toEqual(expected.slice(1));
  const [factors, wanted] = [actual[0], expected[0]].map((data) => float64([...(data as Float64Array)]));
  expect(relativeDifference(factors!, wanted!)).toBeLessThan(1e-11);
});

it('gives NaN everywhere for a matrix that is not positive definite', () => {
  const negative = float64(Array.from({ length: 20 }, (_, i) => (i === 6 ? 2 : 0)));
  const indefinite = unit(20).sub(negative.mul(unit(20)));
  expect(agreement((a) => linalg.cholesky(a), indefinite)).toBe(0);
});

it('leaves small matrices to the primitives', () => {
  const { graph } = traceGraph((a: Tensor) => linalg.cholesky(a), unit(16));
  expect(countPrimitives(expandNodes(graph, 4))).toEqual(countPrimitives(graph));
});
