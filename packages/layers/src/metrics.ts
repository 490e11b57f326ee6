export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  type BinaryAccuracyOptions,
} from './metrics/accuracy.js';
export { auc, type AucOptions } from './metrics/auc.js';
export {
  falseNegatives,
  falsePositives,
  precision,
  precisionAtRecall,
  recall,
  recallAtPrecision,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  trueNegatives,
  truePositives,
  type CountOptions,
  type Counts,
  type ThresholdsOptions,
} from './metrics/confusion.js';
export { f1Score, fBetaScore, type FScoreOptions } from './metrics/f-score.js';
export {
  binaryIoU,
  iou,
  meanIoU,
  oneHotIoU,
  oneHotMeanIoU,
  type BinaryIoUOptions,
  type IoUOptions,
} from './metrics/iou.js';
export type { MeanMetric, MeanState, Metric, MetricState, StreamingMetric } from './metrics/metric.js';
export { ofLoss } from './metrics/of-loss.js';
export {
  concordanceCorrelation,
  mean,
  pearsonCorrelation,
  r2Score,
  rootMeanSquaredError,
  sum,
  type R2ScoreOptions,
} from './metrics/regression.js';
export type { MetricName } from './metrics/resolve.js';
export { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy, type TopKOptions } from './metrics/top-k.js';
