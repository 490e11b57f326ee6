import { ArgumentError, formatShape, log, maximum, ShapeError } from '@tesserajs/tensor';
import { floatTargets } from './align.js';
import { sameShape } from '../shapes.js';
import type { Loss } from './loss.js';

/** Options of `gaussianNLL`. */
export interface GaussianNLLOptions {
  /** Adds the constant log(2π) / 2. Default false. */
  readonly full?: boolean;
  /** Least variance. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * −log of the density of targets under normal distributions that the model predicts: (log v + (target − mean)² / v) / 2,
 * averaged over the last axis. targets: [batch, …, values]; predictions: [batch, …, 2 · values], the means and then the
 * variances (positive: `softplus` makes them so) → [batch, …]. Source: Nix & Weigend (1994); PyTorch's GaussianNLLLoss.
 *
 * @example
 * ```ts
 * const perExample = losses.gaussianNLL().call(tensor([[1]]), tensor([[3, 4]])); // → [1.193147]
 * ```
 */
export function gaussianNLL({ full = false, epsilon = 1e-6 }: GaussianNLLOptions = {}): Loss {
  const name = 'gaussianNLL';
  if (!(epsilon > 0)) throw new ArgumentError(`${name}: epsilon ${epsilon} is not accepted; use a number above 0`);
  return {
    name,
    config: { full, epsilon },
    call(targets, predictions) {
      const y = floatTargets(targets, predictions);
      const values = y.shape.at(-1) ?? 0;
      if (y.rank === 0 || !sameShape(predictions.shape, [...y.shape.slice(0, -1), 2 * values])) {
        throw new ShapeError(
          `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; ` +
            `the model must give mean and variance of each: ${formatShape([...y.shape.slice(0, -1), 2 * values])}`,
        );
      }
      const mean = predictions.at('...', [0, values]);
      const variance = maximum(predictions.at('...', [values, 2 * values]), epsilon);
      const each = log(variance).add(y.sub(mean).square().div(variance)).mul(0.5);
      return each.mean(-1).add(full ? 0.5 * Math.log(2 * Math.PI) : 0);
    },
  };
}
