import { afterEach, expect, it } from 'vitest';
import { fakeBackend } from '../execution/fake-backend.fixture.js';
import { compile, referenceBackend, setBackend, tensor, withBackend, type Tensor } from '../index.js';
import { float64, numbersOf } from '../values.fixture.js';

afterEach(() => {
  setBackend(referenceBackend);
});

const product = (w: { kernel: Tensor }, x: Tensor, scale: number): Tensor => w.kernel.mul(x).mul(scale);

it('hands the values of frozen arguments to the backend, once', async () => {
  const backend = fakeBackend();
  const f = compile(product, { freeze: [0] });
  const w = { kernel: float64([1, 2]) };
  for (const scale of [1, 3]) {
    const result = withBackend(backend, () => f(w, float64([10, 20]), scale));
    expect([...(await result.data())]).toEqual([10 * scale, 40 * scale]);
  }
  expect(backend.log.frozen).toEqual([[[1, 2], null, null]]);
  expect(f.traces).toBe(1);
});

it.each([false, true])('compiles anew for other tensors, and drops what it had (device: %s)', async (device) => {
  const backend = fakeBackend({ device, asynchronous: true });
  const f = compile(product, { freeze: [0] });
  const results = [float64([1]), float64([2]), float64([3]).add(1)].flatMap((kernel) =>
    [5, 7].map((x) => withBackend(backend, () => f({ kernel }, float64([x]), 1))),
  );
  expect(await Promise.all(results.map((result) => result.item()))).toEqual([5, 7, 10, 14, 20, 28]);
  expect(backend.log.frozen.filter((values) => values.length > 0)).toEqual([
    [[1], null, null],
    [[2], null, null],
    [[4], null, null],
  ]);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(backend.log.disposed).toBe(2);
  expect(f.traces).toBe(1);
});

it('freezes a value that is still being computed', async () => {
  const backend = fakeBackend({ asynchronous: true });
  const twice = compile((x: Tensor) => x.mul(2));
  const f = compile(product, { freeze: [0] });
  const result = withBackend(backend, () => f({ kernel: twice(float64([4])) }, float64([3]), 1));
  expect(await result.item()).toBe(24);
});

it('shares executables of the reference backend, which has nothing to prepare', () => {
  const f = compile(product, { freeze: [0] });
  for (const value of [1, 2, 1]) {
    expect(numbersOf(f({ kernel: float64([value]) }, float64([10]), 1))).toEqual([10 * value]);
  }
});

it('rejects the reads of results when a frozen value could not be computed', async () => {
  const backend = fakeBackend({ failingRuns: [0] });
  const f = compile(product, { freeze: [0] });
  const kernel = withBackend(backend, () => compile((x: Tensor) => x.mul(2))(float64([4])));
  const result = withBackend(backend, () => f({ kernel }, float64([3]), 1));
  await expect(result.item()).rejects.toThrow('fake: out of order');
});

it('refuses to freeze what is donated', () => {
  expect(() => compile((x: Tensor) => x, { donate: [0], freeze: [0] })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: a compiled function: argument 0 is in donate and in freeze; what a call consumes cannot be part of the compiled code]`,
  );
});

it('lets a frozen tensor be read afterwards', async () => {
  const backend = fakeBackend();
  const kernel = tensor([1, 2]);
  const f = compile(product, { freeze: [0] });
  await withBackend(backend, () => f({ kernel }, tensor([1, 1]), 1)).data();
  expect(numbersOf(kernel)).toEqual([1, 2]);
});
