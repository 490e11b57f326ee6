import { isFloat } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { constant } from './create.js';
import { isNaN } from './elementwise/classify.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { logicalAnd, logicalNot, logicalOr } from './elementwise/logical.js';
import { where } from './elementwise/select.js';
import { gather } from './gather.js';

/** Options of `searchSorted`. */
export interface SearchSortedOptions {
  /** Where equal elements put a value: before ('left') or behind them ('right'). Default 'left'. */
  readonly side?: 'left' | 'right';
}

/** a before b in sorted order, where NaN is the largest. */
function isBefore(a: Tensor, b: Tensor): Tensor {
  const less = a.less(b);
  return isFloat(a.dtype) ? logicalOr(less, logicalAnd(isNaN(b), logicalNot(isNaN(a)))) : less;
}

/**
 * Where values would be put into a sorted vector to keep it sorted, as int32: sorted [n], values of any shape. A search by
 * halves: log2(n) look-ups. Throws a ShapeError unless `sorted` is a vector, a DTypeError where the dtypes differ.
 *
 * @example
 * ```ts
 * searchSorted(tensor([1, 3, 5]), tensor([0, 3, 4])); // → [0, 1, 2]
 * ```
 */
export function searchSorted(sorted: Tensor, values: Tensor, { side = 'left' }: SearchSortedOptions = {}): Tensor {
  commonDType('searchSorted', [sorted, values]);
  checkKind('searchSorted', sorted, ['float', 'int', 'uint']);
  if (sorted.rank !== 1) {
    throw new ShapeError(`searchSorted: the sorted tensor is ${formatShape(sorted.shape)}; it must be a vector [n]`);
  }
  if (!['left', 'right'].includes(side)) {
    throw new ArgumentError(`searchSorted: side ${side} is not accepted; use 'left' or 'right'`);
  }
  const [length] = sorted.shape;
  let position = constant(0, values.shape, 'int32');
  // The position grows by ever smaller powers of two while the element before it still precedes the value.
  for (let step = 2 ** Math.floor(Math.log2(Math.max(length!, 1))); step >= 1 && length! > 0; step /= 2) {
    const next = position.add(step);
    const element = gather(sorted, next.minimum(length!).sub(1));
    const precedes = side === 'left' ? isBefore(element, values) : logicalNot(isBefore(values, element));
    position = where(logicalAnd(next.lessEqual(length!), precedes), next, position);
  }
  return position;
}
