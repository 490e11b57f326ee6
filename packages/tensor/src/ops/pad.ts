import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor, apply } from '../graph/bind.js';
import { checkChoice, checkShape, formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { constant, iota } from './create.js';
import { sub } from './elementwise/arithmetic.js';
import { where } from './elementwise/select.js';
import { take } from './gather.js';
import { concat, slice, slicePrimitives, type Range } from './slice.js';

/** How `pad` fills what it adds: with a value, the mirrored elements (without or with the edge), the edge, or the other end. */
export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'edge' | 'wrap';

/** Options of `pad`. */
export interface PadOptions {
  /** Default `constant`. */
  readonly mode?: PadMode;
  /** What `constant` fills with. Default 0. */
  readonly value?: number;
}

type Pair = readonly [before: number, after: number];

function resolveWidths(x: Tensor, widths: number | Pair | readonly Pair[]): readonly Pair[] {
  let pairs: readonly Pair[];
  if (typeof widths === 'number') pairs = x.shape.map(() => [widths, widths]);
  else if (typeof widths[0] === 'number') pairs = x.shape.map(() => widths as Pair);
  else pairs = widths as readonly Pair[];
  const fits = pairs.every(
    (pair: readonly number[]) => pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0),
  );
  if (pairs.length !== x.rank || !fits) {
    throw new ArgumentError(
      `pad: widths ${JSON.stringify(widths)} are not accepted for ${formatShape(x.shape)}; use a whole number >= 0, ` +
        `[before, after], or such a pair for each of ${x.rank} axes`,
    );
  }
  return pairs;
}

function padConstant(x: Tensor, widths: readonly Pair[], value: number): Tensor {
  if (value === 0 && x.dtype !== 'key') {
    return apply(slicePrimitives.unslice, [x], {
      starts: widths.map(([before]) => before),
      sizes: x.shape,
      steps: x.shape.map(() => 1),
      shape: x.shape.map((size, axis) => widths[axis]![0] + size + widths[axis]![1]),
    });
  }
  return widths.reduce((padded, pair, axis) => {
    const blocks = pair.map((width) =>
      constant(
        value,
        padded.shape.map((size, i) => (i === axis ? width : size)),
        x.dtype,
      ),
    );
    const parts = [blocks[0]!, padded, blocks[1]!];
    return concat(
      parts.filter((part) => part.shape[axis] !== 0),
      axis,
    );
  }, x);
}

/** Which element stands at a position before, in or after the `size` elements of an axis. */
function sourceOf(mode: Exclude<PadMode, 'constant'>, position: number, size: number): number {
  const modulo = (period: number): number => ((position % period) + period) % period;
  switch (mode) {
    case 'edge':
      return Math.min(Math.max(position, 0), size - 1);
    case 'wrap':
      return modulo(size);
    case 'symmetric': {
      const place = modulo(2 * size);
      return place < size ? place : 2 * size - 1 - place;
    }
    case 'reflect': {
      if (size === 1) return 0;
      const place = modulo(2 * size - 2);
      return place < size ? place : 2 * size - 2 - place;
    }
  }
}

/** An axis that goes on more often than this is looked up element by element, instead of in runs of neighbours. */
const mostRuns = 32;

/** `sourceOf` for a tensor of positions. */
function sourcesOf(mode: Exclude<PadMode, 'constant'>, positions: Tensor, size: number): Tensor {
  if (mode === 'edge' || size === 1) return positions.clip(0, size - 1);
  if (mode === 'wrap') return positions.remainder(size);
  const last = mode === 'symmetric' ? 2 * size - 1 : 2 * size - 2;
  const place = positions.remainder(mode === 'symmetric' ? last + 1 : last);
  return where(place.less(size), place, sub(last, place));
}

/** Picks elements along an axis, at positions that are known: runs of neighbours (up, down or repeated) are one slice each. */
function selectAxis(x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const parts: Tensor[] = [];
  for (let start = 0; start < positions.length;) {
    const first = positions[start]!;
    const step = start + 1 < positions.length ? positions[start + 1]! - first : 1;
    let stop = start + 1;
    if (Math.abs(step) <= 1) {
      while (stop < positions.length && positions[stop]! === positions[stop - 1]! + step) stop++;
    }
    const count = stop - start;
    const range: Range =
      step < 0 && count > 1
        ? [first, first - count >= 0 ? first - count : null, -1]
        : [first, first + (step === 0 ? 1 : count)];
    const run = slice(x, ...x.shape.map((_, i): Range | null => (i === axis ? range : null)));
    parts.push(step === 0 ? run.broadcastTo(x.shape.map((size, i) => (i === axis ? count : size))) : run);
    start = stop;
  }
  return concat(parts, axis);
}

/**
 * Adds elements before and after each axis. `widths`: one number, [before, after], or such a pair per axis.
 * Modes are NumPy's. Throws a ShapeError when an axis without elements is to be continued.
 *
 * @example
 * ```ts
 * pad(tensor([1, 2, 3]), [1, 2]); // → [0, 1, 2, 3, 0, 0]
 * pad(tensor([1, 2, 3]), 2, { mode: 'reflect' }); // → [3, 2, 1, 2, 3, 2, 1]
 * ```
 */
export function pad(x: Tensor, widths: number | Pair | readonly Pair[], options: PadOptions = {}): Tensor {
  const { mode = 'constant', value = 0 } = options;
  checkTensor('pad', x);
  checkChoice('pad', 'mode', mode, ['constant', 'reflect', 'symmetric', 'edge', 'wrap']);
  const pairs = resolveWidths(x, widths);
  if (pairs.every(([before, after]) => before + after === 0)) return x;
  checkShape(
    'pad',
    x.shape.map((size, axis) => pairs[axis]![0] + size + pairs[axis]![1]),
  );
  if (mode === 'constant') return padConstant(x, pairs, value);
  return pairs.reduce((padded, [before, after], axis) => {
    const size = x.shape[axis]!;
    if (before + after === 0) return padded;
    if (size === 0) {
      throw new ShapeError(
        `pad: axis ${axis} of ${formatShape(x.shape)} is empty: ${mode} has no element to continue with; use mode 'constant'`,
      );
    }
    if (before + after > mostRuns * size) {
      return take(padded, sourcesOf(mode, iota(before + size + after).sub(before), size), axis);
    }
    const positions = Array.from({ length: before + size + after }, (_, i) => sourceOf(mode, i - before, size));
    return selectAxis(padded, axis, positions);
  }, x);
}
