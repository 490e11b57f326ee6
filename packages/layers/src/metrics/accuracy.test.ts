import { tensor, zeros } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { accuracy, binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './accuracy.js';
import { toMetric } from './resolve.js';

const scores = tensor([
  [0.1, 0.7, 0.2],
  [0.5, 0.2, 0.3],
  [0, 0, 1],
]);

it('is sparse for class indices', async () => {
  expect(
    await accuracy()
      .call(tensor(new Int32Array([1, 2, 2])), scores)
      .array(),
  ).toEqual([true, false, true]);
  const column = tensor(new Uint8Array([1, 2, 2]), { shape: [3, 1] });
  expect(await accuracy().call(column, scores).array()).toEqual([true, false, true]);
});

it('is categorical for one-hot targets', async () => {
  const targets = tensor([
    [0, 1, 0],
    [0, 0, 1],
    [0, 0, 1],
  ]);
  expect(await accuracy().call(targets, scores).array()).toEqual([true, false, true]);
});

it('is binary for predictions of one value', async () => {
  const predictions = tensor([[0.4], [0.6], [0.5]]);
  expect(
    await accuracy()
      .call(tensor([[0], [1], [1]]), predictions)
      .array(),
  ).toEqual([[true], [true], [false]]);
  expect(
    await accuracy()
      .call(tensor([0, 0, 0]), predictions)
      .array(),
  ).toEqual([[true], [false], [true]]);
  expect(
    await binaryAccuracy({ threshold: 0.45 })
      .call(tensor([[0], [1], [1]]), predictions)
      .array(),
  ).toEqual([[true], [true], [true]]);
});

it('names both shapes when they do not fit', () => {
  expect(() => sparseCategoricalAccuracy().call(zeros([4]), scores)).toThrow(
    'sparseCategoricalAccuracy: targets [4] do not fit predictions [3,3]; class indices have shape [3]',
  );
  expect(() => categoricalAccuracy().call(zeros([3, 2]), scores)).toThrow(
    'categoricalAccuracy: targets [3,2] do not fit predictions [3,3]; shapes must be equal',
  );
  expect(() => binaryAccuracy().call(zeros([2]), zeros([3, 1]))).toThrow(
    'binaryAccuracy: targets [2] do not fit predictions [3,1]',
  );
});

it('is known by name', () => {
  expect(toMetric('accuracy').name).toBe('accuracy');
  expect(() => toMetric('acc' as never)).toThrow(
    'compile: metric "acc" is not known; use one of accuracy, binaryAccuracy, categoricalAccuracy, ' +
      'sparseCategoricalAccuracy, ',
  );
});
