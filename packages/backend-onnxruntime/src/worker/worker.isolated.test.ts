import {
  compile,
  ExecutionError,
  random,
  takeAlongAxis,
  tensor,
  tree,
  valueAndGrad,
  withBackend,
  zeros,
  type Backend,
  type Tensor,
} from '@tesserajs/tensor';
import { afterAll, expect, it, vi } from 'vitest';
import { onnxruntime } from '../backend.js';
import type { Bundle } from '../bundle.fixture.js';
import { values } from '../numbers.fixture.js';

const files = vi.hoisted((): { bundle: Bundle | null } => ({ bundle: null }));

/** The worker, with two ways to end it: a run whose first input is one of these numbers. */
const [exits, throws] = [666, 667];

vi.mock(import('./worker-url.js'), async () => {
  const { bundle } = await import('../bundle.fixture.js');
  const mortal = `
    import { parentPort } from 'node:worker_threads';
    import ${JSON.stringify(new URL('./worker.ts', import.meta.url).pathname)};
    parentPort.on('message', ({ name, ask }) => {
      const first = name === 'run' ? ask.inputs[0]?.[0] : 0;
      if (first === 666) process.exit(7);
      if (first === 667) throw new Error('torn apart');
    });`;
  files.bundle = await bundle({ mortal });
  return { workerUrl: files.bundle.url('mortal') };
});

afterAll(() => {
  files.bundle?.remove();
});

const [inThread, inWorker] = [onnxruntime({ threads: 2 }), onnxruntime({ threads: 2, worker: true })];

interface State {
  readonly hidden: Tensor;
  readonly output: Tensor;
  readonly steps: Tensor;
}

/** Losses and the last state of some steps; every second batch is that of the step before. */
async function train(backend: Backend): Promise<unknown> {
  const loss = (w: Pick<State, 'hidden' | 'output'>, x: Tensor): Tensor =>
    x.matmul(w.hidden).tanh().matmul(w.output).square().mean();
  const step = compile(
    ({ steps, ...w }: State, x: Tensor, rate: number) => {
      const [value, gradients] = valueAndGrad(loss)(w, x);
      const next = tree.map((p: Tensor, g: Tensor | null) => p.sub(g!.mul(rate)), w, gradients);
      return [{ ...next, steps: steps.add(1) }, value, value.greater(x), zeros([0, 3]).add(value)] as const;
    },
    { donate: [0] },
  );
  let state: State = {
    hidden: random.normal(random.key(1), [64, 96]),
    output: random.normal(random.key(2), [96, 8]),
    steps: tensor([0], { dtype: 'int64' }),
  };
  const all = await random.normal(random.key(3), [4 * 32 * 64]).data('float32');
  const seen: unknown[] = [];
  for (let i = 0; i < 8; i++) {
    const batch = all.subarray((i >> 1) * 2048, (i >> 1) * 2048 + 2048);
    const x = tensor(batch, { shape: [32, 64], copy: false });
    const [next, value, flags, empty] = withBackend(backend, () => step(state, x, 0.1 / (i + 1)));
    state = next;
    seen.push(await value.data(), await flags.data(), await empty.data());
  }
  return [...seen, await state.hidden.data(), await state.output.data(), await state.steps.data()];
}

it('computes the same bits as this thread', async () => {
  expect(await train(inWorker)).toEqual(await train(inThread));
});

it('computes the same bits with weights that are part of the session', async () => {
  const f = compile((w: Tensor, x: Tensor) => x.matmul(w).exp(), { freeze: [0] });
  const [w, x] = [values('float32', [300, 200]), values('float32', [16, 300], 2)];
  const run = (backend: Backend): Promise<unknown> => withBackend(backend, () => f(w, x)).data();
  expect(await run(inWorker)).toEqual(await run(inThread));
  expect(await w.data()).toEqual(await values('float32', [300, 200]).data());
});

it('reads inputs that no later value may change', async () => {
  const f = compile((x: Tensor) => x.mul(2), { donate: [0] });
  const g = compile((x: Tensor) => x.add(1));
  const start = values('float32', [2000]);
  const kept = withBackend(inWorker, () => g(start));
  const expected = await kept.data();
  // The memory of a donated value serves another one, which the worker must not take for the one it knows.
  let state = withBackend(inThread, () => f(start.add(0)));
  for (let i = 0; i < 4; i++) {
    const doubled = await state.data('float32');
    const plusOne = await withBackend(inWorker, () => g(state)).data('float32');
    expect(plusOne).toEqual(doubled.map((value) => Math.fround(value + 1)));
    state = withBackend(inThread, () => f(f(state))); // in the same memory again
  }
  expect(await withBackend(inWorker, () => g(start)).data()).toEqual(expected);
});

it('takes donated values whose memory cannot leave this thread', async () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new Float32Array(memory.buffer).fill(2);
  const double = compile((x: Tensor) => x.mul(2), { donate: [0] });
  const result = withBackend(inWorker, () => double(tensor(view, { copy: false })));
  expect((await result.data())[16383]).toBe(4);
});

it('lets this thread go on while it runs', async () => {
  const product = compile((x: Tensor) => x.matmul(x).matmul(x).sum());
  const x = values('float32', [700, 700]);
  const turns = async (backend: Backend): Promise<number> => {
    const run = (): Promise<number> => withBackend(backend, () => product(x).item());
    await run();
    let [count, done] = [0, false];
    const turn = (): void => {
      count++;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    await run();
    done = true;
    return count;
  };
  expect(await turns(inThread)).toBeLessThan(20);
  expect(await turns(inWorker)).toBeGreaterThan(100);
});

it('reports an index out of range as this thread does', async () => {
  const pick = compile((x: Tensor, at: Tensor) => takeAlongAxis(x, at, 0).exp());
  const read = (backend: Backend, index: number): Promise<unknown> =>
    withBackend(backend, () => pick(zeros([3000]), tensor(Int32Array.of(index)))).array();
  const error = (await read(inThread, 3000).catch((reason: unknown) => reason)) as ExecutionError;
  await expect(read(inWorker, 3000)).rejects.toMatchObject({ name: 'ExecutionError', message: error.message });
  expect(await read(inWorker, 2999)).toEqual([1]);
});

it.each([
  ['exits', exits, 'it exited with code 7'],
  ['throws', throws, 'torn apart'],
])('fails what a worker that %s was computing, and starts another', async (_, number, reason) => {
  const step = compile((state: Tensor, x: Tensor) => [state.add(x), x.sum()] as const, { donate: [0] });
  const batch = tensor(Float32Array.of(1, 2));
  const [state, sum] = withBackend(inWorker, () => step(tensor(Float32Array.of(3, 4)), batch));
  expect(await sum.item()).toBe(3);
  const [lost, other] = withBackend(inWorker, () => step(tensor(Float32Array.of(number, 0)), batch));
  const error = new ExecutionError(
    `onnxruntime: the worker ended: ${reason}; what it was computing is lost, the next call starts another`,
  );
  await expect(lost.data()).rejects.toEqual(error);
  await expect(other.item()).rejects.toEqual(error);
  expect(await state.array()).toEqual([4, 6]);
  const [next] = withBackend(inWorker, () => step(state, batch));
  expect(await next.array()).toEqual([5, 8]);
});
