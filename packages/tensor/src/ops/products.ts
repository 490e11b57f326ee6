import { ArgumentError, ShapeError } from '../errors.js';
import { asOperation } from '../graph/as-operation.js';
import { formatShape, normalizeAxis, sizeOf } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { commonDType } from './elementwise/define.js';
import { matmul } from './matmul.js';

/** Axes of `tensordot`: how many (the last of a with the first of b), or which axes of a meet which of b. */
export type TensordotAxes = number | readonly [a: readonly number[], b: readonly number[]];

function axisPairs(a: Tensor, b: Tensor, axes: TensordotAxes): readonly [readonly number[], readonly number[]] {
  if (typeof axes !== 'number') {
    const [left, right] = axes;
    return [
      left.map((axis) => normalizeAxis('tensordot', axis, a.shape)),
      right.map((axis) => normalizeAxis('tensordot', axis, b.shape)),
    ];
  }
  if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(a.rank, b.rank)) {
    throw new ArgumentError(
      `tensordot: ${axes} axes of ${formatShape(a.shape)} and ${formatShape(b.shape)} are not accepted; use 0 to ${Math.min(a.rank, b.rank)}`,
    );
  }
  return [Array.from({ length: axes }, (_, i) => a.rank - axes + i), Array.from({ length: axes }, (_, i) => i)];
}

/**
 * Sums products over pairs of axes; the result has the other axes of a, then those of b. Throws a ShapeError when the
 * sizes of a pair differ.
 *
 * @example
 * ```ts
 * tensordot(zeros([2, 3, 4]), zeros([4, 3, 5]), [[1, 2], [1, 0]]).shape; // → [2, 5]
 * ```
 */
export function tensordot(a: Tensor, b: Tensor, axes: TensordotAxes = 2): Tensor {
  commonDType('tensordot', [a, b]);
  const [left, right] = axisPairs(a, b, axes);
  const sizes = (x: Tensor, list: readonly number[]): number[] => list.map((axis) => x.shape[axis]!);
  const shared = sizes(a, left);
  if (left.length !== right.length || shared.some((n, i) => n !== b.shape[right[i]!])) {
    throw new ShapeError(
      `tensordot: axes [${String(left)}] of ${formatShape(a.shape)} and [${String(right)}] of ${formatShape(b.shape)} differ in number or size; ` +
        'name pairs of equal axes',
    );
  }
  if (new Set(left).size !== left.length || new Set(right).size !== right.length) {
    throw new ShapeError(`tensordot: axes [${String(left)}] and [${String(right)}] name an axis twice`);
  }
  const rows = [...a.shape.keys()].filter((axis) => !left.includes(axis));
  const columns = [...b.shape.keys()].filter((axis) => !right.includes(axis));
  const inner = sizeOf(shared);
  const product = matmul(
    a.transpose([...rows, ...left]).reshape([sizeOf(sizes(a, rows)), inner]),
    b.transpose([...right, ...columns]).reshape([inner, sizeOf(sizes(b, columns))]),
  );
  return product.reshape([...sizes(a, rows), ...sizes(b, columns)]);
}

/**
 * NumPy's dot: the sum of products over the last axis of a and the second last (or only) axis of b. Scalars multiply.
 *
 * @example
 * ```ts
 * dot(tensor([1, 2]), tensor([3, 4])); // → 11
 * ```
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  commonDType('dot', [a, b]);
  if (a.rank === 0 || b.rank === 0) return asOperation('dot', () => a.mul(b));
  const [inner, other] = [a.shape[a.rank - 1]!, b.shape[Math.max(b.rank - 2, 0)]!];
  if (inner !== other) {
    throw new ShapeError(
      `dot: inner dimensions differ: ${formatShape(a.shape)} · ${formatShape(b.shape)} (${inner} ≠ ${other})`,
    );
  }
  return asOperation('dot', () => (b.rank <= 2 ? matmul(a, b) : tensordot(a, b, [[a.rank - 1], [b.rank - 2]])));
}

/**
 * All products of an element of a and one of b, both flattened: [a.size, b.size].
 *
 * @example
 * ```ts
 * outer(tensor([1, 2]), tensor([3, 4])); // → [[3, 4], [6, 8]]
 * ```
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  commonDType('outer', [a, b]);
  return asOperation('outer', () => a.reshape([a.size, 1]).mul(b.reshape([1, b.size])));
}

/**
 * The Kronecker product: b in place of each element of a, times that element. Shapes are aligned at the end.
 *
 * @example
 * ```ts
 * kron(eye(2), ones([1, 2])); // → [[1, 1, 0, 0], [0, 0, 1, 1]]
 * ```
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  commonDType('kron', [a, b]);
  const rank = Math.max(a.rank, b.rank);
  const aligned = (x: Tensor): number[] => [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const [left, right] = [aligned(a), aligned(b)];
  return asOperation('kron', () =>
    a
      .reshape(left.flatMap((n) => [n, 1]))
      .mul(b.reshape(right.flatMap((n) => [1, n])))
      .reshape(left.map((n, i) => n * right[i]!)),
  );
}
