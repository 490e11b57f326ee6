import {
  checkpoint,
  compile,
  nn,
  random,
  tree,
  valueAndGrad,
  withBackend,
  referenceBackend,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

const layer = (x: Tensor, w: Tensor): Tensor => x.matmul(w).tanh().matmul(w).tanh();
const layers = [1, 2, 3].map((n) => values('float32', [8, 8], n).mul(0.125));
const x = values('float32', [4, 8], 7);

async function onBoth(
  f: () => unknown,
): Promise<{ difference: number; compiled: ReadonlySet<string>; graphs: number }> {
  const native = recording(onnxruntime({ threads: 1 }));
  const read = async (value: unknown): Promise<number[][]> =>
    Promise.all(tree.leaves(value).map(async (leaf) => [...(await leaf.data('float64'))]));
  const expected = await read(withBackend(referenceBackend, f));
  const actual = await read(withBackend(native, f));
  const pairs = actual.flatMap((data, i) => data.map((value, k) => [value, expected[i]![k]!] as const));
  native.dispose();
  const difference = Math.max(...pairs.map(([a, b]) => Math.abs(a - b)));
  return { difference, compiled: native.compiled, graphs: native.graphs.length };
}

it('computes segments again in one session, with the gradients of the reference backend', async () => {
  const segment = checkpoint(layer);
  const loss = (ws: readonly Tensor[], v: Tensor): Tensor =>
    ws
      .reduce((h, w) => segment(h, w), v)
      .square()
      .mean();
  const { difference, compiled, graphs } = await onBoth(() => compile(valueAndGrad(loss))(layers, x));
  expect(difference).toBeLessThan(1e-6);
  expect(graphs).toBe(1);
  expect([...compiled]).toContain('recompute');
});

it('feeds the random bits of a segment, which are the same in both passes', async () => {
  const segment = checkpoint((h: Tensor, w: Tensor, key: Tensor) => nn.dropout(layer(h, w), 0.25, key).mul(h));
  const loss = (ws: readonly Tensor[], v: Tensor, key: Tensor): Tensor =>
    ws.reduce((h, w, i) => segment(h, w, random.foldIn(key, i)), v).sum();
  const { difference, compiled, graphs } = await onBoth(() =>
    compile((ws: Tensor[], v: Tensor, key: Tensor) => valueAndGrad(loss)(ws, v, key))(layers, x, random.key(5)),
  );
  expect(difference).toBeLessThan(1e-5);
  // The reference backend draws the bits; all else is one session.
  expect(graphs).toBe(1);
  expect([...compiled]).toContain('recompute');
  expect([...compiled]).not.toContain('randomBits');
});
