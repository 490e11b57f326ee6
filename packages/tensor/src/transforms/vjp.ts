import { isFloat } from '../dtypes.js';
import type { Tensor } from '../tensor.js';
import { differentiate, pullback } from './derivative.js';
import type { Grads } from './grad.js';
import { tangentLeaves, type Tangents } from './tangents.js';

/**
 * Reverse-mode derivative of a function with any result: [f(…primals), pullback]. The pullback takes a cotangent with
 * the structure of the result (null for zero and for what is no float) and returns those of all arguments, in a list; it
 * may be called many times, f itself runs once.
 *
 * @example
 * ```ts
 * const [y, pullback] = vjp((x: Tensor, w: Tensor) => x.matmul(w), ones([1, 2]), ones([2, 3]));
 * pullback(ones([1, 3])); // → [[[3, 3]], [[1, 1, 1], [1, 1, 1]]]
 * ```
 */
export function vjp<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [R, (cotangent: Tangents<R>) => { [K in keyof A]: Grads<A[K]> }] {
  const positions = [...primals.keys()];
  const derivative = differentiate(f, primals, {
    operation: 'vjp',
    mode: 'reverse',
    positions,
    unsuitable: 'pass',
    hasAux: false,
  });
  const { result, value } = derivative;
  const pull = (cotangent: unknown): unknown[] => {
    const given = tangentLeaves('vjp', 'the cotangent', result, cotangent);
    const floats = given.filter((_, i) => isFloat((result.leaves[i] as Tensor).dtype));
    return pullback(derivative, positions, floats);
  };
  return [value as R, pull as never];
}
