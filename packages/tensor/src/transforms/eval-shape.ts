import { checkNotPromise, withTrace } from '../graph/trace.js';
import { createLeaf } from '../graph/bind.js';
import type { TensorType } from '../graph/primitive.js';
import { isTensor } from '../graph/is-tensor.js';
import { flatten, unflatten } from '../tree/flatten.js';

/**
 * The shapes and dtypes that a function returns, without computing anything: the result of `f` with each tensor replaced
 * by its type.
 *
 * @example
 * ```ts
 * evalShape((x: Tensor) => x.matmul(x), zeros([1000, 1000])); // → { shape: [1000, 1000], dtype: 'float32' }
 * ```
 */
export function evalShape(f: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown {
  return withTrace('evalShape', (trace) => {
    const flat = flatten(args);
    const placeholders = flat.leaves.map((leaf) => (isTensor(leaf) ? createLeaf(leaf.shape, leaf.dtype, trace) : leaf));
    const value = f(...(unflatten(flat.definition, placeholders) as never[]));
    checkNotPromise('evalShape', value);
    const result = flatten(value);
    return unflatten(
      result.definition,
      result.leaves.map((leaf): TensorType | number =>
        isTensor(leaf) ? { shape: leaf.shape, dtype: leaf.dtype } : leaf,
      ),
    );
  });
}
