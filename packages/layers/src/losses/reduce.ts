import { where, type Tensor } from '@tesserajs/tensor';
import { spread } from '../metrics/metric.js';
import type { Loss } from './loss.js';

/**
 * What training makes small: the sum of the loss over all examples and positions by their number, as Keras's
 * 'sum_over_batch_size'. `weights`, [batch] or [batch, …], multiply; the number stays. Values that the loss masks count
 * neither in the sum nor in the number.
 */
export function meanLoss(loss: Loss, targets: Tensor, predictions: Tensor, weights?: Tensor): Tensor {
  const values = loss.call(targets, predictions);
  const weighted = weights === undefined ? values : values.mul(spread(weights.cast(values.dtype), values));
  if (loss.mask === undefined) return weighted.mean();
  const counts = loss.mask(values, targets).cast(values.dtype);
  const count = counts.sum();
  return weighted
    .mul(counts)
    .sum()
    .div(where(count.greater(0), count, 1));
}
