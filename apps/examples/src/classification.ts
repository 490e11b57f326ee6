import * as layers from '@tesserajs/layers';
import { loadImages, type Images, type ImageSet } from './data/images.js';
import type { Example, Size } from './example.js';

/** How a classifier is trained. */
export interface TrainingOptions {
  readonly epochs: number;
  /** Pictures in one step. Default 128. */
  readonly batchSize?: number;
  /** Learning rate of the first step; it falls along half a cosine to 0. */
  readonly learningRate: number;
  readonly seed: number;
}

/** Trains a model that gives one logit per class. Returns the share of the test pictures that it then gets right. */
export async function trainClassifier(
  model: layers.Sequential,
  { train, test }: Images,
  { epochs, batchSize = 128, learningRate, seed }: TrainingOptions,
): Promise<number> {
  const batches = train.batch(batchSize, { shuffle: true, seed, reuse: 4 });
  const decaySteps = epochs * batches.batchesPerEpoch;
  model.compile({
    optimizer: layers.optimizers.adam({
      learningRate: layers.schedules.cosineDecay({ initialLearningRate: learningRate, decaySteps }),
    }),
    loss: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });
  await model.fit(batches, { epochs, seed });
  const { accuracy } = await model.evaluate(test.batch(500, { reuse: 4 }));
  return accuracy!;
}

/** A share as a percentage: 0.98765 is `98.77 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** An example that trains a classifier of pictures; `scales` tells how long for each size. */
export function imageClassifier(
  set: ImageSet,
  createModel: (seed: number) => layers.Sequential,
  scales: Readonly<Record<Size, { readonly epochs: number; readonly batchSize: number }>>,
): Example {
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
