import { ArgumentError, formatShape, ShapeError, where, zeros, type Tensor } from '@tesserajs/tensor';
import { alignTargets, epsilon } from '../losses/align.js';
import { addMean, spread, type MeanMetric, type MeanState, type StreamingMetric } from './metric.js';

const scalar = (): Tensor => zeros([]);

/**
 * √ of the mean of (target − prediction)² over all examples. targets and predictions: shapes equal but for a last axis of 1.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['rootMeanSquaredError'] });
 * ```
 */
export function rootMeanSquaredError(): StreamingMetric<MeanState> {
  const name = 'rootMeanSquaredError';
  return {
    name,
    init: () => ({ total: scalar(), count: scalar() }),
    update(state, targets, predictions, weights) {
      const [y, p] = alignTargets(name, targets, predictions);
      return addMean(state, p.sub(y).square().mean(-1), weights);
    },
    result: ({ total, count }) => total.div(count).sqrt(),
  };
}

/** Options of `r2Score`. */
export interface R2ScoreOptions {
  /** Number of outputs: the last axis of predictions. Default 1. */
  readonly outputs?: number;
  /** Over outputs: their mean, or their mean weighted by variance. Default 'uniform'. */
  readonly average?: 'uniform' | 'varianceWeighted';
  /** Number of inputs of the model, for the adjusted score. Default 0: not adjusted. */
  readonly numRegressors?: number;
}

type R2State = Readonly<Record<'sum' | 'squares' | 'residual' | 'count' | 'samples', Tensor>>;

/**
 * Share of the variance of targets that predictions explain: 1 is perfect, 0 as good as the mean. targets and predictions:
 * [batch, outputs]. Source: Keras 3's R2Score.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1 })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['r2Score'] });
 * ```
 */
export function r2Score(options: R2ScoreOptions = {}): StreamingMetric<R2State> {
  const name = 'r2Score';
  const { outputs = 1, average = 'uniform', numRegressors = 0 } = options;
  if (!Number.isInteger(outputs) || outputs < 1)
    throw new ArgumentError(`${name}: outputs ${outputs} is not accepted; use a whole number >= 1`);
  const start = (): Tensor => zeros([outputs]);
  return {
    name,
    init: () => ({ sum: start(), squares: start(), residual: start(), count: start(), samples: scalar() }),
    update({ sum, squares, residual, count, samples }, targets, predictions, weights) {
      const [aligned, given] = alignTargets(name, targets, predictions);
      if (given.size !== given.shape[0]! * outputs) {
        throw new ShapeError(
          `${name}: predictions ${formatShape(predictions.shape)} have other than ${outputs} outputs; give ` +
            'outputs: the length of their last axis',
        );
      }
      const y = aligned.reshape([-1, outputs]).cast('float32');
      const p = given.reshape([-1, outputs]).cast('float32');
      const add = (before: Tensor, x: Tensor): Tensor =>
        before.add((weights === undefined ? x : x.mul(spread(weights.cast('float32'), x))).sum(0));
      return {
        sum: add(sum, y),
        squares: add(squares, y.square()),
        residual: add(residual, y.sub(p).square()),
        count: add(count, y.mul(0).add(1)),
        samples: samples.add(y.size),
      };
    },
    result({ sum, squares, residual, count, samples }) {
      const total = squares.sub(sum.mul(sum.div(count)));
      const isConstant = total.equal(0);
      const raw = where(
        isConstant,
        0,
        residual
          .div(where(isConstant, 1, total))
          .neg()
          .add(1),
      );
      const score = average === 'uniform' ? raw.mean() : total.mul(raw).sum().div(total.sum());
      if (numRegressors === 0) return score;
      const freedom = samples.sub(numRegressors + 1);
      const adjusted = score.neg().add(1).mul(samples.sub(1)).div(freedom).neg().add(1);
      return where(freedom.greater(0), adjusted, score);
    },
  };
}

/** Values less their mean over the last axis. */
const centered = (x: Tensor): Tensor => x.sub(x.mean(-1, { keepDims: true }));

/**
 * Pearson's correlation of targets and predictions along the last axis, averaged over examples. targets and predictions:
 * [batch, …, values].
 *
 * @example
 * ```ts
 * const perExample = metrics.pearsonCorrelation().call(tensor([[1, 2, 3]]), tensor([[2, 4, 6]])); // → [1]
 * ```
 */
export function pearsonCorrelation(): MeanMetric {
  return {
    name: 'pearsonCorrelation',
    call(targets, predictions) {
      const [y, p] = alignTargets('pearsonCorrelation', targets, predictions).map(centered) as [Tensor, Tensor];
      const spreads = y.square().mean(-1).mul(p.square().mean(-1)).sqrt();
      return y.mul(p).mean(-1).div(spreads);
    },
  };
}

/**
 * Lin's concordance correlation of targets and predictions along the last axis, averaged over examples: a correlation that
 * other means and spreads lower. targets and predictions: [batch, …, values].
 *
 * @example
 * ```ts
 * const perExample = metrics.concordanceCorrelation().call(tensor([[1, 2, 3]]), tensor([[1, 2, 3]])); // → [1]
 * ```
 */
export function concordanceCorrelation(): MeanMetric {
  return {
    name: 'concordanceCorrelation',
    call(targets, predictions) {
      const [y, p] = alignTargets('concordanceCorrelation', targets, predictions);
      const [a, b] = [centered(y), centered(p)];
      const norm = a
        .square()
        .mean(-1)
        .add(b.square().mean(-1))
        .add(y.mean(-1).sub(p.mean(-1)).square());
      return a.mul(b).mean(-1).mul(2).div(norm.add(epsilon));
    },
  };
}

/**
 * The mean over examples of a function of targets and predictions, under a name.
 *
 * @example
 * ```ts
 * const metric = metrics.mean('bias', (targets, predictions) => predictions.sub(targets));
 * ```
 */
export function mean(name: string, of: (targets: Tensor, predictions: Tensor) => Tensor): MeanMetric {
  return { name, call: of };
}

/**
 * The sum over examples of a function of targets and predictions, under a name.
 *
 * @example
 * ```ts
 * const metric = metrics.sum('total', (_, predictions) => predictions);
 * ```
 */
export function sum(
  name: string,
  of: (targets: Tensor, predictions: Tensor) => Tensor,
): StreamingMetric<{ readonly total: Tensor }> {
  return {
    name,
    init: () => ({ total: scalar() }),
    update({ total }, targets, predictions, weights) {
      const values = of(targets, predictions).cast('float32');
      return {
        total: total.add((weights === undefined ? values : values.mul(spread(weights.cast('float32'), values))).sum()),
      };
    },
    result: ({ total }) => total,
  };
}
