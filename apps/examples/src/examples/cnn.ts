import * as layers from '@tesserajs/layers';
import { imageClassifier } from '../classification.js';

const scales = {
  smoke: { epochs: 3, batchSize: 16 },
  laptop: { epochs: 8, batchSize: 128 },
  long: { epochs: 30, batchSize: 128 },
} as const;

function createModel(seed: number): layers.Sequential {
  const stage = (filters: number): layers.Layer[] => [
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }),
    layers.batchNormalization(),
    layers.activation({ activation: 'relu' }),
    layers.maxPooling2d(),
  ];
  return layers.sequential(
    [
      ...stage(32),
      ...stage(64),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 10 }),
    ],
    { inputShape: [28, 28, 1], seed },
  );
}

export const mnistCnn = imageClassifier('mnist', createModel, scales);
export const fashionCnn = imageClassifier('fashion', createModel, scales);
