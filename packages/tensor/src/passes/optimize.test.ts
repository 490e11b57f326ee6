import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import {
  compile,
  concat,
  executablesCreated,
  nn,
  tensor,
  traceGraph,
  valueAndGrad,
  where,
  zeros,
  type Tensor,
} from '../index.js';
import { bufferOf, pattern } from '../values.fixture.js';
import { apply } from '../graph/bind.js';
import { poolPrimitives } from '../ops/pool.js';
import { optimizeGraph, withoutOptimizations } from './optimize.js';
import { countPrimitives, runGraph } from './run-graph.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

/** One step of a random program: picks operands among the values so far by number, and adds a value. */
type Step = (values: readonly Tensor[], a: number, b: number) => Tensor | null;

function pick(values: readonly Tensor[], at: number): Tensor {
  return values[at % values.length]!;
}

function fits(x: Tensor, y: Tensor): boolean {
  return [1, 2, 3, 4].every((i) => {
    const [m, n] = [x.shape[x.rank - i] ?? 1, y.shape[y.rank - i] ?? 1];
    return m === n || m === 1 || n === 1;
  });
}

function permuted(x: Tensor, by: number): Tensor {
  const left = [...x.shape.keys()];
  return x.transpose(x.shape.flatMap((_, i) => left.splice((by + i * 3) % left.length, 1)));
}

const binary =
  (f: (x: Tensor, y: Tensor) => Tensor): Step =>
  (values, a, b) => {
    const [x, y] = [pick(values, a), pick(values, b)];
    return fits(x, y) ? f(x, y) : null;
  };

// Small whole numbers stay exact under all of these, so that the order of sums does not matter.
const steps: readonly Step[] = [
  binary((x, y) => x.add(y)),
  binary((x, y) => x.sub(y)),
  binary((x, y) => x.maximum(y)),
  binary((x, y) => where(x.less(y), x, y.neg())),
  (values, a) => pick(values, a).neg(),
  (values, a) => pick(values, a).relu(),
  (values, a) => pick(values, a).sign().mul(2),
  (values, a) => pick(values, a).mul(1).add(0),
  (values, a) => pick(values, a).add(zeros(pick(values, a).shape).add(3)),
  (values, a, b) => permuted(pick(values, a), b),
  (values, a, b) => permuted(permuted(pick(values, a), b), b + 1),
  (values, a) => pick(values, a).reshape([-1]),
  (values, a, b) => (pick(values, a).rank < 4 ? pick(values, a).expandDims(b % (pick(values, a).rank + 1)) : null),
  (values, a) => pick(values, a).squeeze(),
  (values, a, b) =>
    pick(values, a).rank > 0
      ? pick(values, a)
          .clip(-9, 9)
          .sum(b % pick(values, a).rank)
      : null,
  (values, a, b) => (pick(values, a).rank > 0 ? pick(values, a).max(b % pick(values, a).rank) : null),
  (values, a, b) => (pick(values, a).rank > 0 ? pick(values, a).slice([null, null, b % 2 === 0 ? -1 : 1]) : null),
  (values, a) => (pick(values, a).rank < 3 ? pick(values, a).broadcastTo([2, ...pick(values, a).shape]) : null),
  (values, a) =>
    pick(values, a).size < 100 && pick(values, a).rank > 0 ? concat([pick(values, a), pick(values, a)]) : null,
  (values, a) => pick(values, a).cast('int32').cast('float32'),
  (values, a) => {
    const x = pick(values, a);
    return x.rank === 4 && x.shape.slice(1, 3).every((n) => n >= 2) ? nn.maxPool(nn.relu(x), 2, { strides: 1 }) : null;
  },
  (values, a) => {
    const x = pick(values, a);
    const kernel = tensor([1, -1, 0, 1], { shape: [2, 2, 1, 1] });
    const plain = x.rank === 4 && x.shape[3] === 1 && x.shape[1]! >= 2 && x.shape[2]! >= 2;
    return plain ? nn.conv(x.clip(-9, 9), kernel) : null;
  },
];

it('keeps the results of random programs, in both layouts, and adds nothing but transposes', () => {
  const program = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 12 });
  const args = [
    tensor([3, -1, 2, 0, -2, 1, 4, -3, 1, 0, 2, -1], { shape: [1, 3, 4, 1] }),
    tensor([[1], [-2], [3]]),
    tensor([2, -1, 0, 1]),
  ];
  fc.assert(
    fc.property(program, (choices) => {
      const f = (...inner: Tensor[]): Tensor[] => {
        const values = [...inner];
        for (const [step, a, b] of choices) {
          const value = steps[step]!(values, a, b);
          if (value !== null && value.size < 5000) values.push(value);
        }
        return values.filter((value) => value.node !== null);
      };
      const { graph, captured } = traceGraph(f, ...args);
      const inputs = [...args, ...captured].map(bufferOf);
      const expected = runGraph(graph, inputs);
      for (const channels of ['last', 'first'] as const) {
        const optimized = optimizeGraph(graph, { channels });
        expect(runGraph(optimized, inputs)).toEqual(expected);
        optimized.outputs.forEach((output, i) => {
          expect([output.dtype, output.shape]).toEqual([graph.outputs[i]!.dtype, graph.outputs[i]!.shape]);
        });
        if (channels === 'last') expect(optimized.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
      }
    }),
    { numRuns: 300 },
  );
});

it('pools before relu with the same gradients, also in windows that overlap or hold nothing positive', () => {
  const x = pattern([2, 5, 6, 3], 4);
  for (const options of [{}, { strides: 1, padding: 'same' }, { strides: 2 }] as const) {
    const loss = (a: Tensor): Tensor =>
      nn
        .maxPool(nn.relu(a), 3, options)
        .mul(pattern([3], 1))
        .square()
        .sum();
    const { graph, captured } = traceGraph((a: Tensor) => valueAndGrad(loss)(a), x);
    const inputs = [x, ...captured].map(bufferOf);
    const optimized = optimizeGraph(graph, { channels: 'last' });
    expect(runGraph(optimized, inputs)).toEqual(runGraph(graph, inputs));
    const rectified = optimized.nodes.find(({ primitive }) => primitive.name === 'relu')!.results[0]!;
    expect(rectified.size).toBeLessThanOrEqual(x.size);
    expect(optimized.nodes.findIndex(({ primitive }) => primitive.name === 'maxPool')).toBeLessThan(
      optimized.nodes.findIndex(({ primitive }) => primitive.name === 'relu'),
    );
  }
});

it('keeps a mask that belongs to another tensor than the pooled one', () => {
  const [x, y, dy] = [pattern([1, 4, 4, 1], 4), pattern([1, 4, 4, 1], 5), pattern([1, 2, 2, 1], 6)];
  const attributes = {
    window: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 0],
    ],
    channels: 'last',
  } as const;
  const f = (a: Tensor, b: Tensor, d: Tensor): Tensor => {
    const gradient = apply(poolPrimitives.maxPoolGrad, [nn.relu(a), d], attributes);
    return gradient.mul(nn.relu(b).greater(0).cast('float64'));
  };
  const { graph } = traceGraph(f, x, y, dy);
  const inputs = [x, y, dy].map(bufferOf);
  expect(runGraph(optimizeGraph(graph, { channels: 'last' }), inputs)).toEqual(runGraph(graph, inputs));
});

it('leaves one of each of the operations that a dense layer and its gradients need', () => {
  const loss = (w: Tensor, b: Tensor, x: Tensor): Tensor => nn.relu(x.matmul(w).add(b)).mean();
  const { graph } = traceGraph(
    (w: Tensor, b: Tensor, x: Tensor) => valueAndGrad(loss, { argnums: [0, 1] })(w, b, x),
    pattern([3, 4], 1),
    pattern([4], 2),
    pattern([5, 3], 3),
  );
  expect(countPrimitives(optimizeGraph(graph, { channels: 'first' }))).toMatchInlineSnapshot(`
    {
      "add": 1,
      "cast": 1,
      "full": 2,
      "greater": 1,
      "matmul": 2,
      "mul": 2,
      "relu": 1,
      "sum": 2,
      "transpose": 1,
    }
  `);
});

it('can be switched off, with equal bits and executables of its own', async () => {
  const f = (x: Tensor): Tensor => x.transpose().transpose().mul(1).add(x.exp()).sub(x.exp());
  const x = tensor([0.1, -2.3, 0.7]);
  const counted = (run: () => Promise<unknown>): Promise<[unknown, number]> => {
    const before = executablesCreated();
    return run().then((value) => [value, executablesCreated() - before]);
  };
  const step = compile(f);
  const [optimized] = await counted(() => step(x).array());
  const [plain, created] = await counted(() => withoutOptimizations(() => step(x).array()));
  expect(plain).toEqual(optimized);
  expect(created).toBe(1);
  expect(await withoutOptimizations(() => f(x).array())).toEqual(optimized);
  expect(await counted(() => step(x).array())).toEqual([optimized, 0]);
  const { graph } = traceGraph(f, x);
  expect(withoutOptimizations(() => optimizeGraph(graph, { channels: 'last' })).nodes).toHaveLength(graph.nodes.length);
  expect(optimizeGraph(graph, { channels: 'last' }).nodes.length).toBeLessThan(graph.nodes.length);
});
