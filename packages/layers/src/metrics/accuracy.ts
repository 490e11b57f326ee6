import { formatShape, ShapeError, type Tensor } from '@tesserajs/tensor';
import { sameShape } from '../shapes.js';
import type { MeanMetric } from './metric.js';

function misfit(name: string, targets: Tensor, predictions: Tensor, rule: string): ShapeError {
  return new ShapeError(
    `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; ${rule}`,
  );
}

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyOptions {
  /** Predictions above it count as 1. Default 0.5. */
  readonly threshold?: number;
}

/**
 * Share of predictions on the target's side of a threshold. targets (0 or 1) and predictions: [batch, 1] or [batch].
 *
 * @example
 * ```ts
 * const hits = metrics.binaryAccuracy().call(tensor([0, 1]), tensor([0.2, 0.4])); // → [true, false]
 * ```
 */
export function binaryAccuracy({ threshold = 0.5 }: BinaryAccuracyOptions = {}): MeanMetric {
  return {
    name: 'binaryAccuracy',
    call(targets, predictions) {
      if (targets.size !== predictions.size) {
        throw misfit('binaryAccuracy', targets, predictions, 'shapes must be equal, but for a last axis of 1');
      }
      return predictions.greater(threshold).cast('int32').equal(targets.reshape(predictions.shape).cast('int32'));
    },
  };
}

/**
 * Share of examples whose largest prediction is at the target's index. targets: [batch, …]; predictions: [batch, …,
 * classes].
 *
 * @example
 * ```ts
 * const labels = tensor(new Int32Array([1, 0]));
 * const hits = metrics.sparseCategoricalAccuracy().call(labels, tensor([[0.3, 0.7], [0.3, 0.7]])); // → [true, false]
 * ```
 */
export function sparseCategoricalAccuracy(): MeanMetric {
  return {
    name: 'sparseCategoricalAccuracy',
    call(targets, predictions) {
      const leading = predictions.shape.slice(0, -1);
      if (!sameShape(targets.shape, leading) && !sameShape(targets.shape, [...leading, 1])) {
        throw misfit(
          'sparseCategoricalAccuracy',
          targets,
          predictions,
          `class indices have shape ${formatShape(leading)}`,
        );
      }
      return predictions.argmax(-1).equal(targets.reshape(leading).cast('int32'));
    },
  };
}

/**
 * Share of examples whose largest prediction is where the largest target is. targets, predictions: [batch, …,
 * classes].
 *
 * @example
 * ```ts
 * const hits = metrics.categoricalAccuracy().call(tensor([[0, 1], [1, 0]]), tensor([[0.3, 0.7], [0.3, 0.7]]));
 * await hits.array(); // → [true, false]
 * ```
 */
export function categoricalAccuracy(): MeanMetric {
  return {
    name: 'categoricalAccuracy',
    call(targets, predictions) {
      if (!sameShape(targets.shape, predictions.shape)) {
        throw misfit('categoricalAccuracy', targets, predictions, 'shapes must be equal');
      }
      return predictions.argmax(-1).equal(targets.argmax(-1));
    },
  };
}

/**
 * Share of right predictions, in the sense that shapes tell, as Keras decides: binary for predictions of one value;
 * sparse for targets with an axis less, or a last axis of 1; else categorical.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 2, activation: 'softmax' })]);
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: [metrics.accuracy()] });
 * ```
 */
export function accuracy(): MeanMetric {
  return {
    name: 'accuracy',
    call(targets, predictions) {
      const classes = predictions.shape.at(-1) ?? 1;
      if (classes === 1 || predictions.rank < 2) return binaryAccuracy().call(targets, predictions);
      const sparse = targets.rank < predictions.rank || targets.shape.at(-1) === 1;
      return (sparse ? sparseCategoricalAccuracy() : categoricalAccuracy()).call(targets, predictions);
    },
  };
}
