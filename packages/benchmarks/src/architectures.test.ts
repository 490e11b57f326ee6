import { expect, it } from 'vitest';
import { architectures, elementCount, parameterSpecs, withoutDropout } from './architectures.js';

it('derives the parameters of the CNN', () => {
  const specs = parameterSpecs(architectures.cnn);
  expect(specs.map(({ shape }) => shape)).toEqual([
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
  expect(specs.reduce((sum, { shape }) => sum + elementCount(shape), 0)).toBe(225_034);
  expect(specs[2]).toMatchObject({ fanIn: 288, fanOut: 576 });
});

it('derives the parameters of the MLP', () => {
  expect(parameterSpecs(architectures.mlp).map(({ shape }) => shape)).toEqual([
    [784, 512],
    [512],
    [512, 512],
    [512],
    [512, 10],
    [10],
  ]);
});

it('drops the dropout layers and nothing else', () => {
  const { layers } = withoutDropout(architectures.cnn);
  expect(layers.map(({ type }) => type)).toEqual([
    'conv2d',
    'maxPooling2d',
    'conv2d',
    'maxPooling2d',
    'flatten',
    'dense',
    'dense',
  ]);
  expect(parameterSpecs({ ...architectures.cnn, layers })).toEqual(parameterSpecs(architectures.cnn));
});

it('refuses layers that do not fit together', () => {
  expect(() => parameterSpecs({ inputShape: [28, 28, 1], layers: [{ type: 'dense', units: 1 }] })).toThrow(
    'dense: expected one axis per example, got [28,28,1]; add a flatten layer',
  );
  expect(() => parameterSpecs({ inputShape: [784], layers: [{ type: 'maxPooling2d', poolSize: 2 }] })).toThrow(
    'maxPooling2d: expected [height, width, channels] per example, got [784]',
  );
});
