import { broadcastAxes, sameShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

/** Adds up a cotangent over the axes along which an operand of shape `shape` was repeated. */
export function sumTo(cotangent: Tensor, shape: Shape): Tensor {
  if (sameShape(cotangent.shape, shape)) return cotangent;
  const axes = broadcastAxes(shape, cotangent.shape);
  return (axes.length === 0 ? cotangent : cotangent.sum(axes)).reshape(shape);
}
