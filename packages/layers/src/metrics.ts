export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  type BinaryAccuracyOptions,
} from './metrics/accuracy.js';
export type { Metric } from './metrics/metric.js';
export type { MetricName } from './metrics/resolve.js';
