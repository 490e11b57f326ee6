import type { Loss } from '../losses/loss.js';
import type { MeanMetric } from './metric.js';

/**
 * A loss as a metric, under its name: the mean over examples. `cosineSimilarity` becomes the similarity itself, which is 1
 * for equal directions, as in Keras.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * const metric = metrics.ofLoss(losses.huber({ delta: 2 }));
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: [metric, 'meanAbsoluteError'] });
 * ```
 */
export function ofLoss(loss: Loss): MeanMetric {
  const isSimilarity = loss.name === 'cosineSimilarity';
  return {
    name: loss.name,
    call: (targets, predictions) => {
      const values = loss.call(targets, predictions);
      return isSimilarity ? values.neg() : values;
    },
  };
}
