import { ArgumentError, ShapeError } from '../errors.js';
import { apply } from '../graph/bind.js';
import { formatShape, type Shape } from '../shapes.js';
import type { Tensor, TensorLike } from '../tensor.js';
import { checkKind } from './elementwise/define.js';
import { addedAt, broadcastIndices, checkIndexType, fittedUpdates, gatherPrimitives, setAt } from './gather.js';
import { placeBox } from './place-box.js';
import { inversePermutation, transpose } from './shape.js';
import { resolveRange, sliceBox, unsliceBox, type Range, type SliceAttributes } from './slice.js';

/**
 * One item of an index: a number takes one element and drops the axis, a range [start, stop, step?] keeps it, an integer
 * tensor picks elements, null adds an axis of size 1, ':' keeps an axis whole, and '...' all axes that the others leave.
 */
export type Index = number | Range | Tensor | null | ':' | '...';

/** An index of several items, or one item that is no range. */
export type Indices = readonly Index[] | number | Tensor | null | ':' | '...';

/** One item and the axis of x that it is about. */
type Entry =
  | { readonly kind: 'new' }
  | { readonly kind: 'kept' | 'number'; readonly axis: number; readonly range: readonly [number, number, number] }
  | { readonly kind: 'picked'; readonly axis: number; readonly indices: Tensor };

/** What an index reads, as a chain of steps that can be walked back. */
interface Selection {
  /** The ranges; an axis that a number names has size 1. */
  readonly box: SliceAttributes;
  /** The box's shape without the axes that numbers name. */
  readonly cut: Shape;
  /** Brings the axes that tensors name together. */
  readonly permutation: readonly number[];
  /** Tensors of one shape, for as many axes from `axis` on; may be empty. */
  readonly indices: readonly Tensor[];
  readonly axis: number;
  /** The shape of what is picked, and the same with new axes. */
  readonly picked: Shape;
  readonly result: Shape;
}

/** Items one per axis: '...' written out, missing ones at the end added. */
function expandItems(operation: string, x: Tensor, items: readonly Index[]): readonly Index[] {
  const named = items.filter((item) => item !== null && item !== '...').length;
  if (named > x.rank) {
    throw new ShapeError(
      `${operation}: ${named} indices for ${formatShape(x.shape)}, which has ${x.rank} axes; give one per axis at most`,
    );
  }
  const dots = items.indexOf('...');
  if (dots >= 0 && items.includes('...', dots + 1)) {
    throw new ArgumentError(`${operation}: '...' is given twice; it stands for all axes that the others leave`);
  }
  const rest = new Array<':'>(x.rank - named).fill(':');
  return dots < 0 ? [...items, ...rest] : [...items.slice(0, dots), ...rest, ...items.slice(dots + 1)];
}

function isTensorIndex(item: unknown): item is Tensor {
  return typeof item === 'object' && item !== null && 'dtype' in item;
}

function parseItem(operation: string, item: Index, axis: number, length: number): Entry {
  if (item === ':') return { kind: 'kept', axis, range: [0, length, 1] };
  if (typeof item === 'number') {
    if (!Number.isInteger(item) || item < -length || item >= length) {
      const fix = length === 0 ? 'the axis is empty' : `use whole numbers from ${-length} to ${length - 1}`;
      throw new ArgumentError(`${operation}: index ${item} is out of range for axis ${axis} of size ${length}; ${fix}`);
    }
    return { kind: 'number', axis, range: [item < 0 ? item + length : item, 1, 1] };
  }
  if (isTensorIndex(item)) {
    if (item.weak) {
      throw new ArgumentError(
        `${operation}: an index is a traced JavaScript number; list its argument in staticArgnums, or pass an int32 tensor`,
      );
    }
    checkIndexType(operation, item);
    return { kind: 'picked', axis, indices: item };
  }
  if (Array.isArray(item) && (item.length === 2 || item.length === 3)) {
    return { kind: 'kept', axis, range: resolveRange(operation, item as unknown as Range, length) };
  }
  const shown = Array.isArray(item) ? `[${String(item)}]` : `'${String(item)}'`;
  throw new ArgumentError(
    `${operation}: index ${shown} is not accepted; use a number, a range [start, stop, step?], an integer tensor, null, ':' or '...'`,
  );
}

/** Sizes that entries leave in a result: those of ranges, and 1 for new axes. */
function sizesOf(entries: readonly Entry[]): Shape {
  return entries.flatMap((entry) => (entry.kind === 'new' ? [1] : entry.kind === 'kept' ? [entry.range[1]] : []));
}

function select(operation: string, x: Tensor, items: readonly Index[]): Selection {
  let next = 0;
  const entries = expandItems(operation, x, items).map((item): Entry => {
    if (item === null) return { kind: 'new' };
    const axis = next++;
    return parseItem(operation, item, axis, x.shape[axis]!);
  });
  const ranges = x.shape.map((length) => [0, length, 1]);
  for (const entry of entries) if ('range' in entry) ranges[entry.axis] = [...entry.range];
  const box = {
    starts: ranges.map(([start]) => start!),
    sizes: ranges.map(([, size]) => size!),
    steps: ranges.map(([, , step]) => step!),
  };
  const left = entries.flatMap((entry) => (entry.kind === 'kept' || entry.kind === 'picked' ? [entry] : []));
  const cut = left.map(({ axis }) => box.sizes[axis]!);
  const picks = left.flatMap((entry) => (entry.kind === 'picked' ? [entry] : []));
  const indices =
    picks.length === 0
      ? []
      : broadcastIndices(
          operation,
          picks.map((entry) => entry.indices),
        );

  // NumPy's rule: what numbers and tensors pick stands in their place, or in front if other items lie between them.
  const advanced = entries.flatMap(({ kind }, i) => (kind === 'number' || kind === 'picked' ? [i] : []));
  const first = advanced[0] ?? 0;
  const last = advanced[advanced.length - 1] ?? -1;
  const together = picks.length === 0 || last - first + 1 === advanced.length;
  const before = together ? entries.slice(0, picks.length === 0 ? entries.length : first) : [];
  const after = entries.slice(together ? before.length : 0);
  const kept = (list: readonly Entry[]): readonly Entry[] => list.filter(({ kind }) => kind === 'kept');
  const order = [...kept(before), ...picks, ...kept(after)];
  const shape = indices[0]?.shape ?? [];
  return {
    box,
    cut,
    permutation: order.map((entry) => left.findIndex((other) => other === entry)),
    indices,
    axis: kept(before).length,
    picked: [...sizesOf(kept(before)), ...shape, ...sizesOf(kept(after))],
    result: [...sizesOf(before), ...shape, ...sizesOf(after)],
  };
}

/**
 * Elements of x by an index of several items, as NumPy's `x[…]` reads them. Index tensors broadcast together; negative
 * positions count from the end; an index tensor's value out of range is an ExecutionError at the read. Any dtype.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * x.at(0); // → [1, 2, 3]
 * x.at('...', [0, 2]); // → [[1, 2], [4, 5]]
 * x.at(tensor([1, 0], { dtype: 'int32' }), 2); // → [6, 3]
 * ```
 */
export function at(x: Tensor, ...items: readonly Index[]): Tensor {
  const { box, cut, permutation, indices, axis, result } = select('at', x, items);
  const part = transpose(sliceBox(x, box).reshape(cut), permutation);
  if (indices.length === 0) return part.reshape(result);
  return apply(gatherPrimitives.gather, [part, ...indices], { axis, operation: 'at' }).reshape(result);
}

function listOf(indices: Indices): readonly Index[] {
  return Array.isArray(indices) ? (indices as readonly Index[]) : [indices as Index];
}

/**
 * x with the elements that `at` reads by the same items set to v, which broadcasts and has the dtype of x. Of several values
 * for one place the last stays, and it alone has a gradient. `indices` is an array of items, or one item that is no range.
 *
 * @example
 * ```ts
 * zeros([2, 3]).set([0, [1, 3]], 5); // [[0, 5, 5], [0, 0, 0]]
 * ```
 */
export function set(x: Tensor, indices: Indices, v: TensorLike): Tensor {
  const { box, cut, permutation, indices: at, axis, picked, result } = select('set', x, listOf(indices));
  const values = fittedUpdates('set', x, v, result).reshape(picked);
  const back = inversePermutation(permutation);
  if (at.length === 0) return placeBox(x, box, transpose(values, back).reshape(box.sizes));
  const part = transpose(sliceBox(x, box).reshape(cut), permutation);
  const written = setAt('set', part, values, at, axis);
  return placeBox(x, box, transpose(written, back).reshape(box.sizes));
}

/**
 * x with v added to the elements that `at` reads by the same items; a place that is named several times gets the sum.
 * v broadcasts and has the dtype of x. `indices` is an array of items, or one item that is no range.
 *
 * @example
 * ```ts
 * zeros([3]).addAt(tensor([0, 0, 2], { dtype: 'int32' }), 1); // [2, 0, 1]
 * ```
 */
export function addAt(x: Tensor, indices: Indices, v: TensorLike): Tensor {
  checkKind('addAt', x, ['float', 'int', 'uint']);
  const { box, cut, permutation, indices: at, axis, picked, result } = select('addAt', x, listOf(indices));
  const values = fittedUpdates('addAt', x, v, result).reshape(picked);
  const moved = permutation.map((i) => cut[i]!);
  const part = at.length === 0 ? values : addedAt('addAt', values, at, axis, moved);
  return x.add(unsliceBox(transpose(part, inversePermutation(permutation)).reshape(box.sizes), box, x.shape));
}
