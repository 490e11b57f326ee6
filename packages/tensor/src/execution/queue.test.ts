import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  compile,
  DonatedError,
  evaluate,
  ExecutionError,
  referenceBackend,
  saveTensors,
  setBackend,
  takeAlongAxis,
  tensor,
  withBackend,
  type Tensor,
} from '../index.js';
import { float64, numbersOf } from '../values.fixture.js';
import { fakeBackend } from './fake-backend.fixture.js';

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  process.on('unhandledRejection', onUnhandled);
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', onUnhandled);
  setBackend(referenceBackend);
  expect(unhandled.splice(0)).toEqual([]);
});

it('gives the same results in order when everything is asynchronous', async () => {
  for (const device of [false, true]) {
    const backend = fakeBackend({ asynchronous: true, device, reusesDonated: true });
    await withBackend(backend, () => {
      const step = compile((w: Tensor, rate: number) => w.mul(1 - 0.5).add(rate), { donate: [0] });
      let w = float64([8, 16]);
      const sums: Promise<number>[] = [];
      for (let i = 0; i < 20; i++) {
        w = step(w, i);
        sums.push(w.sum().item());
      }
      return Promise.all(sums);
    }).then((sums) => {
      let [a, b] = [8, 16];
      const expected = Array.from({ length: 20 }, (_, i) => {
        [a, b] = [a * 0.5 + i, b * 0.5 + i];
        return a + b;
      });
      expect(sums).toEqual(expected);
    });
  }
});

it('returns at once, and shows what is running', async () => {
  const backend = fakeBackend({ asynchronous: true });
  const f = compile((x: Tensor) => x.add(1));
  const y = withBackend(backend, () => f(float64([1])));
  expect(String(y)).toBe('Tensor(float64 [1], fake, running)');
  expect(await y.array()).toEqual([2]);
  expect(String(y)).toBe('Tensor(float64 [1], fake, [2])');
});

it('rejects each later read of a failed run with the same error, and nothing else', async () => {
  const backend = fakeBackend({ asynchronous: true, failingRuns: [0] });
  const f = compile((x: Tensor) => [x.add(1), x.mul(2)] as const);
  const [a, b] = withBackend(backend, () => f(float64([1])));
  const error = await a.data().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ExecutionError);
  expect(error).toMatchInlineSnapshot(`[ExecutionError: fake: fake: out of order]`);
  expect(await a.item().catch((reason: unknown) => reason)).toBe(error);
  expect(await b.array().catch((reason: unknown) => reason)).toBe(error);
  expect(await evaluate(a, b).catch((reason: unknown) => reason)).toBe(error);
  // What depends on a failed value fails for the same reason.
  expect(
    await a
      .add(1)
      .item()
      .catch((reason: unknown) => reason),
  ).toBe(error);
  expect(
    await f(a)[0]
      .item()
      .catch((reason: unknown) => reason),
  ).toBe(error);
  expect(String(a)).toBe('Tensor(float64 [1], fake, failed: fake: fake: out of order)');
  // The backend goes on.
  const [c] = withBackend(backend, () => f(float64([1])));
  expect(await c.array()).toEqual([2]);
});

it('leaves a failed run that nobody reads without a sound', async () => {
  for (const asynchronous of [false, true]) {
    const backend = fakeBackend({ asynchronous, failingRuns: [0, 1] });
    withBackend(backend, () => compile((x: Tensor) => x.add(1))(float64([1])));
    const failing = withBackend(backend, () => evaluate(float64([1]).add(1)));
    await expect(failing).rejects.toThrow('fake: out of order');
  }
});

it('reports a backend that cannot compile, and tries again the next time', async () => {
  for (const asynchronous of [false, true]) {
    const options = { asynchronous, failsToCompile: true };
    const backend = fakeBackend(options);
    const f = compile((x: Tensor) => x.add(1).neg());
    const attempt = async (): Promise<unknown> => withBackend(backend, () => f(float64([1]))).array();
    await expect(attempt()).rejects.toThrow('fake: cannot compile');
    await expect(attempt()).rejects.toThrow('fake: cannot compile');
    options.failsToCompile = false;
    expect(await attempt()).toEqual([-2]);
  }
});

it('names the operation and the values of an index out of range, at the read', async () => {
  const y = takeAlongAxis(tensor([1, 2, 3]), tensor([5], { dtype: 'int32' }), 0);
  await expect(y.data()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ExecutionError: takeAlongAxis: index 5 is out of range for axis 0 of size 3; use whole numbers from -3 to 2]`,
  );
  const negative = takeAlongAxis(tensor([1, 2, 3]), tensor([-4], { dtype: 'int32' }), 0);
  await expect(negative.data()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ExecutionError: takeAlongAxis: index -4 is out of range for axis 0 of size 3; use whole numbers from -3 to 2]`,
  );
});

it('lets reads and runs that began before a donation see the old value', async () => {
  for (const device of [false, true]) {
    for (const asynchronous of [false, true]) {
      const backend = fakeBackend({ asynchronous, device, reusesDonated: true });
      const other = fakeBackend({ asynchronous: true });
      const step = compile((w: Tensor) => w.add(1), { donate: [0] });
      const w0 = withBackend(backend, () => compile((x: Tensor) => x.mul(2))(float64([1, 2])));
      const read = w0.data();
      const evaluated = evaluate(w0);
      const saved = saveTensors({ w0 });
      const sum = withBackend(backend, () => w0.sum().item());
      const elsewhere = withBackend(other, () => w0.neg().array());
      const w1 = withBackend(backend, () => step(w0));
      await evaluated;
      expect(await read).toEqual(Float64Array.of(2, 4));
      expect(Array.from(new Float64Array((await saved).slice(-16).buffer))).toEqual([2, 4]);
      expect(await sum).toBe(6);
      expect(await elsewhere).toEqual([-2, -4]);
      expect(await w1.array()).toEqual([3, 5]);
      await expect(w0.data()).rejects.toThrow(DonatedError);
    }
  }
});

it('gives data() copies that belong to the caller', async () => {
  const x = float64([1, 2]);
  const data = await x.data('float64');
  data[0] = 9;
  expect(numbersOf(x)).toEqual([1, 2]);
  const y = x.add(1);
  (await y.data('float64'))[0] = 9;
  expect(numbersOf(y)).toEqual([2, 3]);
});

it('runs an earlier evaluation before a later donation although both wait', async () => {
  const backend = fakeBackend({ asynchronous: true, reusesDonated: true });
  const total = await withBackend(backend, () => {
    const w = compile((x: Tensor) => x.add(1))(float64([1]));
    const doubled = w.mul(2);
    const done = evaluate(doubled);
    compile((x: Tensor) => x.add(5), { donate: [0] })(w);
    return done.then(() => doubled.item());
  });
  expect(total).toBe(4);
});
