import { compile, tensor, withBackend, zeros, type Tensor } from '@tesserajs/tensor';
import * as runtime from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { probeOutputPath } from './output-path.js';
import { probeModels } from './probe-models.js';

it('finds a way of getting results without a copy in this version of the runtime', async () => {
  expect(await probeOutputPath(runtime, 'cpu', probeModels())).toBe('interrupted');
});

it('leaves JavaScript its denormal numbers', async () => {
  const backend = onnxruntime();
  await withBackend(backend, () => zeros([5000]).add(1).sum().item());
  const tiny = Number('5e-324');
  expect(tiny * 1).toBeGreaterThan(0);
  expect(Math.fround(Number('1e-40'))).toBeGreaterThan(0);
});

it.each(['fastest', 'copied'] as const)('gives equal results, in arrays of their own: %s', async (outputs) => {
  const backend = onnxruntime({ threads: 1, outputs });
  const step = compile(
    (state: { w: Tensor; n: Tensor }, x: Tensor) => {
      const w = state.w.mul(0.5).add(x);
      return [{ w, n: state.n.add(1) }, w.sum(), w.greater(1), zeros([0, 3]).add(w.sum())] as const;
    },
    { donate: [0] },
  );
  const x = tensor(Float32Array.from({ length: 3000 }, (_, i) => i % 7));
  let state = { w: zeros([3000]), n: tensor([0], { dtype: 'int32' }) };
  const kept: Promise<number>[] = [];
  const flags: Tensor[] = [];
  for (let i = 0; i < 6; i++) {
    const [next, sum, flag, empty] = withBackend(backend, () => step(state, x));
    state = next;
    kept.push(sum.item());
    flags.push(flag);
    expect((await empty.data()).length).toBe(0);
  }
  const total = 428 * 21 + 6; // 3000 = 428 · 7 + 4
  const sums = [1, 1.5, 1.75, 1.875, 1.9375, 1.96875].map((factor) => factor * total);
  expect(await Promise.all(kept)).toEqual(sums);
  expect(await state.n.array()).toEqual([6]);
  const last = await flags[5]!.data();
  const first = await flags[0]!.data();
  expect([first[1], last[1], first[2], last[0]]).toEqual([0, 1, 1, 0]);
});

it('still tells of failures', async () => {
  const backend = onnxruntime({ threads: 1 });
  const { takeAlongAxis } = await import('@tesserajs/tensor');
  const x = zeros([3000, 2]);
  const index = tensor(
    Int32Array.from({ length: 2 }, () => 5000),
    { shape: [1, 2] },
  );
  await expect(withBackend(backend, () => takeAlongAxis(x, index, 0).data())).rejects.toThrow(/takeAlongAxis/);
  expect(await withBackend(backend, () => x.sum().item())).toBe(0);
});
