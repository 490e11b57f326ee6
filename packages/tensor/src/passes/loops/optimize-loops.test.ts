import { expect, it } from 'vitest';
import type { Graph } from '../../graph/graph.js';
import { cond } from '../../ops/control/cond.js';
import { scan, type ScanAttributes } from '../../ops/control/scan.js';
import { grad, valueAndGrad } from '../../transforms/grad.js';
import { jvp } from '../../transforms/jvp.js';
import { traceGraph } from '../../transforms/trace-graph.js';
import type { Tensor } from '../../tensor.js';
import { bufferOf, float64, pattern, relativeDifference } from '../../values.fixture.js';
import { fromHostArray, zeros } from '../../create.js';
import { optimizeGraph } from '../optimize.js';
import { countPrimitives, runGraph } from '../run-graph.fixture.js';

/** An LSTM layer: [steps, batch, inputs] → sum of squares of its outputs. */
function lstm(w: Tensor, r: Tensor, b: Tensor, xs: Tensor): Tensor {
  const [batch, units] = [xs.shape[1]!, r.shape[0]!];
  const zero = zeros([batch, units], { dtype: 'float64' });
  const step = ([h, c]: readonly [Tensor, Tensor], x: Tensor): [[Tensor, Tensor], Tensor] => {
    const z = x.matmul(w).add(b).add(h.matmul(r));
    const part = (k: number): Tensor => z.slice(null, [k * units, (k + 1) * units]);
    const next = part(1)
      .sigmoid()
      .mul(c)
      .add(part(0).sigmoid().mul(part(2).tanh()));
    const out = part(3).sigmoid().mul(next.tanh());
    return [[out, next], out];
  };
  const [, ys] = scan(step, [zero, zero] as [Tensor, Tensor], xs);
  return ys.square().sum();
}

const weights = [pattern([3, 16], 1), pattern([4, 16], 2).mul(0.3), pattern([16], 3)] as const;
const xs = pattern([5, 2, 3], 4);

function optimized(f: (...args: never[]) => unknown, ...args: readonly Tensor[]): Graph {
  return optimizeGraph(traceGraph(f, ...args).graph, { channels: 'last' });
}

function loops(graph: Graph): { body: Record<string, number>; operands: number; results: number }[] {
  return graph.nodes
    .filter(({ primitive }) => primitive.name === 'scan')
    .map(({ attributes, operands, results }) => ({
      body: countPrimitives((attributes as ScanAttributes).body),
      operands: operands.length,
      results: results.length,
    }));
}

/** Largest difference between a function evaluated step by step and its optimized graph. */
function difference(f: (...args: never[]) => unknown, args: readonly Tensor[]): number {
  const { graph, captured } = traceGraph(f, ...args);
  const inputs = [...args, ...captured].map(bufferOf);
  const expected = runGraph(graph, inputs);
  const actual = runGraph(optimizeGraph(graph, { channels: 'last' }), inputs);
  return Math.max(
    ...actual.map((data, i) => {
      const tensor = (values: typeof data): Tensor => fromHostArray(values, [values.length], 'float64');
      return relativeDifference(tensor(data), tensor(expected[i]!));
    }),
  );
}

it('leaves one product in each loop of an LSTM, and makes all others large ones around them', () => {
  const step = valueAndGrad(lstm, { argnums: [0, 1, 2, 3] }) as never;
  const graph = optimized(step, ...weights, xs);
  const [forward, backward, ...rest] = loops(graph);
  expect(rest).toEqual([]);
  expect([forward!.body['matmul'], backward!.body['matmul']]).toEqual([1, 1]);
  // The gradients of the four slices are put side by side.
  expect([backward!.body['concat'], backward!.body['unslice']]).toEqual([1, undefined]);
  // x·w before, dx, dw and dr behind.
  expect(countPrimitives(graph)['matmul']).toBe(4);
  expect(difference(step, [...weights, xs])).toBeLessThan(1e-14);
});

it('stores for gradients only what they need', () => {
  const f = (w: Tensor, x: Tensor): Tensor =>
    scan((c, v: Tensor) => [c.mul(w).add(v), null], float64([0], []).sum(), x)[0];
  const graph = optimized(grad(f, { argnums: [0, 1] }) as never, float64([2], []), float64([1, 2, 3]));
  const [forward] = loops(graph);
  // The last carry is not read; c before each step is stacked.
  expect(forward).toMatchObject({ results: 2 });
  const linear = (x: Tensor): Tensor => scan((c, v: Tensor) => [c.mul(2).add(v), null], float64([0], []).sum(), x)[0];
  // A linear loop needs nothing stored: only the backward one is left.
  expect(loops(optimized(grad(linear) as never, float64([1, 2, 3])))).toHaveLength(1);
});

it('runs values and tangents in one loop', () => {
  const f = (w: Tensor, x: Tensor): Tensor => lstm(w, weights[1], weights[2], x);
  const both = (w: Tensor, x: Tensor): unknown => jvp(f, [w, x], [w.mul(0.5), x.neg()]);
  expect(loops(optimized(both, weights[0], xs))).toHaveLength(1);
  expect(difference(both, [weights[0], xs])).toBeLessThan(1e-14);
});

it('merges loops that carry the same, and no others', () => {
  const sums = (x: Tensor): Tensor => scan((c, v: Tensor) => [c.add(v), c.mul(v)], x.sum(), x)[1];
  const others = (x: Tensor): Tensor => scan((c, v: Tensor) => [c.add(v), c.sub(v)], x.sum(), x)[1];
  const products = (x: Tensor): Tensor => scan((c, v: Tensor) => [c.mul(v), c], x.sum(), x)[1];
  const x = float64([1, 2, 3]);
  const count = (f: (x: Tensor) => Tensor[]): number => loops(optimized(f as never, x)).length;
  expect(count((x) => [sums(x), others(x)])).toBe(1);
  expect(count((x) => [sums(x), products(x)])).toBe(2);
  // One that reads the other's results stays behind it.
  const after = (x: Tensor): Tensor[] => {
    const first = sums(x);
    const [, second] = scan((c, v: Tensor) => [c.add(v), c.mul(v)], x.sum(), first);
    return [first, second];
  };
  expect(count(after)).toBe(2);
  for (const f of [(x: Tensor) => [sums(x), others(x), products(x)], after])
    expect(difference(f as never, [x])).toBe(0);
});

it('computes what depends on constants alone once, and drops what nobody reads', () => {
  const f = (w: Tensor, x: Tensor): Tensor =>
    scan(
      ({ c, unread, same }, v: Tensor) => [
        { c: c.mul(w.exp()).add(v).add(same), unread: unread.mul(v), same },
        unread.add(c),
      ],
      { c: x.sum(), unread: x.max(), same: w.sin() },
      x,
    )[0].c;
  const graph = optimized(f as never, float64([0.5], []), float64([1, 2, 3]));
  const [loop] = loops(graph);
  expect(loop).toEqual({ body: { mul: 1, add: 2 }, operands: 4, results: 1 });
  expect(countPrimitives(graph)).toMatchObject({ exp: 1, sin: 1 });
  expect(difference(f as never, [float64([0.5], []), float64([1, 2, 3])])).toBe(0);
});

it('drops results of branches that nobody reads', () => {
  const f = (x: Tensor): Tensor =>
    cond(
      x.sum().greater(0),
      () => [x.exp(), x.log()],
      () => [x, x.neg()],
    )[0]!;
  const graph = optimized(f as never, float64([1, 2]));
  expect(graph.nodes.find(({ primitive }) => primitive.name === 'cond')!.results).toHaveLength(1);
  expect(difference(f as never, [float64([1, 2])])).toBe(0);
});

it('adds products up over the steps as one product', () => {
  const f = (a: Tensor, b: Tensor): Tensor =>
    scan(
      (sum, [x, y]: readonly [Tensor, Tensor]) => [sum.add(x.matmul(y)).add(y.transpose().matmul(y).sum()), null],
      zeros([2, 5], { dtype: 'float64' }),
      [a, b] as const,
    )[0];
  const args = [pattern([4, 2, 3], 1), pattern([4, 3, 5], 2)];
  const graph = optimized(f as never, ...args);
  expect(loops(graph)[0]?.body).toMatchObject({ matmul: 1 });
  expect(difference(f as never, args)).toBeLessThan(1e-14);
});
