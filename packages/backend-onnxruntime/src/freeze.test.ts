import { compile, nn, withBackend, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

interface Weights {
  readonly kernel: Tensor;
  readonly bias: Tensor;
  readonly head: Tensor;
}

function logits(w: Weights, x: Tensor): Tensor {
  const features = nn.maxPool(nn.conv(x, w.kernel, { padding: 'same' }).add(w.bias).relu(), 2);
  return features.reshape([x.shape[0]!, -1]).matmul(w.head);
}

const weights = (seed: number): Weights => ({
  kernel: values('float32', [3, 3, 16, 32], seed),
  bias: values('float32', [32], seed + 1),
  head: values('float32', [32 * 4 * 4, 10], seed + 2),
});

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

it('computes the same with weights that are part of the session', async () => {
  const backend = recording(onnxruntime({ threads: 2 }));
  const [fed, frozen] = [compile(logits), compile(logits, { freeze: [0] })];
  for (const seed of [1, 5]) {
    const w = weights(seed);
    const [first, second] = [values('float32', [8, 8, 8, 16], 3), values('float32', [8, 8, 8, 16], 4)];
    for (const x of [first, second]) {
      const expected = await withBackend(backend, () => fed(w, x)).data('float32');
      const result = await withBackend(backend, () => frozen(w, x)).data('float32');
      const largest = Math.max(...expected.map(Math.abs));
      expect(largestDifference(result, expected)).toBeLessThan(1e-5 * largest);
      expect(await withBackend(backend, () => frozen(w, x)).data('float32')).toEqual(result);
    }
  }
  expect(backend.graphs).toHaveLength(3); // one for fed weights, one for each set of frozen ones
  backend.dispose();
});

it('freezes small and empty values and other dtypes', async () => {
  const backend = onnxruntime({ threads: 1 });
  const f = compile(
    (w: readonly Tensor[], x: Tensor) => w.reduce((sum, one) => sum.add(one.cast('float32').sum()), x),
    {
      freeze: [0],
    },
  );
  const w = [
    values('int64', [3], 1),
    values('bool', [700], 2),
    values('float32', [0, 4], 3),
    values('float32', [], 4),
    values('float64', [900], 5),
  ];
  const x = values('float32', [4], 9);
  const expected = await f(w, x).data('float32');
  const result = await withBackend(backend, () => f(w, x)).data('float32');
  expect(largestDifference(result, expected)).toBeLessThan(1e-3 * Math.max(...expected.map(Math.abs)));
});
