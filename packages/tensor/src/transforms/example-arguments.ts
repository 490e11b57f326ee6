import { constant } from '../ops/create.js';
import { unflatten } from '../tree/flatten.js';
import { compiledTraces } from './compile.js';

/**
 * Arguments like those that a compiled function was traced for last: zeros in place of its tensors and numbers. Null for a
 * compiled function that was never called, and for other functions.
 *
 * @example
 * ```ts
 * const f = compile((x: Tensor, n: number) => x.mul(n));
 * f(ones([2, 3]), 4);
 * exampleArguments(f); // → [[[0, 0, 0], [0, 0, 0]], 0]
 * ```
 */
export function exampleArguments(f: (...args: never) => unknown): readonly unknown[] | null {
  const last = compiledTraces(f)?.traces.at(-1);
  if (last === undefined) return null;
  const leaves = last.types.map((type) => (type === null ? 0 : constant(0, type.shape, type.dtype)));
  return unflatten(last.definition, leaves) as readonly unknown[];
}
