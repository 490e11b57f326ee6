import { DTypeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { cumSum } from './cumulative.js';
import { constant } from './create.js';
import { segmentSum } from './counting.js';
import { scatterSet, take } from './gather.js';
import { checkFixedSize, countOf, fill, isFilled, positionsOf, startsOfRuns, type FixedSize } from './nonzero.js';
import { argsort } from './sort.js';

/** The distinct elements of a tensor. */
export interface UniqueResult {
  /** The distinct elements, ascending, NaN last: [count]. */
  readonly values: Tensor;
  /** For each element of x, the position of its value: int32, in x's shape. */
  readonly inverse: Tensor;
  /** How often each value occurs: int32 [count]. */
  readonly counts: Tensor;
}

function distinct(
  x: Tensor,
  order: Tensor,
  sorted: Tensor,
  starts: Tensor,
  { size, fillValue = 0 }: FixedSize,
): UniqueResult {
  if (x.size === 0) {
    const none = constant(0, [size], 'int32');
    return { values: constant(fillValue, [size], x.dtype), inverse: constant(0, x.shape, 'int32'), counts: none };
  }
  const groups = cumSum(starts.cast('int32')).sub(1);
  const zeros = constant(0, [x.size], 'int32');
  return {
    values: fill(isFilled(starts, size), take(sorted, positionsOf(starts, size)), fillValue),
    inverse: scatterSet(zeros, order, groups, 0, { uniqueIndices: true }).reshape(x.shape),
    // One more place takes the groups beyond the size.
    counts: segmentSum(constant(1, [x.size], 'int32'), groups.minimum(size), size + 1).slice([0, size]),
  };
}

/**
 * The distinct elements of x with their counts, and where each element's value is: `take(values, inverse)` is x. How many
 * there are depends on values, so that the result must be awaited; with a `size` it need not: values beyond it are
 * dropped, missing ones are `fillValue` with a count of 0.
 *
 * @example
 * ```ts
 * const { values, counts } = await unique(tensor([3, 1, 3])); // → { values: [1, 3], counts: [1, 2] }
 * ```
 */
export function unique(x: Tensor): Promise<UniqueResult>;
export function unique(x: Tensor, options: FixedSize): UniqueResult;
export function unique(x: Tensor, options?: FixedSize): UniqueResult | Promise<UniqueResult> {
  checkTensor('unique', x);
  if (x.dtype === 'key') throw new DTypeError(`unique: random keys ${formatShape(x.shape)} have no order`);
  const flat = x.dtype === 'bool' ? x.flatten().cast('int32') : x.flatten();
  const order = argsort(flat);
  const sorted = take(x.flatten(), order);
  const starts = startsOfRuns(x.dtype === 'bool' ? sorted.cast('int32') : sorted);
  if (options !== undefined) {
    checkFixedSize('unique', options);
    return distinct(x, order, sorted, starts, options);
  }
  return countOf(starts)
    .item()
    .then((size) => distinct(x, order, sorted, starts, { size }));
}
