import {
  argsort,
  bind,
  diagonal,
  primitives,
  scan,
  takeAlongAxis,
  where,
  zeros,
  type SolveAttributes,
  type Tensor,
} from '@tesserajs/tensor';
import type { Lowering } from '../context.js';
import { expanded } from '../expand.js';
import {
  columnOf,
  elementOf,
  exchange,
  factorization,
  orderRows,
  outerProduct,
  positions,
  rowOf,
  stackOf,
} from './matrices.js';

type Factors = readonly [factors: Tensor, order: Tensor, swaps: Tensor];

/** A pivot per step, and what it eliminates (Golub & Van Loan, "Matrix Computations", 4th ed., 3.4). */
function lu(a: Tensor): Factors {
  const stack = stackOf(a);
  const [count, m, n] = stack.shape as readonly [number, number, number];
  const [rows, columns] = [positions(m), positions(n)];
  const step = ([old, order, swaps]: Factors, k: Tensor): readonly [Factors, null] => {
    const sizes = where(rows.greaterEqual(k), columnOf(old, k).abs(), -1);
    const best = sizes.argmax(1, { keepDims: true });
    const places = exchange(m, best, k);
    const ordered = orderRows(old, places);
    const column = columnOf(ordered, k);
    const pivot = elementOf(column, k);
    const below = rows.greater(k);
    const factor = where(below, column.div(where(pivot.equal(0), 1, pivot)), 0);
    const rest = ordered.sub(outerProduct(factor, where(columns.greater(k), rowOf(ordered, k), 0)));
    const eliminated = below.expandDims(1).logicalAnd(columns.equal(k));
    const next = where(eliminated, factor.expandDims(2), rest);
    return [[next, takeAlongAxis(order, places, 1), swaps.add(best.squeeze(1).notEqual(k).cast('int32'))], null];
  };
  const start: Factors = [stack, rows.broadcastTo([count, m]), zeros([count], { dtype: 'int32' })];
  const [[factors, order, swaps]] = scan(step, start, positions(Math.min(m, n)));
  const leading = a.shape.slice(0, -2);
  return [factors.reshape(a.shape), order.reshape([...leading, m]), swaps.reshape(leading)];
}

function det(a: Tensor): Tensor {
  const [factors, , swaps] = bind(primitives.lu, [a], {});
  const sign = swaps!.remainder(2).mul(-2).add(1).cast('float64');
  return sign.mul(diagonal(factors!, { axis1: -2, axis2: -1 }).prod(-1));
}

/** Rounded to the dtype between its steps, as the reference kernel does. */
function solve(a: Tensor, b: Tensor, { transpose }: SolveAttributes): Tensor {
  const [factors, order] = bind(primitives.lu, [a], {});
  const system = (x: Tensor, lower: boolean): Tensor =>
    bind(primitives.triangularSolve, [factors!, x], { lower, transpose, unitDiagonal: lower })[0]!;
  const reorder = (x: Tensor, places: Tensor): Tensor => {
    const leading = x.rank >= a.rank ? x.shape.slice(0, -2) : a.shape.slice(0, -2);
    const shape = [
      ...leading.map((size, i) => Math.max(size, a.shape.slice(0, -2).at(i - leading.length) ?? 1)),
      ...x.shape.slice(-2),
    ];
    return takeAlongAxis(x.broadcastTo(shape), places.expandDims(-1).broadcastTo(shape), -2);
  };
  if (!transpose) return system(system(reorder(b, order!), true), false);
  return reorder(system(system(b, false), true), argsort(order!, -1));
}

/** Lowerings of what LU factors give. */
export const luLowerings: Readonly<Record<'lu' | 'det' | 'solve', Lowering>> = {
  lu: factorization(([a]) => lu(a!)),
  det: factorization(([a]) => det(a!)),
  solve: expanded<SolveAttributes>(([a, b], attributes) => solve(a!, b!, attributes)),
};
