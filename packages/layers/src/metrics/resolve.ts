import { ArgumentError } from '@tesserajs/tensor';
import { accuracy, binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './accuracy.js';
import type { LossFunction } from '../losses/loss.js';
import type { Metric } from './metric.js';

/** Names of metrics. */
export type MetricName = 'accuracy' | 'binaryAccuracy' | 'categoricalAccuracy' | 'sparseCategoricalAccuracy';

const factories: Readonly<Record<MetricName, () => Metric>> = {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
};

/** What an element of `compile`'s option stands for. Throws an ArgumentError for an unknown name. */
export function toMetric(option: Metric | LossFunction | MetricName): Metric {
  if (typeof option === 'object') return option;
  if (typeof option === 'function') return { name: option.name === '' ? 'metric' : option.name, call: option };
  if (Object.hasOwn(factories, option)) return factories[option]();
  throw new ArgumentError(
    `compile: metric ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}
