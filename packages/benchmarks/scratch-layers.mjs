import * as layers from '@tesserajs/layers';
import { setBackend, tensor, zeros, compile, random, valueAndGrad, nn } from '@tesserajs/tensor';
import { onnxruntime } from '@tesserajs/backend-onnxruntime';
if (process.argv[2] !== 'reference') setBackend(onnxruntime());
const n = 6400;
const x = new Uint8Array(n * 784), y = new Uint8Array(n);
let s = 1; const rnd = () => (s = (s * 16807) % 2147483647) / 2147483647;
for (let i = 0; i < n; i++) { y[i] = Math.floor(rnd() * 10); for (let j = 0; j < 784; j++) x[i*784+j] = rnd() * 50 + (j % 10 === y[i] ? 60 : 0); }
const kind = process.argv[3] ?? 'mlp';
const model = kind === 'mlp' ? layers.sequential([
  layers.flatten(),
  layers.dense({ units: 512, activation: 'relu' }), layers.dense({ units: 512, activation: 'relu' }), layers.dense({ units: 10 })], { inputShape: [28, 28, 1] })
 : layers.sequential([
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d(), layers.dropout({ rate: 0.25 }), layers.flatten(), layers.dense({ units: 128, activation: 'relu' }), layers.dropout({ rate: 0.5 }), layers.dense({ units: 10 })], { inputShape: [28, 28, 1] });
model.compile({ optimizer: layers.optimizers.adam(), loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }), metrics: ['accuracy'] });
model.summary();
const times = [];
let last = 0;
await model.fit({ data: x, shape: [n, 28, 28, 1] }, { data: y, shape: [n] }, { epochs: 3, batchSize: 128, seed: 1, callbacks: process.argv[4] ? { onBatchEnd() { const t = performance.now(); times.push(t - last); last = t; } } : [] });
if (times.length) console.log('median step', times.sort((a, b) => a - b)[times.length >> 1]);
console.log(await model.evaluate({ data: x, shape: [n, 28, 28, 1] }, { data: y, shape: [n] }, { batchSize: 256 }));
