import { expect, it } from 'vitest';
import { tensor, setBackend } from '@tesserajs/tensor';
import * as layers from '../index.js';

function spirals(count: number) {
  const x = new Float32Array(count * 2);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const t = (i % 97) / 97;
    const s = i % 2;
    const angle = 4 * t + s * Math.PI;
    x[2 * i] = t * Math.cos(angle);
    x[2 * i + 1] = t * Math.sin(angle);
    y[i] = s;
  }
  return { x: tensor(x, { shape: [count, 2] }), y: tensor(y) };
}

it('fits', async () => {
  const { x, y } = spirals(200);
  const model = layers.sequential([
    layers.dense({ units: 16, activation: 'tanh', inputShape: [2] }),
    layers.dropout({ rate: 0.1 }),
    layers.dense({ units: 2, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: layers.optimizers.adam({ learningRate: 0.02 }), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  model.summary();
  const h = await model.fit(x, y, { epochs: 20, batchSize: 32, validationSplit: 0.1, verbose: 1 });
  console.log(h.history);
  console.log(await model.evaluate(x, y), await model.predict(x));
});
