import * as layers from '@tesserajs/layers';
import { imageClassifier } from '../classification.js';

const scales = {
  smoke: { epochs: 3, batchSize: 16 },
  laptop: { epochs: 15, batchSize: 128 },
  long: { epochs: 50, batchSize: 128 },
} as const;

function createModel(seed: number): layers.Sequential {
  return layers.sequential(
    [
      layers.flatten(),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 10 }),
    ],
    { inputShape: [28, 28, 1], seed },
  );
}

export const mnistMlp = imageClassifier('mnist', createModel, scales);
export const fashionMlp = imageClassifier('fashion', createModel, scales);
