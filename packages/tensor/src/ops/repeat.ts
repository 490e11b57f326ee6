import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { checkChoice, checkShape, formatShape, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { sliceAxis } from './axes.js';
import { broadcastTo, expandDims } from './shape.js';
import { concat } from './slice.js';

function checkCounts(operation: string, name: string, counts: readonly number[]): void {
  if (counts.every((n) => Number.isInteger(n) && n >= 0)) return;
  throw new ArgumentError(`${operation}: ${name} [${String(counts)}] is not accepted; use whole numbers >= 0`);
}

/**
 * The whole tensor side by side, `repetitions` times along each axis (aligned at the end, as in NumPy).
 *
 * @example
 * ```ts
 * tile(tensor([1, 2]), 3); // → [1, 2, 1, 2, 1, 2]
 * ```
 */
export function tile(x: Tensor, repetitions: number | readonly number[]): Tensor {
  const given = typeof repetitions === 'number' ? [repetitions] : repetitions;
  checkTensor('tile', x);
  checkCounts('tile', 'repetitions', given);
  const rank = Math.max(given.length, x.rank);
  const counts = [...new Array<number>(rank - given.length).fill(1), ...given];
  const sizes = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  checkShape(
    'tile',
    counts.map((count, i) => count * sizes[i]!),
  );
  const pairs = counts.flatMap((count, i) => [count, sizes[i]!]);
  return broadcastTo(x.reshape(sizes.flatMap((size) => [1, size])), pairs).reshape(
    counts.map((count, i) => count * sizes[i]!),
  );
}

/**
 * Each element several times in a row, along an axis (default: of the flattened tensor); `repetitions` may name a count
 * for each element of the axis.
 *
 * @example
 * ```ts
 * repeat(tensor([1, 2]), 2); // → [1, 1, 2, 2]
 * repeat(tensor([[1, 2], [3, 4]]), [1, 2], 0); // → [[1, 2], [3, 4], [3, 4]]
 * ```
 */
export function repeat(x: Tensor, repetitions: number | readonly number[], axis?: number): Tensor {
  checkTensor('repeat', x);
  if (axis === undefined) return repeat(x.flatten(), repetitions, 0);
  const position = normalizeAxis('repeat', axis, x.shape);
  const length = x.shape[position]!;
  const resized = (size: number): number[] => x.shape.map((n, i) => (i === position ? size : n));
  if (typeof repetitions === 'number') {
    checkCounts('repeat', 'repetitions', [repetitions]);
    checkShape('repeat', resized(length * repetitions));
    const apart = expandDims(x, position + 1);
    const shape = apart.shape.map((n, i) => (i === position + 1 ? repetitions : n));
    return apart.broadcastTo(shape).reshape(resized(length * repetitions));
  }
  checkCounts('repeat', 'repetitions', repetitions);
  if (repetitions.length !== length) {
    throw new ShapeError(
      `repeat: ${repetitions.length} repetitions for axis ${position} of ${formatShape(x.shape)}, which has ${length} elements; name one for each`,
    );
  }
  checkShape('repeat', resized(repetitions.reduce((sum, count) => sum + count, 0)));
  const parts = repetitions.flatMap((count, i) =>
    count === 0 ? [] : [sliceAxis(x, position, i, i + 1).broadcastTo(resized(count))],
  );
  return parts.length === 0 ? sliceAxis(x, position, 0, 0) : concat(parts, position);
}

/** An axis without elements divides into any number of parts. */
const mostEmptyParts = 1024;

/**
 * Takes a tensor apart along an axis (default 0): into `sections` equal parts, or at the positions given. Throws a
 * ShapeError when the parts would not be equal.
 *
 * @example
 * ```ts
 * split(arange(6), 3); // → [[0, 1], [2, 3], [4, 5]]
 * split(arange(6), [1, 4]); // → [[0], [1, 2, 3], [4, 5]]
 * ```
 */
export function split(x: Tensor, sections: number | readonly number[], axis = 0): Tensor[] {
  const position = normalizeAxis('split', axis, x.shape);
  const length = x.shape[position]!;
  if (typeof sections === 'number') {
    if (!Number.isInteger(sections) || sections < 1 || length % sections !== 0) {
      throw new ShapeError(
        `split: axis ${position} of ${formatShape(x.shape)} has ${length} elements, which do not make ${sections} equal parts; ` +
          'use a divisor, or the positions to split at',
      );
    }
    if (length === 0 && sections > mostEmptyParts) {
      throw new ShapeError(`split: ${sections} empty parts of ${formatShape(x.shape)} are too many`);
    }
    const size = length / sections;
    return Array.from({ length: sections }, (_, i) => sliceAxis(x, position, i * size, (i + 1) * size));
  }
  if (!sections.every((n) => Number.isInteger(n))) {
    throw new ArgumentError(`split: positions [${String(sections)}] are not accepted; use whole numbers`);
  }
  const clamp = (n: number): number => Math.min(Math.max(n < 0 ? n + length : n, 0), length);
  const bounds = [0, ...sections.map(clamp), length];
  return bounds.slice(1).map((stop, i) => sliceAxis(x, position, bounds[i]!, Math.max(bounds[i]!, stop)));
}

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** `xy` (default): the first vector runs along axis 1, the second along axis 0, as in images; `ij`: in order. */
  readonly indexing?: 'xy' | 'ij';
}

/**
 * The coordinates of a grid's points, one tensor per vector.
 *
 * @example
 * ```ts
 * meshgrid([arange(3), arange(2)]); // → [[[0, 1, 2], [0, 1, 2]], [[0, 0, 0], [1, 1, 1]]]
 * ```
 */
export function meshgrid(vectors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  for (const [i, { rank, shape }] of vectors.entries()) {
    if (rank > 1) {
      throw new ShapeError(`meshgrid: vector ${i} has shape ${formatShape(shape)}; pass vectors, e.g. .flatten()`);
    }
  }
  const { indexing = 'xy' } = options;
  checkChoice('meshgrid', 'indexing', indexing, ['xy', 'ij']);
  const count = vectors.length;
  const exchange = indexing === 'xy' && count >= 2;
  const axisOf = (i: number): number => (exchange && i < 2 ? 1 - i : i);
  const shape = new Array<number>(count);
  vectors.forEach((vector, i) => (shape[axisOf(i)] = vector.size));
  return vectors.map((vector, i) =>
    vector.reshape(shape.map((n, axis) => (axis === axisOf(i) ? n : 1))).broadcastTo(shape),
  );
}
