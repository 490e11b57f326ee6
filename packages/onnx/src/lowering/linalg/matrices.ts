import { arange, isFloat, take, takeAlongAxis, where, type Tensor } from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { expanded, type Expansion } from '../expand.js';

/** 0, 1, … as the positions of rows or columns. */
export function positions(n: number): Tensor {
  return arange(n);
}

/** [..., m, n] → [count, m, n]. */
export function stackOf(a: Tensor): Tensor {
  const [m, n] = a.shape.slice(-2);
  return a.reshape([a.shape.slice(0, -2).reduce((product, size) => product * size, 1), m!, n!]);
}

/** Row k of each matrix: [count, n]. */
export function rowOf(a: Tensor, k: Tensor): Tensor {
  return take(a, k, 1);
}

/** Column k of each matrix: [count, m]. */
export function columnOf(a: Tensor, k: Tensor): Tensor {
  return take(a, k, 2);
}

/** Element k of each row: [count, n] → [count, 1]. */
export function elementOf(x: Tensor, k: Tensor): Tensor {
  return take(x, k, 1).expandDims(1);
}

/** x · yᵀ for vectors [count, m] and [count, n]. */
export function outerProduct(x: Tensor, y: Tensor): Tensor {
  return x.expandDims(2).mul(y.expandDims(1));
}

/** Row i of the result is row `order[i]` of a: [count, m, n]. */
export function orderRows(a: Tensor, order: Tensor): Tensor {
  return takeAlongAxis(a, order.expandDims(2).broadcastTo(a.shape), 1);
}

/** The order of 0, 1, …, n − 1 in which `first` and `second`: [count, 1] have changed places. */
export function exchange(n: number, first: Tensor, second: Tensor): Tensor {
  const index = positions(n);
  return where(index.equal(first), second, where(index.equal(second), first, index));
}

/**
 * A factorization that is computed in float64, whatever the dtype of its operands, as the reference kernels do. Only what
 * has elements is worth it: the function sees no empty operands.
 */
export function factorization<A>(f: Expansion<A>): Lowering {
  return expanded<A>((operands, attributes) => {
    const { dtype } = operands[0]!;
    const wide = operands.map((operand) => operand.cast('float64'));
    const results = [f(wide, attributes)].flat() as readonly Tensor[];
    return results.map((result) => (isFloat(result.dtype) ? result.cast(dtype) : result));
  });
}
