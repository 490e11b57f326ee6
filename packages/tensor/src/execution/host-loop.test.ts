import { expect, it } from 'vitest';
import { cond } from '../ops/control/cond.js';
import { scan } from '../ops/control/scan.js';
import { whileLoop } from '../ops/control/while.js';
import { evaluate } from './evaluate.js';
import { withBackend } from '../set-backend.js';
import { compile } from '../transforms/compile.js';
import { grad } from '../transforms/grad.js';
import type { Tensor } from '../tensor.js';
import { numbersOf, pattern } from '../values.fixture.js';
import { fakeBackend, type FakeOptions } from './fake-backend.fixture.js';

const w = pattern([32, 32], 1).mul(0.1);
const x = pattern([4, 32, 32], 2).mul(0.1);

const looped = (w: Tensor, x: Tensor): Tensor => {
  const [last, ys] = scan((c, v: Tensor) => [c.matmul(w).add(v).tanh(), c.mul(v)], w, x, { reverse: true });
  return ys.sum([1, 2]).add(last.sum());
};
const branched = (w: Tensor, x: Tensor): Tensor =>
  cond(
    w.sum().less(1e9),
    (v: Tensor) => v.matmul(w).tanh(),
    (v: Tensor) => v,
    x,
  );
const repeated =
  (limit: number) =>
  (w: Tensor): Tensor =>
    whileLoop(
      (v) => v.abs().max().less(limit),
      (v) => v.matmul(w).tanh().add(v.mul(2)),
      w,
    );

const kinds: readonly FakeOptions[] = [
  { lacks: ['tanh', 'scan', 'cond', 'while'] },
  { lacks: ['tanh', 'scan', 'cond', 'while'], asynchronous: true, device: true },
];

it.each<[string, (...args: Tensor[]) => Tensor]>([
  ['scan', looped as never],
  ['cond', branched as never],
  ['while', repeated(50) as never],
  ['while without steps', repeated(0) as never],
  ['the gradient of scan', ((w: Tensor, x: Tensor) => grad((w: Tensor) => looped(w, x).sum())(w)) as never],
])('runs what a backend has of the bodies of %s there, the rest beside it', async (_, f) => {
  const expected = numbersOf(f(w, x));
  for (const options of kinds) {
    const backend = fakeBackend(options);
    for (const run of [f, compile(f)]) {
      const result = run(w, x);
      await withBackend(backend, () => evaluate(result));
      expect(Array.from(await result.data('float64'))).toEqual(expected);
    }
    expect(backend.log.graphs.flat()).toContain('matmul');
  }
});

it('compiles each body once', async () => {
  const backend = fakeBackend({ lacks: ['tanh', 'scan'] });
  await withBackend(backend, () => evaluate(looped(w, x)));
  const { compiled } = backend.log;
  await withBackend(backend, () => evaluate(looped(w.mul(2), x)));
  expect(backend.log.compiled - compiled).toBeLessThan(compiled + 2);
  expect(compiled).toBeLessThan(6);
});
