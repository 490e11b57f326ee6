import { elementLoss } from './align.js';
import type { Loss } from './loss.js';

/**
 * (target − prediction)², averaged over the last axis. targets and predictions: [batch, …, values] → [batch, …].
 * Throws a ShapeError when shapes differ other than by a last axis of 1.
 *
 * @example
 * ```ts
 * const perExample = losses.meanSquaredError().call(tensor([[1, 2]]), tensor([[1, 4]])); // → [2]
 * ```
 */
export function meanSquaredError(): Loss {
  return elementLoss('meanSquaredError', {}, (y, p) => p.sub(y).square());
}
