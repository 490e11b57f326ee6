import { formatShape, isFloat, ShapeError, type Tensor } from '@tesserajs/tensor';
import type { JsonValue } from '../training/batches.js';
import { sameShape } from '../shapes.js';
import type { Loss } from './loss.js';

/** Keras's epsilon, which keeps logarithms and quotients finite. */
export const epsilon = 1e-7;

/** Targets as floats of the predictions' dtype. */
export function floatTargets(targets: Tensor, predictions: Tensor): Tensor {
  if (targets.dtype === predictions.dtype) return targets;
  return targets.cast(isFloat(predictions.dtype) ? predictions.dtype : 'float32');
}

/** Targets in the shape of the predictions: a last axis of 1 may be missing in either. */
export function alignTargets(
  name: string,
  targets: Tensor,
  predictions: Tensor,
): [targets: Tensor, predictions: Tensor] {
  const floats = floatTargets(targets, predictions);
  if (sameShape(floats.shape, predictions.shape)) return [floats, predictions];
  if (sameShape([...floats.shape, 1], predictions.shape)) return [floats.expandDims(-1), predictions];
  if (sameShape(floats.shape, [...predictions.shape, 1])) return [floats, predictions.expandDims(-1)];
  throw new ShapeError(
    `${name}: targets ${formatShape(targets.shape)} do not fit predictions ${formatShape(predictions.shape)}; ` +
      'shapes must be equal, but for a last axis of 1',
  );
}

/** A loss that is the mean over the last axis of a function of each target and prediction. */
export function elementLoss(
  name: string,
  config: Readonly<Record<string, JsonValue>>,
  each: (targets: Tensor, predictions: Tensor) => Tensor,
): Loss {
  return { name, config, call: (targets, predictions) => each(...alignTargets(name, targets, predictions)).mean(-1) };
}

/** Vectors of length 1 along an axis; those of length 0 stay so. */
export function unitVectors(x: Tensor, axis = -1): Tensor {
  return x.mul(
    x
      .square()
      .sum(axis, { keepDims: true })
      .clip(epsilon ** 2, Infinity)
      .rsqrt(),
  );
}
