import { afterEach, expect, it } from 'vitest';
import {
  compile,
  evaluate,
  FreedError,
  memory,
  memoryScope,
  PendingLimitError,
  setBackend,
  tensor,
  withBackend,
  type Tensor,
} from '../index.js';
import { float64, numbersOf, pattern } from '../values.fixture.js';
import { fakeBackend } from './fake-backend.fixture.js';
import { referenceBackend } from './reference.js';

afterEach(() => {
  setBackend(referenceBackend);
});

/** What `body` leaves in the memory of the backend. */
async function left(backend: ReturnType<typeof fakeBackend>, body: () => Promise<unknown>): Promise<number> {
  setBackend(backend);
  const before = backend.memory().bytes;
  await body();
  return backend.memory().bytes - before;
}

it('counts stored tensors and their bytes, but no numbers', async () => {
  const before = memory();
  const x = tensor([1, 2, 3]);
  const y = x.mul(2).add(1);
  expect(memory().liveTensors - before.liveTensors).toBe(1);
  await evaluate(y);
  const { liveTensors, liveBytes, queuedRuns } = memory();
  expect([liveTensors - before.liveTensors, liveBytes - before.liveBytes, queuedRuns]).toEqual([2, 24, 0]);
});

it('stops counting what was donated', () => {
  const step = compile((w: Tensor) => w.mul(0.5), { donate: [0] });
  let w = pattern([100], 1);
  const { liveTensors, liveBytes } = memory();
  for (let i = 0; i < 10; i++) w = step(w);
  expect([memory().liveTensors, memory().liveBytes]).toEqual([liveTensors, liveBytes]);
  expect(w.size).toBe(100);
});

it.each([false, true])(
  'frees copies and intermediate values in device memory (asynchronous: %s)',
  async (asynchronous) => {
    const x = pattern([4, 4], 1); // lies on the host
    const f = (a: Tensor): Tensor => a.matmul(a).tanh().add(a).exp().sum();
    for (const lacks of [[], ['tanh'], ['matmul', 'exp'], ['add', 'sum']] as const) {
      const backend = fakeBackend({ device: true, asynchronous, lacks });
      let y: Tensor | null = null;
      // The result stays, and nothing else.
      expect(await left(backend, async () => evaluate((y = compile(f)(x))))).toBe(8);
      expect(await y!.item()).toBeCloseTo(await withBackend(referenceBackend, () => f(x).item()), 12);
    }
  },
);

it.each([false, true])(
  'keeps to the memory of the state when it is donated (asynchronous: %s)',
  async (asynchronous) => {
    for (const lacks of [[], ['mul'], ['tanh', 'sum']] as const) {
      const backend = fakeBackend({ device: true, asynchronous, lacks, reusesDonated: true });
      const step = compile((w: Tensor, x: Tensor) => w.sub(w.mul(x).tanh().mul(x.sum())), { donate: [0] });
      const x = pattern([8], 2);
      let w = pattern([8], 1);
      const grown = await left(backend, async () => {
        for (let i = 0; i < 5; i++) {
          w = step(w, x);
          await evaluate(w);
        }
      });
      expect(grown).toBe(64);
      expect((await w.data()).every(Number.isFinite)).toBe(true);
    }
  },
);

it('frees what was made in a scope and not kept', async () => {
  const backend = fakeBackend({ device: true, asynchronous: true });
  setBackend(backend);
  const outer = pattern([8], 1);
  const lazy = outer.exp(); // made before, computed in the scope
  const scope = memoryScope();
  const loss = lazy.sum();
  const state = scope.keep({ w: outer.mul(2), later: outer.add(1).tanh() });
  const gone = outer.sub(1);
  await evaluate(loss, gone, lazy);
  scope.dispose();
  await evaluate(state.w, state.later);
  expect(backend.memory().bytes).toBe(3 * 64);
  expect(await state.w.sub(outer).sub(outer).sum().item()).toBe(0);
  expect(await lazy.data()).toHaveLength(8);
  await expect(gone.data()).rejects.toThrow(FreedError);
  expect(() => compile((x: Tensor) => x.exp())(gone)).toThrow(FreedError);
  await expect(gone.add(1).data()).rejects.toThrow(
    'data: this tensor was freed when the memoryScope ended in which it was made; take it along with scope.keep(tensor)',
  );
});

it('waits with freeing for reads and runs that have begun', async () => {
  const backend = fakeBackend({ device: true, asynchronous: true });
  setBackend(backend);
  const x = pattern([8], 1);
  const scope = memoryScope();
  const y = x.mul(3);
  const read = y.data();
  scope.dispose();
  expect((await read).length).toBe(8);
  await expect(y.data()).rejects.toThrow(FreedError);
  expect(backend.memory().bytes).toBe(0);
});

it('nests scopes, and moves what is kept to the one around', async () => {
  const outer = memoryScope();
  const inner = memoryScope();
  const kept = inner.keep(float64([1]).add(1));
  inner.dispose();
  expect(numbersOf(kept)).toEqual([2]);
  outer.dispose();
  await expect(kept.data()).rejects.toThrow(FreedError);
});

it('frees nothing in a scope that ends while a later one is open', async () => {
  const first = memoryScope();
  const a = float64([1]).add(1);
  const second = memoryScope();
  const b = float64([2]).add(1);
  await evaluate(a, b);
  first.dispose();
  expect(numbersOf(a)).toEqual([2]);
  second.dispose();
  await expect(b.data()).rejects.toThrow(FreedError);
  expect(numbersOf(float64([3]).add(1))).toEqual([4]); // no scope is open any more
});

it('works with `using`', async () => {
  let x: Tensor;
  {
    using scope = memoryScope();
    x = float64([1]).add(1);
    await evaluate(x);
    expect(scope).toBeDefined();
  }
  await expect(x.data()).rejects.toThrow(FreedError);
});

it('refuses a run when ten thousand wait, before it consumes anything', async () => {
  setBackend(fakeBackend({ device: true, asynchronous: true }));
  const step = compile((w: Tensor) => w.add(1), { donate: [0] });
  let w = float64([0]);
  for (let i = 0; i < 10_000; i++) w = step(w);
  expect(memory().queuedRuns).toBe(10_000);
  expect(() => step(w)).toThrow(PendingLimitError);
  expect(() => step(w)).toThrow(
    'a compiled function: 10000 runs wait for their turn on fake; await a result in each step of the loop',
  );
}, 60_000);
