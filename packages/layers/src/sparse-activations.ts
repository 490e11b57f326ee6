import { arange, sort, where, type Tensor } from '@tesserajs/tensor';

/**
 * The point of the simplex that is nearest to x along an axis (default: the last): like softmax, with zeros. Floats of
 * any shape → the same. As Keras 3. Source: Martins & Astudillo (2016).
 *
 * @example
 * ```ts
 * activations.sparsemax(tensor([1, 0.5, -1])); // → [0.75, 0.25, 0]
 * ```
 */
export function sparsemax(x: Tensor, axis = -1): Tensor {
  const position = axis < 0 ? axis + x.rank : axis;
  const sorted = sort(x, position, { descending: true });
  const count = x.shape[position]!;
  const ranks = arange(1, count + 1, 1, { dtype: x.dtype }).reshape(
    x.shape.map((_, i) => (i === position ? count : 1)),
  );
  // The largest values, as many as keep the threshold that they share below each of them.
  const chosen = sorted.mul(ranks).add(1).greater(sorted.cumSum(position)).cast(x.dtype);
  const sum = (values: Tensor): Tensor => values.sum(position, { keepDims: true });
  const threshold = sum(sorted.mul(chosen)).sub(1).div(sum(chosen));
  return x.sub(threshold).maximum(0);
}

/**
 * 0 up to -1, (x + 1)² / 4 up to 1, x beyond: a softplus with zeros. Floats of any shape → the same. As Keras 3. Source:
 * Blondel et al. (2019).
 *
 * @example
 * ```ts
 * activations.sparsePlus(tensor([-2, 0, 3])); // → [0, 0.25, 3]
 * ```
 */
export function sparsePlus(x: Tensor): Tensor {
  const middle = x.maximum(-1).minimum(1).add(1).square().mul(0.25);
  return where(x.greater(1), x, middle);
}

/**
 * (x + 1) / 2, kept between 0 and 1: the derivative of `sparsePlus`. Floats of any shape → the same. As Keras 3. Source:
 * Blondel et al. (2019).
 *
 * @example
 * ```ts
 * activations.sparseSigmoid(tensor([-2, 0, 0.5, 3])); // → [0, 0.5, 0.75, 1]
 * ```
 */
export function sparseSigmoid(x: Tensor): Tensor {
  return x.add(1).mul(0.5).maximum(0).minimum(1);
}
