import {
  compile,
  evaluate,
  grad,
  random,
  referenceBackend,
  scan,
  whileLoop,
  withBackend,
  zeros,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { deviation, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const onnx = onnxruntime({ threads: 1 });
const w = values('float32', [48, 48]).mul(0.125);
const xs = values('float32', [4, 48, 48], 2).mul(0.125);

const recurrent = (w: Tensor, xs: Tensor): Tensor =>
  scan((h, x: Tensor) => [h.matmul(w).add(x).tanh(), h.mul(x)], zeros([48, 48]), xs)[1];

/** Runs on both backends; gives the names of what ONNX Runtime compiled, graph by graph, and the difference. */
async function both(f: () => Tensor, length = 400): Promise<{ graphs: string[][]; difference: string }> {
  const backend = recording(onnx);
  const [actual, expected] = [backend, referenceBackend].map((one) => withBackend(one, f));
  await withBackend(backend, () => evaluate(actual!));
  await withBackend(referenceBackend, () => evaluate(expected!));
  const difference = deviation(await actual!.data(), await expected!.data(), expected!.dtype, { length });
  const graphs = backend.graphs.map(({ nodes }) => nodes.map(({ primitive }) => primitive.name));
  backend.dispose();
  return { graphs, difference };
}

it('runs a loop and its gradient in one graph', async () => {
  await withBackend(referenceBackend, () => evaluate(w, xs));
  const step = compile(grad((w: Tensor) => recurrent(w, xs).square().sum()));
  const { graphs, difference } = await both(() => step(w));
  expect(difference).toBe('');
  expect(graphs).toHaveLength(1);
  expect(graphs[0]!.filter((name) => name === 'scan')).toHaveLength(2);
});

it('draws the same random numbers in a loop as the reference backend, in one graph', async () => {
  const noisy = (): Tensor =>
    scan(
      ([h, key], x: Tensor) => {
        const [next, use] = random.split(key!);
        const kept = random.bernoulli(use!, 0.5, [48, 48]).cast('float32');
        const state = h!.matmul(w).add(x).tanh().mul(kept);
        return [[state, next!], state];
      },
      [zeros([48, 48]), random.key(3)],
      xs,
    )[1];
  const { graphs, difference } = await both(noisy);
  expect(difference).toBe('');
  expect(graphs).toEqual([['full', 'scan']]);
});

it('runs loops without steps', async () => {
  expect(
    (
      await both(() =>
        recurrent(w, xs.slice([0, 0]))
          .sum()
          .add(w),
      )
    ).difference,
  ).toBe('');
  const none = (): Tensor =>
    whileLoop(
      (v) => v.sum().greater(1e30),
      (v) => v.matmul(w),
      xs,
    );
  expect((await both(none)).difference).toBe('');
});
