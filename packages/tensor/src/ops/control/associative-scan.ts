import { ArgumentError, ShapeError } from '../../errors.js';
import { formatShape, normalizeAxis, sameShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { flatten, sameDefinition, unflatten } from '../../tree/flatten.js';
import { formatTree } from '../../tree/format.js';
import { concat, slice, type Range } from '../slice.js';

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Axis along which elements are combined. Default 0. */
  readonly axis?: number;
  /** Combine from the end: y[k] = f(y[k + 1], x[k]). */
  readonly reverse?: boolean;
}

type Leaves = readonly Tensor[];

/** Elements start, start + step, … below stop of each leaf. */
function pick(leaves: Leaves, axes: readonly number[], start: number | null, stop: number | null, step = 1): Tensor[] {
  return leaves.map((leaf, i) =>
    slice(leaf, ...leaf.shape.map((_, axis): Range | null => (axis === axes[i] ? [start, stop, step] : null))),
  );
}

/** a[0], b[0], a[1], b[1], …; b is as long as a or one shorter. */
function interleave(a: Tensor, b: Tensor, axis: number): Tensor {
  const [m, n] = [a.shape[axis]!, b.shape[axis]!];
  const range = (start: number, stop: number): (Range | null)[] =>
    a.shape.map((_, i) => (i === axis ? [start, stop] : null));
  const pairs = concat([slice(a, ...range(0, n)).expandDims(axis + 1), b.expandDims(axis + 1)], axis + 1);
  const joined = pairs.reshape(a.shape.map((size, i) => (i === axis ? 2 * n : size)));
  return m === n ? joined : concat([joined, slice(a, ...range(n, m))], axis);
}

/**
 * All prefix combinations of the elements along an axis under an associative function, in about 2·log₂(n) vectorized
 * rounds instead of n steps: y[0] = x[0], y[k] = f(y[k − 1], x[k]). `f` gets batches of elements: slices along the axis.
 * `xs` is a tensor or a tree of tensors. Throws a ShapeError when lengths differ or `f` changes shapes.
 *
 * Source: Blelloch, "Prefix sums and their applications" (1990).
 *
 * @example
 * ```ts
 * associativeScan((a, b) => a.maximum(b), tensor([1, 3, 2, 5])); // → [1, 3, 3, 5]
 * ```
 */
export function associativeScan<X>(
  f: (a: X, b: X) => X,
  xs: X,
  { axis = 0, reverse = false }: AssociativeScanOptions = {},
): X {
  const flat = flatten(xs);
  const leaves = flat.leaves as Tensor[];
  if (leaves.length === 0) throw new ArgumentError('associativeScan: xs has no tensors; give one or more');
  const axes = leaves.map((leaf) => normalizeAxis('associativeScan', axis, leaf.shape));
  const length = leaves[0]!.shape[axes[0]!]!;
  leaves.forEach((leaf, i) => {
    if (leaf.shape[axes[i]!] === length) return;
    throw new ShapeError(
      `associativeScan: ${formatShape(leaves[0]!.shape)} and ${formatShape(leaf.shape)} have ${length} and ${leaf.shape[axes[i]!]} ` +
        `elements along axis ${axis}; all must have as many`,
    );
  });
  const combine = (a: Leaves, b: Leaves): Leaves => {
    const result = flatten(f(unflatten(flat.definition, a) as X, unflatten(flat.definition, b) as X));
    const same =
      sameDefinition(result.definition, flat.definition) &&
      (result.leaves as Tensor[]).every((leaf, i) => sameShape(leaf.shape, a[i]!.shape) && leaf.dtype === a[i]!.dtype);
    if (same) return result.leaves as Tensor[];
    throw new ShapeError(
      `associativeScan: f takes ${formatTree({ ...flat, leaves: a })} and gives ${formatTree(result)}; it must keep structure, ` +
        'shapes and dtypes',
    );
  };
  // Pairs are combined, scanned by half as many steps, and the even places filled in between.
  const run = (x: Leaves, count: number): Leaves => {
    if (count < 2) return x;
    const evens = pick(x, axes, 0, null, 2);
    const odds = pick(x, axes, 1, null, 2);
    const half = Math.floor(count / 2);
    const scannedOdds = run(combine(pick(evens, axes, 0, half), odds), half);
    if (count === 2) return evens.map((even, i) => interleave(even, scannedOdds[i]!, axes[i]!));
    const first = pick(evens, axes, 0, 1);
    const rest = combine(pick(scannedOdds, axes, 0, Math.ceil(count / 2) - 1), pick(evens, axes, 1, null));
    return scannedOdds.map((odd, i) => interleave(concat([first[i]!, rest[i]!], axes[i]), odd, axes[i]!));
  };
  const flip = (x: Leaves): Leaves => (reverse ? pick(x, axes, null, null, -1) : x);
  return unflatten(flat.definition, flip(run(flip(leaves), length))) as X;
}
