import { formatShape, isFloat, ShapeError, type Tensor } from '@tesserajs/tensor';
import { sameShape } from '../shapes.js';
import type { Loss } from './loss.js';

/** Targets in the shape of the predictions: a last axis of 1 may be missing in either. */
function alignTargets(name: string, targets: Tensor, predictions: Tensor): [targets: Tensor, predictions: Tensor] {
  const floats =
    targets.dtype === predictions.dtype
      ? targets
      : targets.cast(isFloat(predictions.dtype) ? predictions.dtype : 'float32');
  if (sameShape(floats.shape, predictions.shape)) return [floats, predictions];
  if (sameShape([...floats.shape, 1], predictions.shape)) return [floats.expandDims(-1), predictions];
  if (sameShape(floats.shape, [...predictions.shape, 1])) return [floats, predictions.expandDims(-1)];
  throw new ShapeError(
    `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; ` +
      'shapes must be ' +
      'equal, but for a last axis of 1',
  );
}

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
  const name = 'meanSquaredError';
  return {
    name,
    config: {},
    call(targets, predictions) {
      const [y, p] = alignTargets(name, targets, predictions);
      return p.sub(y).square().mean(-1);
    },
  };
}
