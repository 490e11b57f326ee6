export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  type BinaryAccuracyOptions,
} from './metrics/accuracy.js';
export type { MeanMetric, Metric, MetricState, StreamingMetric } from './metrics/metric.js';
export type { MetricName } from './metrics/resolve.js';
