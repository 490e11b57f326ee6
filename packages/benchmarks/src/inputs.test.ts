import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { batchCount, type Inputs, makeInputs, readInputs, writeInputs } from './inputs.js';
import { mnistCnnTrain } from './workloads/mnist-cnn.js';

// Comparing bytes: element by element is slow at this size.
function same(a: Inputs, b: Inputs): boolean[] {
  return (['images', 'labels', 'parameters'] as const).map((name) =>
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
  const { images, labels } = makeInputs(workload, 1);
  expect(images.length).toBe(count * 784);
  expect(Math.min(...images)).toBe(0);
  expect(Math.max(...images)).toBeLessThanOrEqual(1);
  // MNIST: 19 % of the pixels are lit.
  const lit = images.reduce((sum, value) => sum + Number(value > 0), 0) / images.length;
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
  expect((await stat(join(directory, 'images.f32'))).size).toBe(count * 784 * 4);
  expect(same(await readInputs(directory), inputs)).toEqual([true, true, true]);
});
