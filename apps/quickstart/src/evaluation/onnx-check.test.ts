import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrayDataset } from '@tesserajs/data';
import { toOnnx } from '@tesserajs/onnx';
import { tensor, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { agrees, compareLogits, onnxNames, runOnnxFile } from './onnx-check.js';

const directory = temporaryDirectory();

function dataset(count: number) {
  const data = Float32Array.from({ length: count * 2 }, (_, i) => i);
  return arrayDataset({ inputs: { data, shape: [count, 2], dtype: 'float32' } });
}

it('runs a file on all images in their order, several batches of them', async () => {
  const kernel = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const file = join(directory, 'linear.onnx');
  const names = { inputNames: [onnxNames.input], outputNames: [onnxNames.output] };
  writeFileSync(file, await toOnnx((x: Tensor) => x.matmul(kernel), [zeros([1, 2])], names));
  const logits = await runOnnxFile(file, dataset(1100));
  expect(logits.length).toBe(3300);
  expect([...logits.slice(-3)]).toEqual([2198 + 4 * 2199, 2 * 2198 + 5 * 2199, 3 * 2198 + 6 * 2199]);
});

it('names a file that does not run', async () => {
  const file = join(directory, 'broken.onnx');
  writeFileSync(file, 'not ONNX');
  await expect(runOnnxFile(file, dataset(1))).rejects.toThrow(`${file}: onnxruntime-node does not run it: `);
});

it('counts labels that differ, and finds the largest difference', () => {
  const ours = new Float32Array([1, 2, 5, 4]);
  expect(compareLogits(ours, new Float32Array([1, 2, 5, 4]), 2)).toEqual({
    images: 2,
    labelDifferences: 0,
    maxLogitDifference: 0,
  });
  expect(compareLogits(ours, new Float32Array([1.5, 2, 5, 7]), 2)).toEqual({
    images: 2,
    labelDifferences: 1,
    maxLogitDifference: 3,
  });
});

it('agrees up to rounding only', () => {
  const same = { images: 1, labelDifferences: 0, maxLogitDifference: 1e-4 };
  expect(agrees(same)).toBe(true);
  expect(agrees({ ...same, labelDifferences: 1 })).toBe(false);
  expect(agrees({ ...same, maxLogitDifference: 1.1e-4 })).toBe(false);
  expect(agrees(compareLogits(new Float32Array([NaN, 1]), new Float32Array([NaN, 1]), 1))).toBe(false);
  expect(agrees(compareLogits(new Float32Array([0, 1]), new Float32Array([0]), 1))).toBe(false);
});
