import { expect, it } from 'vitest';
import { flopCounts, flopsOf, graphFlops } from './flops.js';
import { cond, fft, foriLoop, grad, linalg, nn, ones, primitiveNames, scan, traceGraph, type Tensor } from './index.js';

/** Operations of a function's nodes of one primitive. */
function count(name: string, f: (...x: Tensor[]) => unknown, ...inputs: Tensor[]): (number | null)[] {
  const { nodes } = traceGraph(f, ...inputs).graph;
  return nodes.filter(({ primitive }) => primitive.name === name).map(flopsOf);
}

it('has a count for each primitive', () => {
  for (const name of primitiveNames) expect(flopCounts, name).toHaveProperty(name);
});

it('counts two operations for each term of a product', () => {
  expect(count('matmul', (a, b) => a!.matmul(b!), ones([5, 2, 3]), ones([3, 4]))).toEqual([5 * 2 * 3 * 4 * 2]);
});

it.each([
  ['whole', 1, [3, 3, 2, 4], 3 * 3 * 4 * (3 * 3 * 2) * 2],
  ['grouped', 2, [3, 3, 1, 4], 3 * 3 * 4 * (3 * 3 * 1) * 2],
])('counts as much for the gradients of a %s convolution as for itself', (_, groups, kernel, flops) => {
  const f = (x: Tensor, k: Tensor): Tensor => nn.conv(x, k, { groups }).square().sum();
  const both = (x: Tensor, k: Tensor): unknown => grad(f, { argnums: [0, 1] })(x, k);
  for (const name of ['conv', 'convInputGrad', 'convFilterGrad']) {
    expect(count(name, both as never, ones([1, 5, 5, 2]), ones(kernel)), name).toEqual([flops]);
  }
});

it('counts elements, terms and windows', () => {
  expect(count('exp', (x) => x!.exp(), ones([2, 3]))).toEqual([6]);
  expect(count('sum', (x) => x!.sum(1), ones([2, 3]))).toEqual([6]);
  expect(count('greater', (x) => x!.greater(0), ones([2, 3]))).toEqual([0]);
  expect(count('avgPool', (x) => nn.avgPool(x!, 2), ones([1, 4, 4, 3]))).toEqual([12 * 4]);
});

it('counts transforms and factorizations by their formulas, and not what iterates', () => {
  expect(count('fft', (x) => fft.fft(x!, x!), ones([2, 8]))).toEqual([2 * 5 * 8 * 3]);
  expect(count('cholesky', (x) => linalg.cholesky(x!), ones([6, 6]))).toEqual([72]);
  expect(count('svd', (x) => linalg.svd(x!).s, ones([6, 6]))).toEqual([null]);
});

it('counts what loops and branches run', () => {
  const flops = (f: (x: Tensor) => unknown): number => graphFlops(traceGraph(f, ones([4])).graph);
  expect(flops((x) => x.exp().add(x))).toBe(8);
  expect(flops((x) => scan((carry: Tensor) => [carry.exp(), null] as const, x, null, { length: 5 })[0])).toBe(20);
  expect(flops((x) => foriLoop(0, 5, (_, y: Tensor) => y.exp(), x))).toBeGreaterThanOrEqual(4);
  expect(
    flops((x) =>
      cond(
        x.sum().greater(0),
        (y: Tensor) => y.exp(),
        (y: Tensor) => y.exp().sin().cos(),
        x,
      ),
    ),
  ).toBe(4 + 12);
});
