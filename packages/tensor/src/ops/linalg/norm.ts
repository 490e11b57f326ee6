import { ArgumentError, ShapeError } from '../../errors.js';
import { asOperation } from '../../graph/as-operation.js';
import { formatShape, normalizeAxes } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { checkKind } from '../elementwise/define.js';
import { where } from '../elementwise/select.js';
import { svd } from './svd.js';

/** Which norm: 'fro' (matrices), 'nuc' (the sum of the singular values), or an order p. */
export type NormOrder = 'fro' | 'nuc' | number;

/** Options of `norm`. */
export interface NormOptions {
  /**
   * Vectors: p ≥ 1, ±Infinity (largest, smallest magnitude), 0 (how many are not 0). Matrices: 'fro', 'nuc', ±1 (columns),
   * ±Infinity (rows), ±2 (singular values). Default: the square root of the sum of squares.
   */
  readonly ord?: NormOrder;
  /** Keep the axes with size 1. */
  readonly keepDims?: boolean;
}

/** Square root whose gradient at 0 is 0. */
function safeRoot(x: Tensor): Tensor {
  const zero = x.equal(0);
  return where(zero, 0, where(zero, 1, x).sqrt());
}

function vectorNorm(x: Tensor, axis: readonly number[], ord: number): Tensor {
  const keep = { keepDims: true };
  if (ord === 2) return safeRoot(x.square().sum(axis, keep));
  const size = x.abs();
  if (ord === 1) return size.sum(axis, keep);
  if (ord === Infinity) return size.max(axis, keep);
  if (ord === -Infinity) return size.min(axis, keep);
  if (ord === 0) return x.notEqual(0).cast(x.dtype).sum(axis, keep);
  const total = size.pow(ord).sum(axis, keep);
  const zero = total.equal(0);
  return where(zero, 0, where(zero, 1, total).pow(1 / ord));
}

function matrixNorm(x: Tensor, axes: readonly [number, number], ord: NormOrder): Tensor {
  const [row, column] = axes;
  const keep = { keepDims: true };
  switch (ord) {
    case 'fro':
      return vectorNorm(x, axes, 2);
    case 1:
      return x.abs().sum(row, keep).max(column, keep);
    case -1:
      return x.abs().sum(row, keep).min(column, keep);
    case Infinity:
      return x.abs().sum(column, keep).max(row, keep);
    case -Infinity:
      return x.abs().sum(column, keep).min(row, keep);
    case 'nuc':
    case 2:
    case -2: {
      const rest = [...x.shape.keys()].filter((axis) => axis !== row && axis !== column);
      const { s } = svd(x.transpose([...rest, row, column]));
      const value = ord === 2 ? s.max(-1) : ord === -2 ? s.min(-1) : s.sum(-1);
      return value.reshape(x.shape.map((size, axis) => (axis === row || axis === column ? 1 : size)));
    }
    default:
      throw new ArgumentError(
        `norm: ord ${ord} is not a norm of matrices; use 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity, or name one axis`,
      );
  }
}

/**
 * Norm of vectors (one axis) or matrices (two axes) of floats; without axis, of a vector or matrix x, or of all elements of
 * x when there is no `ord` either. The gradient of a root at 0 is 0. Throws a ShapeError for other axes and an ArgumentError
 * for an unknown order.
 *
 * @example
 * ```ts
 * linalg.norm(tensor([[3, 4], [6, 8]]), 1); // → [5, 10]
 * linalg.norm(tensor([[3, 4], [6, 8]]), undefined, { ord: Infinity }); // → 14
 * ```
 */
export function norm(x: Tensor, axis?: number | readonly number[], options: NormOptions = {}): Tensor {
  const { ord, keepDims = false } = options;
  checkKind('norm', x, ['float']);
  const sorted = normalizeAxes('norm', axis, x.shape);
  // The order of a pair of axes tells rows from columns.
  const given = typeof axis === 'object' ? axis.map((one) => (one < 0 ? one + x.rank : one)) : sorted;
  const value = axis === undefined && ord === undefined ? vectorNorm(x, sorted, 2) : normOver(x, given, ord);
  return keepDims ? value : value.squeeze(sorted);
}

function normOver(x: Tensor, axes: readonly number[], ord: NormOrder | undefined): Tensor {
  if (axes.length === 2) return matrixNorm(x, [axes[0]!, axes[1]!], ord ?? 'fro');
  if (axes.length !== 1) {
    throw new ShapeError(
      `norm: ${axes.length} axes of ${formatShape(x.shape)} are neither vectors nor matrices; name one axis or two`,
    );
  }
  if (typeof ord === 'string' || Number.isNaN(ord)) {
    throw new ArgumentError(
      `norm: ord ${ord} is not a norm of vectors; use a number, Infinity or -Infinity, or name two axes`,
    );
  }
  return vectorNorm(x, axes, ord ?? 2);
}

/**
 * Condition number of matrices: a: [..., m, n] → [...], the ratio of the largest to the smallest singular value; Infinity
 * for a singular matrix. Throws a ShapeError for less than two axes.
 *
 * @example
 * ```ts
 * linalg.cond(tensor([[4, 0], [0, 2]])); // → 2
 * ```
 */
export function cond(a: Tensor): Tensor {
  const { s } = asOperation('cond', () => svd(a));
  return s.max(-1).div(s.min(-1));
}
