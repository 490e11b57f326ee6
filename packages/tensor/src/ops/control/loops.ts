import { ArgumentError, DTypeError } from '../../errors.js';
import { formatShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { iota } from '../create.js';
import { scalar } from '../operands.js';
import { scanAs } from './scan.js';
import type { LoopState } from './state.js';
import { whileAs } from './while.js';

function checkBound(name: string, bound: number | Tensor): void {
  if (typeof bound === 'number') {
    if (Number.isInteger(bound) && bound >= -(2 ** 31) && bound < 2 ** 31) return;
    throw new ArgumentError(`foriLoop: ${name} ${bound} is not accepted; use a whole number of 32 bits`);
  }
  if (bound.rank === 0 && (bound.dtype === 'int32' || bound.weak)) return;
  throw new DTypeError(
    `foriLoop: ${name} is ${bound.dtype} ${formatShape(bound.shape)}; it must be a number or an int32 scalar`,
  );
}

function asIndex(bound: number | Tensor): Tensor {
  if (typeof bound === 'number') return scalar(bound, 'int32');
  return bound.dtype === 'int32' ? bound : bound.cast('int32');
}

/**
 * Repeats `state = body(i, state)` for i = lower, …, upper − 1 and returns the last state; i is an int32 scalar. Nothing
 * runs when upper ≤ lower. State is a tree of tensors that keeps its structure, shapes and dtypes.
 *
 * With JavaScript numbers as bounds it has gradients: it is a `scan`. With a tensor as a bound (or a traced number of a
 * compiled function) it is a `whileLoop`, which has forward derivatives only.
 *
 * @param body - (i, state) → new state.
 *
 * @example
 * ```ts
 * foriLoop(0, 3, (i, x: Tensor) => x.mul(0.5).add(i.cast('float32')), tensor(8)); // → 3.5
 * ```
 */
export function foriLoop<C>(
  lower: number | Tensor,
  upper: number | Tensor,
  body: (i: Tensor, state: LoopState<C>) => LoopState<C>,
  init: C,
): LoopState<C> {
  checkBound('lower', lower);
  checkBound('upper', upper);
  if (typeof lower === 'number' && typeof upper === 'number') {
    const length = Math.max(0, upper - lower);
    const step = (state: LoopState<C>, i: Tensor): readonly [LoopState<C>, null] => [body(i, state), null];
    const indices = lower === 0 ? iota(length) : iota(length).add(lower);
    return scanAs('foriLoop', step, init, indices, { length })[0] as LoopState<C>;
  }
  const end = asIndex(upper);
  const [, state] = whileAs(
    'foriLoop',
    ([i]: readonly [Tensor, LoopState<C>]) => i.less(end),
    ([i, inner]: readonly [Tensor, LoopState<C>]) => [i.add(1), body(i, inner)],
    [asIndex(lower), init],
  ) as [Tensor, LoopState<C>];
  return state;
}

/**
 * Applies `f` to each slice of `xs` along axis 0, one after the other, and stacks the results: `vmap` with the memory of
 * one example. `xs` and results are trees of tensors.
 *
 * @example
 * ```ts
 * const w = ones([3, 2]);
 * map((row: Tensor) => row.matmul(w), ones([4, 3])).shape; // → [4, 2]
 * ```
 */
export function map<X, Y>(f: (x: X) => Y, xs: X): LoopState<Y> {
  return scanAs('map', (_: null, x: X) => [null, f(x)], null, xs, {})[1] as LoopState<Y>;
}
