import { ArgumentError, type Tensor } from '@tesserajs/tensor';
import { alignTargets, epsilon } from './align.js';
import type { Loss } from './loss.js';

/** Options of `dice`. */
export interface OverlapOptions {
  /** Axes that are one region: null for all, the batch included. Default null. */
  readonly axis?: number | readonly number[] | null;
}

const complement = (x: Tensor): Tensor => x.neg().add(1);

function overlapLoss(
  name: string,
  config: Loss['config'],
  axis: OverlapOptions['axis'],
  share: (y: Tensor, p: Tensor, sum: (x: Tensor) => Tensor) => Tensor,
): Loss {
  return {
    name,
    config: { ...config, axis: axis ?? null },
    call(targets, predictions) {
      const [y, p] = alignTargets(name, targets, predictions);
      return complement(share(y, p, (x) => x.sum(axis ?? undefined)));
    },
  };
}

/**
 * 1 − 2 Σ target · prediction / (Σ target + Σ prediction): how little two regions overlap. targets (0 or 1) and
 * predictions: equal shapes → the axes that are left, by default a scalar over the whole batch, as in Keras 3; `axis: [1,
 * 2]` gives one value per image and channel.
 *
 * @example
 * ```ts
 * const loss = losses.dice().call(tensor([[1, 1]]), tensor([[1, 0]])); // → 0.333333
 * ```
 */
export function dice({ axis = null }: OverlapOptions = {}): Loss {
  return overlapLoss('dice', {}, axis, (y, p, sum) =>
    sum(y.mul(p))
      .mul(2)
      .div(sum(y).add(sum(p)).add(epsilon)),
  );
}

/** Options of `tversky`. */
export interface TverskyOptions extends OverlapOptions {
  /** Weight of what is in the target and not predicted. Default 0.5. */
  readonly alpha?: number;
  /** Weight of what is predicted and not in the target. Default 0.5. */
  readonly beta?: number;
}

/**
 * 1 − I / (I + alpha · missed + beta · invented), where I = Σ target · prediction; with 0.5 and 0.5 it is `dice`. Shapes as
 * there. Keras 3 gives alpha and beta in this sense (its docstring names them the other way round). Source: Salehi et al.
 * (2017).
 *
 * @example
 * ```ts
 * const loss = losses.tversky({ alpha: 0.7, beta: 0.3 }).call(tensor([[1, 1]]), tensor([[1, 0]])); // → 0.411765
 * ```
 */
export function tversky({ alpha = 0.5, beta = 0.5, axis = null }: TverskyOptions = {}): Loss {
  if (!(alpha >= 0 && beta >= 0))
    throw new ArgumentError(`tversky: alpha ${alpha} and beta ${beta} are not accepted; use numbers >= 0`);
  return overlapLoss('tversky', { alpha, beta }, axis, (y, p, sum) => {
    const shared = sum(y.mul(p));
    const missed = sum(y.mul(complement(p)));
    const invented = sum(p.mul(complement(y)));
    return shared.div(shared.add(missed.mul(alpha)).add(invented.mul(beta)).add(epsilon));
  });
}
