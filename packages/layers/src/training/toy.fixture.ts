import { tensor, type Tensor } from '@tesserajs/tensor';
import * as layers from '../index.js';

/** Two classes of points that a line nearly divides, and a third one around the corner. */
export function points(count: number): { x: Tensor; y: Tensor } {
  const x = new Float32Array(count * 2);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const [a, b] = [Math.sin(i * 12.9898) * 2, Math.cos(i * 78.233) * 2];
    x[2 * i] = a;
    x[2 * i + 1] = b;
    y[i] = a + b > 0.5 ? 2 : a > b ? 1 : 0;
  }
  return { x: tensor(x, { shape: [count, 2] }), y: tensor(y) };
}

/** A small network with dropout, compiled. */
export function network(options: { seed?: number; rate?: number; learningRate?: number } = {}): layers.Sequential {
  const { seed = 1, rate = 0.1, learningRate = 0.02 } = options;
  const model = layers.sequential(
    [layers.dense({ units: 12, activation: 'tanh' }), layers.dropout({ rate }), layers.dense({ units: 3 })],
    { inputShape: [2], seed },
  );
  model.compile({
    optimizer: layers.optimizers.adam({ learningRate }),
    loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  return model;
}

/** All weights as plain numbers, for comparing bit for bit. */
export async function values(model: layers.Model): Promise<number[][]> {
  return Promise.all(model.weights.map(async ({ tensor }) => [...(await tensor.data('float64'))]));
}
