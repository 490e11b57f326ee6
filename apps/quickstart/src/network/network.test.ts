import { expect, it } from 'vitest';
import { createNetwork, layerRows, learningRateOf } from './network.js';

it('the layers, their outputs and their parameters', () => {
  const rows = layerRows(createNetwork({ classes: 10, seed: 1 }).model, 10);
  // Parameters by hand: 3·3·1·32 + 32, 3·3·32·64 + 64, 1600·128 + 128, 128·10 + 10.
  expect(rows).toEqual([
    { name: 'conv2d', description: '32 filters, 3×3, relu', outputShape: '[batch, 26, 26, 32]', parameters: 320 },
    { name: 'maxPooling2d', description: 'largest of 2×2', outputShape: '[batch, 13, 13, 32]', parameters: 0 },
    { name: 'conv2d_1', description: '64 filters, 3×3, relu', outputShape: '[batch, 11, 11, 64]', parameters: 18496 },
    { name: 'maxPooling2d_1', description: 'largest of 2×2', outputShape: '[batch, 5, 5, 64]', parameters: 0 },
    { name: 'dropout', description: 'drops 25% in training', outputShape: '[batch, 5, 5, 64]', parameters: 0 },
    { name: 'flatten', description: 'all values in one row', outputShape: '[batch, 1600]', parameters: 0 },
    { name: 'dense', description: '128 units, relu', outputShape: '[batch, 128]', parameters: 204928 },
    { name: 'dropout_1', description: 'drops 50% in training', outputShape: '[batch, 128]', parameters: 0 },
    { name: 'dense_1', description: '10 units, one logit per class', outputShape: '[batch, 10]', parameters: 1290 },
  ]);
});

it('the first weights follow from the seed', async () => {
  const kernel = async (seed: number): Promise<unknown> => {
    const [first] = createNetwork({ classes: 10, seed }).model.weights;
    return first!.tensor.data();
  };
  expect(await kernel(1)).toEqual(await kernel(1));
  expect(await kernel(1)).not.toEqual(await kernel(2));
});

it('the learning rate falls evenly and stays above zero', () => {
  expect([0, 1, 2, 3].map((epoch) => learningRateOf(epoch, 4))).toEqual([0.002, 0.0015, 0.001, 0.0005]);
});
