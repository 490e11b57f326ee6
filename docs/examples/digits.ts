import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import * as layers from '@tesserajs/layers';
import { setBackend, type Tensor } from '@tesserajs/tensor';

setBackend(onnxruntime());

export const model = layers.sequential([
  layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

export async function train(images: Tensor, labels: Tensor) {
  await model.fit(images, labels, { epochs: 4, batchSize: 128 });
}
