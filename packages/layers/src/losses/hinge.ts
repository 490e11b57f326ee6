import { maximum, nn, where, type Tensor } from '@tesserajs/tensor';
import { alignTargets, elementLoss } from './align.js';
import type { Loss } from './loss.js';

/** Targets of −1 and 1; batches of nothing but 0 and 1 are converted, as Keras does. */
function signs(targets: Tensor): Tensor {
  const isBinary = targets.equal(0).cast('int32').add(targets.equal(1).cast('int32')).min().greater(0);
  return where(isBinary, targets.mul(2).sub(1), targets);
}

const margins = (y: Tensor, p: Tensor): Tensor => nn.relu(signs(y).mul(p).neg().add(1));

/**
 * max(1 − target · prediction, 0), averaged over the last axis. targets (−1 or 1; or 0 or 1) and predictions: [batch, …,
 * values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.hinge().call(tensor([[-1, 1]]), tensor([[0.5, 0.5]])); // → [1]
 * ```
 */
export function hinge(): Loss {
  return elementLoss('hinge', {}, margins);
}

/**
 * max(1 − target · prediction, 0)², averaged over the last axis. targets (−1 or 1; or 0 or 1) and predictions: [batch, …,
 * values] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.squaredHinge().call(tensor([[-1, 1]]), tensor([[0.5, 0.5]])); // → [1.25]
 * ```
 */
export function squaredHinge(): Loss {
  return elementLoss('squaredHinge', {}, (y, p) => margins(y, p).square());
}

/**
 * max(largest prediction of a wrong class − that of the right one + 1, 0). targets (one-hot) and predictions: [batch, …,
 * classes] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.categoricalHinge().call(tensor([[0, 1]]), tensor([[0.5, 0.75]])); // → [0.75]
 * ```
 */
export function categoricalHinge(): Loss {
  return {
    name: 'categoricalHinge',
    config: {},
    call(targets, predictions) {
      const [y, p] = alignTargets('categoricalHinge', targets, predictions);
      const right = y.mul(p).sum(-1);
      const wrong = y.neg().add(1).mul(p).max(-1);
      return maximum(wrong.sub(right).add(1), 0);
    },
  };
}
