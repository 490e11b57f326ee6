import * as layers from '@tesserajs/layers';
import { percent, trainClassifier } from '../classification.js';
import { loadImages, type ImageSet } from '../data/images.js';
import type { Example } from '../example.js';

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

function mlp(set: ImageSet): Example {
  return {
    async run(settings) {
      const { size, seed, say } = settings;
      const images = await loadImages(set, settings);
      const model = createModel(seed);
      model.summary({ print: say });
      const testAccuracy = await trainClassifier(model, images, { ...scales[size], learningRate: 1e-3, seed });
      return { testAccuracy, epochs: scales[size].epochs, parameters: model.countParams() };
    },
    headline: ({ testAccuracy }) => `${percent(Number(testAccuracy))} of the test pictures right`,
  };
}

export const mnistMlp = mlp('mnist');
export const fashionMlp = mlp('fashion');
