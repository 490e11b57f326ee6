import * as layers from '@tesserajs/layers';
import { percent } from '../classification.js';
import { makeReports, parts, reportLength, vocabulary } from '../data/reports.js';
import type { Example } from '../example.js';

const scales = {
  smoke: { examples: 1024, epochs: 10 },
  laptop: { examples: 20_000, epochs: 15 },
  long: { examples: 100_000, epochs: 30 },
} as const;

/** From the state of a machine and a report about it: the part that failed, and how long the repair will take. */
function createModel(seed: number) {
  const table = layers.input({ shape: [3] });
  const text = layers.input({ shape: [reportLength], dtype: 'int32' });
  const words = layers.embedding({ inputDim: vocabulary, outputDim: 16 }).apply(text);
  const meaning = layers.globalAveragePooling1d().apply(words);
  const both = layers.concatenate([layers.dense({ units: 16, activation: 'relu' }).apply(table), meaning]);
  const hidden = layers.dense({ units: 64, activation: 'relu' }).apply(both);
  const outputs = {
    part: layers.dense({ units: parts.length }).apply(hidden),
    hours: layers.dense({ units: 1 }).apply(layers.dense({ units: 64, activation: 'relu' }).apply(hidden)),
  };
  return layers.model({ inputs: { table, text }, outputs, seed });
}

export const tableAndText: Example = {
  async run({ size, seed, say }) {
    const { examples, epochs } = scales[size];
    const [train, test] = [await makeReports(examples, 2 * seed), await makeReports(examples / 4, 2 * seed + 1)];
    const model = createModel(seed);
    model.summary({ print: say });
    const batchSize = 64;
    const decaySteps = epochs * Math.ceil(examples / batchSize);
    model.compile({
      optimizer: layers.optimizers.adam({
        learningRate: layers.schedules.cosineDecay({ initialLearningRate: 5e-3, decaySteps }),
      }),
      loss: {
        part: layers.losses.sparseCategoricalCrossentropy({ fromLogits: true }),
        hours: 'meanSquaredError',
      },
      lossWeights: { part: 1, hours: 0.5 },
      metrics: { part: ['accuracy'], hours: ['meanAbsoluteError'] },
    });
    await model.fit(train.inputs, train.targets, { epochs, batchSize, seed, stepsPerExecution: 8 });
    const figures = await model.evaluate(test.inputs, test.targets, { batchSize: 500 });
    return { ...figures, epochs, parameters: model.countParams() };
  },
  headline: ({ partAccuracy, hoursMeanAbsoluteError }) =>
    `${percent(Number(partAccuracy))} of the parts right, repair times off by ${Number(hoursMeanAbsoluteError).toFixed(2)} hours`,
};
