import { log } from '@tesserajs/tensor';
import { alignTargets, epsilon } from './align.js';
import { activationCheck } from './check-activation.js';
import type { Loss } from './loss.js';

/**
 * Σ target · log(target / prediction), of probabilities that are at least 1e-7. targets and predictions: [batch, …,
 * classes] → [batch, …].
 *
 * @example
 * ```ts
 * const perExample = losses.klDivergence().call(tensor([[1, 0]]), tensor([[0.5, 0.5]])); // → [0.693146]
 * ```
 */
export function klDivergence(): Loss {
  const name = 'klDivergence';
  return {
    name,
    config: {},
    call(targets, predictions) {
      const [y, p] = alignTargets(name, targets, predictions);
      const bounded = y.clip(epsilon, 1);
      return bounded.mul(log(bounded.div(p.clip(epsilon, 1)))).sum(-1);
    },
    checkActivation: activationCheck(name, false),
  };
}
