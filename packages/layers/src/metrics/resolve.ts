import { ArgumentError } from '@tesserajs/tensor';
import type { LossFunction } from '../losses/loss.js';
import { isLossName, toLoss, type LossName } from '../losses/resolve.js';
import { accuracy, binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './accuracy.js';
import { auc } from './auc.js';
import { falseNegatives, falsePositives, precision, recall, trueNegatives, truePositives } from './confusion.js';
import { binaryIoU } from './iou.js';
import { ofLoss } from './of-loss.js';
import type { Metric } from './metric.js';
import { concordanceCorrelation, pearsonCorrelation, r2Score, rootMeanSquaredError } from './regression.js';
import { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy } from './top-k.js';

type OwnName =
  | 'accuracy'
  | 'binaryAccuracy'
  | 'categoricalAccuracy'
  | 'sparseCategoricalAccuracy'
  | 'topKCategoricalAccuracy'
  | 'sparseTopKCategoricalAccuracy'
  | 'truePositives'
  | 'trueNegatives'
  | 'falsePositives'
  | 'falseNegatives'
  | 'precision'
  | 'recall'
  | 'auc'
  | 'binaryIoU'
  | 'rootMeanSquaredError'
  | 'r2Score'
  | 'pearsonCorrelation'
  | 'concordanceCorrelation';

/** Names of metrics with their default options: those of losses too. */
export type MetricName = OwnName | LossName;

const factories: Readonly<Record<OwnName, () => Metric>> = {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  topKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  truePositives,
  trueNegatives,
  falsePositives,
  falseNegatives,
  precision,
  recall,
  auc,
  binaryIoU,
  rootMeanSquaredError,
  r2Score,
  pearsonCorrelation,
  concordanceCorrelation,
};

/** What an element of `compile`'s option stands for. Throws an ArgumentError for an unknown name. */
export function toMetric(option: Metric | LossFunction | MetricName): Metric {
  if (typeof option === 'object') return option;
  if (typeof option === 'function') return { name: option.name === '' ? 'metric' : option.name, call: option };
  if (Object.hasOwn(factories, option)) return factories[option as OwnName]();
  if (isLossName(option)) return ofLoss(toLoss(option));
  throw new ArgumentError(
    `compile: metric ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}, or the name ` +
      'of a loss',
  );
}
