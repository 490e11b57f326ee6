import { afterEach, expect, it, vi } from 'vitest';
import {
  compile,
  evaluate,
  executablesCreated,
  grad,
  PendingLimitError,
  random,
  referenceBackend,
  setBackend,
  tensor,
  withBackend,
  zeros,
  type Tensor,
} from '../index.js';
import { sortNodes } from '../graph/graph.js';
import { float64, numbersOf, pattern, shown } from '../values.fixture.js';
import { fakeBackend } from './fake-backend.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  setBackend(referenceBackend);
});

/** Operations that wait behind a tensor for its value. */
function pending(x: Tensor): number {
  return sortNodes([x], (t) => t.storage === null).length;
}

const [inputs, targets] = [pattern([8, 3], 1), pattern([8, 1], 2)];
const loss = (w: Tensor): Tensor => inputs.matmul(w).sub(targets).square().mean();
const step = (w: Tensor): Tensor => w.sub(grad(loss)(w).mul(0.05));

it('neither grows nor compiles anew in a loop that reads only the loss', async () => {
  let w = float64([0, 0, 0], [3, 1]);
  const losses: number[] = [];
  const created: number[] = [];
  const waiting: number[] = [];
  for (let i = 0; i < 1000; i++) {
    w = step(w);
    losses.push(await loss(w).item());
    created.push(executablesCreated());
    waiting.push(pending(w));
  }
  expect(created.at(-1)! - created[0]!).toBeLessThanOrEqual(4);
  expect(created.at(-1)).toBe(created[5]);
  expect(new Set(waiting.slice(5)).size).toBe(1);
  expect(waiting.at(-1)).toBeLessThan(100);

  const compiledStep = compile((v: Tensor) => [step(v), loss(step(v))] as const);
  let v = float64([0, 0, 0], [3, 1]);
  for (let i = 0; i < 1000; i++) {
    const [next, value] = compiledStep(v);
    v = next;
    expect(losses[i]).toBeCloseTo(numbersOf(value)[0]!, 12);
  }
  expect(numbersOf(w).map((n) => n.toFixed(12))).toEqual(numbersOf(v).map((n) => n.toFixed(12)));
});

it('runs each operation at most twice when a loop reads only the loss', async () => {
  const backend = fakeBackend({ device: true });
  setBackend(backend);
  let w = zeros([3, 1], { dtype: 'float64' });
  for (let i = 0; i < 20; i++) {
    w = step(w);
    await loss(w).item();
  }
  const operations = backend.log.graphs.map((graph) => graph.length);
  expect(backend.log.compiled).toBeLessThanOrEqual(5);
  expect(Math.max(...operations)).toBeLessThanOrEqual(2 * operations[0]!);
});

it('computes what was asked for together, once', async () => {
  const backend = fakeBackend();
  const x = float64([1, 2, 3]);
  const base = x.exp();
  const [a, b] = [base.sum(), base.mul(2)];
  await withBackend(backend, () => evaluate(a, b, base, a));
  expect(backend.log.graphs).toEqual([['exp', 'sum', 'mul']]);
  await withBackend(backend, () => evaluate(a, b, base));
  expect(backend.log.runs).toBe(1);
  expect(numbersOf(b)).toEqual([1, 2, 3].map((v) => 2 * Math.exp(v)));
});

it('does not compute a stored value again', async () => {
  const backend = fakeBackend();
  const x = float64([1, 2, 3]).exp();
  await withBackend(backend, () => evaluate(x));
  await withBackend(backend, () => evaluate(x.sum()));
  expect(backend.log.graphs).toEqual([['exp'], ['sum']]);
});

it('stores at the frontier what an earlier evaluation computed and a new operation needs', async () => {
  const backend = fakeBackend();
  const hidden = float64([1, 2, 3]).exp();
  await withBackend(backend, () => evaluate(hidden.sum()));
  expect(hidden.storage).toBeNull();
  await withBackend(backend, () => evaluate(hidden.mul(2)));
  expect(hidden.storage).not.toBeNull();
  await withBackend(backend, () => evaluate(hidden.mul(2).neg()));
  expect(backend.log.graphs).toEqual([
    ['exp', 'sum'],
    ['exp', 'mul'],
    ['mul', 'neg'],
  ]);
});

it('uses one executable for equal structures with other values, and another one for other shapes or sharing', () => {
  const before = executablesCreated();
  const unusual = (a: Tensor, b: Tensor): Tensor => a.tanh().mul(b).tanh().sub(b).sigmoid();
  numbersOf(unusual(float64([1]), float64([2])));
  expect(executablesCreated() - before).toBe(1);
  numbersOf(unusual(float64([3]), float64([4])));
  expect(executablesCreated() - before).toBe(1);
  numbersOf(unusual(float64([3, 4]), float64([4])));
  expect(executablesCreated() - before).toBe(2);
  const same = float64([5]);
  expect(numbersOf(unusual(same, same))).toEqual(numbersOf(unusual(float64([5]), float64([5]))));
  expect(executablesCreated() - before).toBe(3);
  numbersOf(unusual(tensor([1]), tensor([2])));
  expect(executablesCreated() - before).toBe(4);
});

it('tells structures apart that differ only in their wiring, their outputs or their attributes', () => {
  const [a, b] = [float64([5, 2]), float64([3, 7])];
  expect(numbersOf(a.sub(b).sub(a))).toEqual([-3, -7]);
  expect(numbersOf(a.sub(b).sub(b))).toEqual([-1, -12]);
  expect(numbersOf(a.sub(b).sub(a.sub(b)))).toEqual([0, 0]);
  const twice = (f: (x: Tensor, y: Tensor) => Tensor[]): number[][] => compile(f)(a, b).map(numbersOf);
  expect(twice((x, y) => [x.sub(y), y.sub(x)])).toEqual([
    [2, -5],
    [-2, 5],
  ]);
  expect(twice((x, y) => [y.sub(x), x.sub(y)])).toEqual([
    [-2, 5],
    [2, -5],
  ]);
  expect([numbersOf(a.cast('int8')), a.cast('int8').dtype, a.cast('int16').dtype]).toEqual([[5, 2], 'int8', 'int16']);
  expect([numbersOf(a.slice([0, 1])), numbersOf(a.slice([1, 2]))]).toEqual([[5], [2]]);
});

it('treats JavaScript numbers as inputs, so that other numbers need no other executable', () => {
  const f = (rate: number): number[] => numbersOf(float64([1, 2]).mul(rate).tanh().add(rate).sigmoid());
  f(0.5);
  const before = executablesCreated();
  expect(f(0.25)).not.toEqual(f(0.125));
  expect(executablesCreated()).toBe(before);
});

it('tells constants apart that JSON shows alike', () => {
  const g = (value: number): number[] => numbersOf(compile((x: Tensor) => x.mul(value))(tensor([1])));
  expect([g(0), g(-0)]).toEqual([[0], [-0]]);
  expect([g(NaN), g(Infinity), g(-Infinity)]).toEqual([[NaN], [Infinity], [-Infinity]]);
});

it('refuses to let an unbounded history grow', async () => {
  let w = float64([1]);
  for (let i = 0; i < 20_001; i++) w = w.add(1);
  await expect(w.item()).rejects.toThrow(PendingLimitError);
  await expect(w.item()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[PendingLimitError: evaluate: 20001 operations wait for a value, more than 20000; call \`await evaluate(w)\` on the state in each step of the loop, or compile the step]`,
  );
});

it('walks graphs iteratively: 19,000 operations in a row', () => {
  let w = float64([0]);
  for (let i = 0; i < 19_000; i++) w = w.add(1);
  expect(numbersOf(w)).toEqual([19_000]);
});

it('splits a graph at what the backend lacks, in one or another memory space, and gives the same results', async () => {
  const f = (x: Tensor): Tensor[] => {
    const a = x.exp().tanh();
    const b = a.matmul(x.transpose()).tanh();
    return [b.sum(), a, x.neg(), x.reshape([6]), b.exp()];
  };
  const x = pattern([2, 3], 1);
  const expected = f(x).map(numbersOf);
  for (const device of [false, true]) {
    for (const asynchronous of [false, true]) {
      for (const lacks of [[], ['tanh'], ['exp', 'sum'], ['matmul', 'transpose', 'neg', 'reshape']] as const) {
        const backend = fakeBackend({ device, asynchronous, lacks });
        const results = f(x);
        await withBackend(backend, () => evaluate(...results));
        for (const graph of backend.log.graphs)
          expect(graph.filter((name) => (lacks as readonly string[]).includes(name))).toEqual([]);
        const data = await Promise.all(results.map(async (result) => Array.from(await result.data('float64'))));
        expect(data).toEqual(expected);
        const compiled = withBackend(backend, () => compile(f)(x));
        expect(await Promise.all(compiled.map(async (y) => Array.from(await y.data('float64'))))).toEqual(expected);
      }
    }
  }
});

it('runs nothing on a backend that supports nothing', async () => {
  const backend = fakeBackend({ lacks: ['mul', 'add'], device: true });
  const y = float64([1, 2]).mul(3).add(1);
  expect(await withBackend(backend, () => y.array())).toEqual([4, 7]);
  expect(backend.log.compiled).toBe(0);
});

it('lets tiny graphs run on reference, unless a backend is pinned or has a memory of its own', async () => {
  const host = fakeBackend();
  setBackend(host);
  await tensor([1, 2]).mul(3).array();
  expect(host.log.runs).toBe(0);
  await zeros([2000]).add(1).data();
  expect(host.log.runs).toBe(1);
  await withBackend(host, () => tensor([1, 2]).mul(3).array());
  expect(host.log.runs).toBe(2);
  const device = fakeBackend({ device: true });
  setBackend(device);
  await tensor([1, 2]).mul(3).array();
  expect(device.log.runs).toBe(1);
});

it('moves values between memory spaces', async () => {
  const [one, other] = [fakeBackend({ device: true }), fakeBackend({ device: true, asynchronous: true })];
  Object.assign(other, { memorySpace: 'other' });
  const a = withBackend(one, () => {
    const y = float64([1, 2]).mul(3);
    void evaluate(y);
    return y;
  });
  expect(await withBackend(other, () => a.add(1).array())).toEqual([4, 7]);
  expect(numbersOf(a.sub(1))).toEqual([2, 5]);
});

it('keeps at most 256 executables, the most recently used, and disposes of the others', async () => {
  const backend = fakeBackend({ device: true });
  setBackend(backend);
  const sized = (n: number): Promise<unknown> =>
    compile((x: Tensor) => x.add(1).tanh())(float64(Array(n).fill(0))).data();
  for (let n = 1; n <= 200; n++) await sized(n);
  const { compiled } = backend.log;
  await sized(1);
  expect(backend.log.compiled).toBe(compiled);
  for (let n = 201; n <= 320; n++) await sized(n);
  expect(backend.log.disposed).toBeGreaterThan(0);
  const after = backend.log.compiled;
  await sized(1); // used in between: still there
  expect(backend.log.compiled).toBe(after);
  await sized(2); // evicted: compiled again
  expect(backend.log.compiled).toBeGreaterThan(after);
});

it('compiles anew when the executable of a compiled function was evicted', async () => {
  const backend = fakeBackend({ device: true });
  setBackend(backend);
  const f = compile((x: Tensor) => x.sub(3).tanh());
  expect(shown(await settled(f(float64([3]))))).toEqual(['float64 [1] 0']);
  for (let n = 1; n <= 300; n++) await compile((x: Tensor) => x.add(2).exp())(float64(Array(n).fill(0))).data();
  expect(shown(await settled(f(float64([3]))))).toEqual(['float64 [1] 0']);
  expect(f.traces).toBe(1);
});

/** The value on the host. */
async function settled(x: Tensor): Promise<Tensor> {
  return tensor(await x.data());
}

it('gives random bits on the host or in the graph alike', async () => {
  const draw = (): Tensor => random.uniform(random.split(random.key(5)).slice([1, 2]).reshape([]), [4]);
  const expected = numbersOf(draw());
  for (const randomOnHost of [false, true]) {
    const backend = fakeBackend({ randomOnHost });
    expect(await withBackend(backend, () => draw().array())).toEqual(expected);
    expect(backend.log.graphs.flat().includes('keySplit')).toBe(!randomOnHost);
  }
});
