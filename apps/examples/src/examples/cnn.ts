import * as layers from '@tesserajs/layers';
import { percent, trainClassifier } from '../classification.js';
import { loadImages, type ImageSet } from '../data/images.js';
import type { Example } from '../example.js';

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

function cnn(set: ImageSet): Example {
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

export const mnistCnn = cnn('mnist');
export const fashionCnn = cnn('fashion');
