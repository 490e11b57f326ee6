import { expect, it } from 'vitest';
import { compile, evaluate, takeAlongAxis, tensor, withBackend, zeros, type Tensor } from '../index.js';
import { float64 } from '../values.fixture.js';
import { fakeBackend } from './fake-backend.fixture.js';

/** Fails at run time: there is no such index. */
function failing(x: Tensor): Tensor {
  return takeAlongAxis(x, tensor([9], { dtype: 'int32' }), 0);
}

const outOfRange = /index 9 is out of range/;

it('computes what a failed evaluation shares with others', async () => {
  for (const device of [false, true]) {
    for (const asynchronous of [false, true]) {
      const backend = fakeBackend({ device, asynchronous });
      const read = (x: Tensor): Promise<unknown> => withBackend(backend, () => x.array());
      const shared = zeros([2], { dtype: 'float64' });
      const other = shared.add(5).mul(3);
      expect(await read(shared.add(1))).toEqual([1, 1]);
      expect(await read(other.sum())).toBe(30);
      // Both were computed without being stored, so this evaluation is to store them.
      await expect(read(failing(shared.add(other)))).rejects.toThrow(outOfRange);
      expect(await read(shared.sub(2))).toEqual([-2, -2]);
      expect(await read(other.div(5))).toEqual([3, 3]);
      expect(await read(shared)).toEqual([0, 0]);
      if (device) expect(backend.memory().bytes).toBeLessThan(200);
    }
  }
});

it('gives the values to runs that were queued behind the failed one', async () => {
  for (const device of [false, true]) {
    const backend = fakeBackend({ asynchronous: true, device });
    const read = (x: Tensor): Promise<unknown> => withBackend(backend, () => x.array());
    const shared = float64([1, 2]).mul(3);
    const results = [read(shared.sum()), read(failing(shared.neg())), read(shared.mul(2))];
    const w = withBackend(backend, () => compile((x: Tensor) => x.add(1), { donate: [0] })(shared));
    expect(await Promise.allSettled(results)).toEqual([
      { status: 'fulfilled', value: 9 },
      { status: 'rejected', reason: expect.objectContaining({ message: expect.stringMatching(outOfRange) }) },
      { status: 'fulfilled', value: [6, 12] },
    ]);
    expect(await read(w)).toEqual([4, 7]);
  }
});

it('fails only those of several tensors that cannot be computed, each for its own reason', async () => {
  const x = float64([1, 2, 3]);
  const good = Array.from({ length: 20 }, (_, i) => x.add(i));
  const bad = [failing(x), takeAlongAxis(x, tensor([-7], { dtype: 'int32' }), 0)];
  const all = [...good.slice(0, 7), bad[0]!, ...good.slice(7, 11), bad[1]!, ...good.slice(11)];
  await expect(evaluate(...all)).rejects.toThrow(outOfRange);
  expect(await Promise.all(good.map((y) => y.array()))).toEqual(good.map((_, i) => [1 + i, 2 + i, 3 + i]));
  const reasons = await Promise.all(bad.map((y) => y.data().catch((error: unknown) => error)));
  expect(reasons.map(String)).toEqual([
    expect.stringMatching(/index 9 is out of range/),
    expect.stringMatching(/index -7 is out of range/),
  ]);
  expect(await bad[0]!.data().catch((error: unknown) => error)).toBe(reasons[0]);
});

it('keeps an argument of a compiled function apart from another one that fails', async () => {
  const f = compile((x: Tensor, y: Tensor) => x.add(y));
  const lazy = zeros([1], { dtype: 'float64' });
  await expect(f(lazy, failing(float64([1]))).array()).rejects.toThrow(outOfRange);
  expect(await f(lazy, float64([4])).array()).toEqual([4]);
});

it('gives up when too much fails', async () => {
  const x = float64([1, 2, 3]);
  const bad = Array.from({ length: 300 }, (_, i) => takeAlongAxis(x, tensor([9 + i], { dtype: 'int32' }), 0));
  const backend = fakeBackend();
  await expect(withBackend(backend, () => evaluate(...bad))).rejects.toThrow(/index \d+ is out of range/);
  await expect(bad[299]!.data()).rejects.toThrow(/index \d+ is out of range/);
  expect(backend.log.runs).toBeLessThan(70);
});
