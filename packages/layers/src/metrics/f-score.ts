import { ArgumentError, formatShape, ShapeError, zeros, type Tensor } from '@tesserajs/tensor';
import { spread, type StreamingMetric } from './metric.js';

/** Options of `fBetaScore`. */
export interface FScoreOptions {
  /** Number of classes: the last axis of predictions. */
  readonly numClasses: number;
  /** Over classes: their mean, their mean weighted by frequency, or all counted together. Default 'macro'. */
  readonly average?: 'macro' | 'weighted' | 'micro';
  /** Predictions above it are positive. By default only the highest of each example is. */
  readonly threshold?: number;
}

type Sums = Readonly<Record<'hits' | 'predicted' | 'actual', Tensor>>;
const small = 1e-7;

/**
 * (1 + beta²) · precision · recall / (beta² · precision + recall). targets (one-hot, or several of 0 and 1) and predictions:
 * [batch, classes]. Source: Keras 3's FBetaScore, whose default of one value for each class is no number for logs.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 3, activation: 'softmax' })]);
 * const metric = metrics.fBetaScore({ numClasses: 3, beta: 2, average: 'weighted' });
 * model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: [metric] });
 * ```
 */
export function fBetaScore(options: FScoreOptions & { readonly beta?: number }): StreamingMetric<Sums> {
  return fScore('fBetaScore', options);
}

/**
 * `fBetaScore` with beta 1: the harmonic mean of precision and recall.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 3, activation: 'softmax' })]);
 * const metric = metrics.f1Score({ numClasses: 3 });
 * model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: [metric] });
 * ```
 */
export function f1Score(options: FScoreOptions): StreamingMetric<Sums> {
  return fScore('f1Score', options);
}

function fScore(name: string, options: FScoreOptions & { readonly beta?: number }): StreamingMetric<Sums> {
  const { numClasses, average = 'macro', threshold, beta = 1 } = options;
  if (!Number.isInteger(numClasses) || numClasses < 1)
    throw new ArgumentError(`${name}: numClasses ${numClasses} is not accepted; use a whole number >= 1`);
  if (!(beta > 0)) throw new ArgumentError(`${name}: beta ${beta} is not accepted; use a number above 0`);
  const start = (): Tensor => zeros([numClasses]);
  return {
    name,
    init: () => ({ hits: start(), predicted: start(), actual: start() }),
    update({ hits, predicted, actual }, targets, predictions, weights) {
      const rule = `both must be [batch, ${numClasses}]`;
      if (formatShape(targets.shape) !== formatShape(predictions.shape) || predictions.shape[1] !== numClasses) {
        throw new ShapeError(
          `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; ${rule}`,
        );
      }
      const chosen =
        threshold === undefined
          ? predictions
              .greaterEqual(predictions.max(-1, { keepDims: true }))
              .cast('float32')
              .mul(predictions.abs().greater(1e-9).cast('float32'))
          : predictions.greater(threshold).cast('float32');
      const y = targets.cast('float32');
      const sum = (x: Tensor): Tensor => (weights === undefined ? x : x.mul(spread(weights.cast('float32'), x))).sum(0);
      return {
        hits: hits.add(sum(chosen.mul(y))),
        predicted: predicted.add(sum(chosen)),
        actual: actual.add(sum(y)),
      };
    },
    result(sums) {
      const total = (x: Tensor): Tensor => (average === 'micro' ? x.sum() : x);
      const [hits, predicted, actual] = [total(sums.hits), total(sums.predicted), total(sums.actual)];
      const precision = hits.div(predicted.add(small));
      const recall = hits.div(actual.add(small));
      const score = precision
        .mul(recall)
        .div(
          precision
            .mul(beta ** 2)
            .add(recall)
            .add(small),
        )
        .mul(1 + beta ** 2);
      if (average === 'micro') return score;
      if (average === 'macro') return score.mean();
      return score.mul(actual.div(actual.sum().add(small))).sum();
    },
  };
}
