import { compile, zeros, type Tensor } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { fromKeras, readFixture, type KerasArray } from '../fixtures/keras.fixture.js';
import * as metrics from '../metrics.js';
import { addMean, type MeanState, type Metric } from './metric.js';
import { toMetric } from './resolve.js';

interface Case {
  readonly targets: KerasArray;
  readonly predictions: KerasArray;
  readonly weights: KerasArray;
  readonly value: number;
  readonly weighted?: number;
}
const keras = readFixture<{ readonly metrics: Record<string, Case> }>('keras-metrics').metrics;

const cases: Record<string, Metric> = {
  binaryAccuracy: metrics.binaryAccuracy({ threshold: 0.4 }),
  categoricalAccuracy: metrics.categoricalAccuracy(),
  sparseCategoricalAccuracy: metrics.sparseCategoricalAccuracy(),
  topK: metrics.topKCategoricalAccuracy({ k: 2 }),
  sparseTopK: metrics.sparseTopKCategoricalAccuracy({ k: 3 }),
  truePositives: metrics.truePositives(),
  trueNegatives: metrics.trueNegatives(),
  falsePositives: metrics.falsePositives({ threshold: 0.3 }),
  falseNegatives: metrics.falseNegatives({ threshold: 0.7 }),
  precision: metrics.precision(),
  precisionClass: metrics.precision({ threshold: 0.2, classId: 2 }),
  recall: metrics.recall({ threshold: 0.6 }),
  sensitivityAtSpecificity: metrics.sensitivityAtSpecificity(0.6),
  specificityAtSensitivity: metrics.specificityAtSensitivity(0.7, { numThresholds: 50 }),
  precisionAtRecall: metrics.precisionAtRecall(0.6),
  recallAtPrecision: metrics.recallAtPrecision(0.6),
  auc: metrics.auc(),
  aucLogits: metrics.auc({ numThresholds: 30, summation: 'minoring', fromLogits: true }),
  aucMajoring: metrics.auc({ numThresholds: 30, summation: 'majoring' }),
  aucPR: metrics.auc({ curve: 'PR' }),
  aucPRMinoring: metrics.auc({ numThresholds: 20, curve: 'PR', summation: 'minoring' }),
  f1: metrics.f1Score({ numClasses: 4 }),
  f1Micro: metrics.f1Score({ numClasses: 4, average: 'micro', threshold: 0.3 }),
  fBeta: metrics.fBetaScore({ numClasses: 4, average: 'weighted', beta: 2, threshold: 0.2 }),
  iou: metrics.iou({ numClasses: 3, targetClassIds: [0, 2] }),
  meanIoU: metrics.meanIoU({ numClasses: 3, sparsePredictions: false, ignoreClass: 1 }),
  oneHotIoU: metrics.oneHotIoU({ numClasses: 4, targetClassIds: [1, 3] }),
  oneHotMeanIoU: metrics.oneHotMeanIoU({ numClasses: 4 }),
  binaryIoU: metrics.binaryIoU({ threshold: 0.4 }),
  rootMeanSquaredError: metrics.rootMeanSquaredError(),
  r2: metrics.r2Score({ outputs: 3 }),
  r2Weighted: metrics.r2Score({ outputs: 3, average: 'varianceWeighted' }),
  r2Adjusted: metrics.r2Score({ numRegressors: 2 }),
  pearson: metrics.pearsonCorrelation(),
  concordance: metrics.concordanceCorrelation(),
  cosineSimilarity: toMetric('cosineSimilarity'),
  logCosh: toMetric('logCosh'),
  meanAbsoluteError: toMetric('meanAbsoluteError'),
  kl: toMetric('klDivergence'),
};

it('has a case for each of the fixture', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(keras));
});

/** The metric after two batches, each in one compiled step. */
async function streamed(metric: Metric, [y, p, w]: readonly [Tensor, Tensor, Tensor | null]): Promise<number> {
  const examples = y.shape[0]!;
  const half = Math.floor(examples / 2) + 1;
  const parts = [
    [0, half],
    [half, examples],
  ] as const;
  const isMean = 'call' in metric;
  const init = isMean ? { total: zeros([]), count: zeros([]) } : metric.init();
  const step = compile((state: typeof init, y: Tensor, p: Tensor, w: Tensor | null) =>
    isMean
      ? addMean(state as MeanState, metric.call(y, p), w ?? undefined)
      : metric.update(state, y, p, w ?? undefined),
  );
  let state = init;
  for (const part of parts) state = step(state, y.slice(part), p.slice(part), w?.slice(part) ?? null);
  if (!isMean) return metric.result(state).item();
  return state['total']!.div(state['count']!).item();
}

it.each(Object.entries(cases))('%s is that of Keras', async (name, metric) => {
  const { targets, predictions, weights, value, weighted } = keras[name]!;
  const [y, p, w] = [fromKeras(targets, 'float32'), fromKeras(predictions, 'float32'), fromKeras(weights, 'float32')];
  expect(await streamed(metric, [y, p, null])).toBeCloseTo(value, 5);
  if (weighted !== undefined) expect(await streamed(metric, [y, p, w])).toBeCloseTo(weighted, 5);
});

it('takes sums and means of functions', async () => {
  const [y, p] = [zeros([3, 2]), zeros([3, 2]).add(2)];
  const each = (_: Tensor, p: Tensor): Tensor => p;
  expect(await streamed(metrics.sum('total', each), [y, p, null])).toBe(12);
  expect(await streamed(metrics.mean('mean', each), [y, p, null])).toBe(2);
});

it('explains what does not fit', () => {
  const update = (metric: metrics.StreamingMetric, y: Tensor, p: Tensor) => () => metric.update(metric.init(), y, p);
  expect(update(metrics.auc() as never, zeros([3]), zeros([3, 2]))).toThrow(
    'auc: targets [3] do not fit predictions [3,2]; shapes must be equal, but for a last axis of 1',
  );
  expect(update(metrics.f1Score({ numClasses: 3 }) as never, zeros([4, 2]), zeros([4, 2]))).toThrow(
    'f1Score: targets [4,2] do not fit predictions [4,2]; both must be [batch, 3]',
  );
  expect(update(metrics.r2Score() as never, zeros([4, 2]), zeros([4, 2]))).toThrow(
    'r2Score: predictions [4,2] have other than 1 outputs; give outputs: the length of their last axis',
  );
  expect(update(metrics.meanIoU({ numClasses: 3 }) as never, zeros([4]), zeros([4, 3]))).toThrow(
    'meanIoU: 4 targets and 12 predictions; one class for each is needed',
  );
  expect(() => metrics.iou({ numClasses: 2, targetClassIds: [2] })).toThrow(
    'iou: target class 2 is none of the 2: 0 to 1',
  );
  expect(() => metrics.auc({ numThresholds: 1 })).toThrow('auc: numThresholds 1 is not accepted');
});
