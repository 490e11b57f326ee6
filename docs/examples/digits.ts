import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import { arrayDataset, column } from '@tesserajs/data';
import { loadMnist } from '@tesserajs/data/node';
import * as layers from '@tesserajs/layers';
import { setBackend } from '@tesserajs/tensor';

setBackend(onnxruntime());

const { train } = await loadMnist({ directory: 'mnist' });
const digits = arrayDataset({
  inputs: column(train.images, { shape: [28, 28, 1], scale: 1 / 255 }),
  targets: column(train.labels, { dtype: 'int32' }),
});

const model = layers.sequential([
  layers.conv2d({
    filters: 16,
    kernelSize: 3,
    activation: 'relu',
    inputShape: [28, 28, 1],
  }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
await model.fit(digits.batch(128, { shuffle: true }), { epochs: 4 });
await layers.saveModelFiles(model, 'digits');
