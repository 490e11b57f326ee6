import { ArgumentError, formatShape, nn, ShapeError, type Tensor } from '@tesserajs/tensor';
import { sameShape } from '../shapes.js';
import type { MeanMetric } from './metric.js';

/** Options of `topKCategoricalAccuracy` and `sparseTopKCategoricalAccuracy`. */
export interface TopKOptions {
  /** Default 5. */
  readonly k?: number;
}

/** Whether fewer than k predictions are larger than that of the target, given as one-hot. */
function isAmong(k: number, oneHot: Tensor, predictions: Tensor): Tensor {
  const own = oneHot.mul(predictions).sum(-1, { keepDims: true });
  return predictions.greater(own).cast('int32').sum(-1).less(k);
}

function checkK(name: string, k: number): void {
  if (!Number.isInteger(k) || k < 1)
    throw new ArgumentError(`${name}: k ${k} is not accepted; use a whole number >= 1`);
}

/**
 * Share of examples whose target is among the k largest predictions. targets: class indices [batch, …]; predictions: [batch,
 * …, classes].
 *
 * @example
 * ```ts
 * const metric = metrics.sparseTopKCategoricalAccuracy({ k: 2 });
 * const hits = metric.call(tensor(new Int32Array([0])), tensor([[0.3, 0.5, 0.2]])); // → [true]
 * ```
 */
export function sparseTopKCategoricalAccuracy({ k = 5 }: TopKOptions = {}): MeanMetric {
  const name = 'sparseTopKCategoricalAccuracy';
  checkK(name, k);
  return {
    name,
    call(targets, predictions) {
      const leading = predictions.shape.slice(0, -1);
      if (!sameShape(targets.shape, leading) && !sameShape(targets.shape, [...leading, 1])) {
        throw new ShapeError(
          `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; class ` +
            `indices have shape ${formatShape(leading)}`,
        );
      }
      const classes = predictions.shape.at(-1)!;
      return isAmong(k, nn.oneHot(targets.reshape(leading).cast('int32'), classes, predictions.dtype), predictions);
    },
  };
}

/**
 * Share of examples whose largest target is among the k largest predictions. targets (one-hot) and predictions: [batch, …,
 * classes].
 *
 * @example
 * ```ts
 * const metric = metrics.topKCategoricalAccuracy({ k: 2 });
 * const hits = metric.call(tensor([[1, 0, 0]]), tensor([[0.3, 0.5, 0.2]])); // → [true]
 * ```
 */
export function topKCategoricalAccuracy({ k = 5 }: TopKOptions = {}): MeanMetric {
  const name = 'topKCategoricalAccuracy';
  checkK(name, k);
  return {
    name,
    call(targets, predictions) {
      if (!sameShape(targets.shape, predictions.shape)) {
        throw new ShapeError(
          `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; shapes ` +
            'must be equal',
        );
      }
      return isAmong(k, nn.oneHot(targets.argmax(-1), predictions.shape.at(-1)!, predictions.dtype), predictions);
    },
  };
}
