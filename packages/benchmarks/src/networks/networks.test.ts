import { expect, it } from 'vitest';
import { workloads } from '../workloads/index.js';
import { parameterSpecs } from './network.js';
import { elementCount, initialValues } from './parameters.js';

function shapesOf(name: string): (readonly number[])[] {
  const workload = workloads.find((candidate) => candidate.name === name);
  return parameterSpecs(workload!.network).map(({ shape }) => shape);
}

const count = (name: string): number => shapesOf(name).reduce((sum, shape) => sum + elementCount(shape), 0);

it('derives the parameters of the CNN', () => {
  expect(shapesOf('mnist-cnn-train')).toEqual([
    [3, 3, 1, 32],
    [32],
    [3, 3, 32, 64],
    [64],
    [1600, 128],
    [128],
    [128, 10],
    [10],
  ]);
  // 320 + 18,496 + 204,928 + 1,290, kernels and biases of the four layers.
  expect(count('mnist-cnn-train')).toBe(225_034);
});

it('derives the parameters of the MLP', () => {
  expect(shapesOf('mnist-mlp-train')).toEqual([[784, 512], [512], [512, 512], [512], [512, 10], [10]]);
});

it('has as many parameters as the published networks', () => {
  // He et al. give 0.27 M for ResNet-20 with skips without parameters; the two 1×1 projections add 2,752.
  expect(count('resnet20-train')).toBe(272_474);
  // Each layer: 4 · units · (inputs + units + 1).
  expect(count('lstm-train')).toBe(4 * 128 * (64 + 128 + 1) + 4 * 128 * (128 + 128 + 1) + 128 * 10 + 10);
  // Each block: 12 · width² + 13 · width.
  expect(count('gpt-train')).toBe((256 + 128) * 256 + 4 * (12 * 256 ** 2 + 13 * 256) + 2 * 256 + 256 ** 2);
});

it('refuses layers that do not fit together', () => {
  expect(() =>
    parameterSpecs({ type: 'sequential', inputShape: [28, 28, 1], layers: [{ type: 'dense', units: 1 }] }),
  ).toThrow('dense: expected one axis per example, got [28,28,1]; add a flatten layer');
  expect(() =>
    parameterSpecs({ type: 'sequential', inputShape: [784], layers: [{ type: 'maxPooling2d', poolSize: 2 }] }),
  ).toThrow('maxPooling2d: expected [height, width, channels] per example, got [784]');
});

it('draws kernels from the Glorot-uniform range', () => {
  const random = [0, 0.5, 0.75, 0.25];
  let index = 0;
  const values = initialValues(
    [
      { shape: [1, 2], initial: 'glorot' },
      { shape: [2], initial: 'zeros' },
      { shape: [1], initial: 'ones' },
      { shape: [2, 1], initial: 'small' },
    ],
    () => random[index++]!,
  );
  const limit = Math.fround(Math.sqrt(2));
  expect([...values]).toEqual([-limit, 0, 0, 0, 1, Math.fround(0.01), Math.fround(-0.01)]);
});
