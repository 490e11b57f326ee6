import { ArgumentError } from '@tesserajs/tensor';
import { accuracy, binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './accuracy.js';
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
export function toMetric(option: Metric | MetricName): Metric {
  if (typeof option !== 'string') return option;
  if (Object.hasOwn(factories, option)) return factories[option]();
  throw new ArgumentError(
    `compile: metric ${JSON.stringify(option)} is not known; use one of ${Object.keys(factories).join(', ')}`,
  );
}
