import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { batchCount, type Inputs, makeInputs, readInputs, writeInputs } from './index.js';
import { gptTrain } from '../workloads/gpt.js';
import { mnistCnnTrain } from '../workloads/mnist-cnn.js';
import { unetTrain } from '../workloads/unet.js';

// Comparing bytes: element by element is slow at this size.
function same(a: Inputs, b: Inputs): boolean[] {
  return (['examples', 'labels', 'parameters'] as const).map((name) =>
    Buffer.from(a[name].buffer).equals(Buffer.from(b[name].buffer)),
  );
}

const workload = { ...mnistCnnTrain, batchSize: 4 };
const count = batchCount * workload.batchSize;

it('makes the same inputs from the same seed, others from another', () => {
  const inputs = makeInputs(workload, 1);
  expect(same(makeInputs(workload, 1), inputs)).toEqual([true, true, true]);
  expect(same(makeInputs(workload, 2), inputs)).toEqual([false, false, false]);
});

it('makes images like those of MNIST', () => {
  const { examples: images, labels } = makeInputs(workload, 1);
  expect(images.length).toBe(count * 784);
  expect(Math.min(...images)).toBe(0);
  expect(Math.max(...images)).toBeLessThanOrEqual(1);
  // MNIST: 19 % of the pixels are lit.
  const lit = (images as Float32Array).reduce((sum, value) => sum + Number(value > 0), 0) / images.length;
  expect(lit).toBeGreaterThan(0.08);
  expect(lit).toBeLessThan(0.3);
  expect(new Set(labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

it('draws kernels from the Glorot-uniform range and leaves biases at zero', () => {
  const { parameters } = makeInputs(workload, 1);
  const limit = Math.sqrt(6 / (9 * 1 + 9 * 32));
  const kernel = parameters.subarray(0, 288);
  expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(limit);
  expect(Math.max(...kernel)).toBeGreaterThan(0.9 * limit);
  expect(Math.min(...kernel)).toBeLessThan(-0.9 * limit);
  expect([...parameters.subarray(288, 320)]).toEqual(new Array(32).fill(0));
});

it('reads back what it wrote, as raw 4-byte numbers', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tessera-bench-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const inputs = makeInputs(workload, 1);
  await writeInputs(directory, inputs);
  expect((await stat(join(directory, 'examples.bin'))).size).toBe(count * 784 * 4);
  expect(same(await readInputs(directory, workload.network), inputs)).toEqual([true, true, true]);
});

it('makes text in which each token is followed by one of four', () => {
  const { examples, labels } = makeInputs({ ...gptTrain, batchSize: 4 }, 1);
  expect(examples).toBeInstanceOf(Int32Array);
  expect(examples.length).toBe(labels.length);
  expect([...examples.slice(1, 128)]).toEqual([...labels.slice(0, 127)]);
  const followers = new Map<number, Set<number>>();
  examples.forEach((token, i) => followers.set(token, (followers.get(token) ?? new Set()).add(labels[i]!)));
  expect(Math.max(...[...followers.values()].map(({ size }) => size))).toBeLessThanOrEqual(4);
});

it('colours the pixels of a class alike', () => {
  const { examples, labels } = makeInputs({ ...unetTrain, batchSize: 1 }, 1);
  const [low, high] = [new Float32Array(4).fill(Infinity), new Float32Array(4).fill(-Infinity)];
  labels.forEach((label, pixel) => {
    low[label] = Math.min(low[label]!, examples[3 * pixel]!);
    high[label] = Math.max(high[label]!, examples[3 * pixel]!);
  });
  for (let label = 0; label < 4; label++) expect(high[label]! - low[label]!).toBeLessThanOrEqual(0.3001);
});
