import { ArgumentError, ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { formatShape, normalizeAxes, normalizeAxis } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { transpose } from './shape.js';
import { concat, slice, type Range } from './slice.js';

/**
 * Moves axes to other places; the rest keep their order. Throws a ShapeError for axes that repeat or do not exist.
 *
 * @example
 * ```ts
 * moveAxis(zeros([2, 3, 4]), 0, -1).shape; // → [3, 4, 2]
 * ```
 */
export function moveAxis(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const from = axisList('moveAxis', source, x);
  const to = axisList('moveAxis', destination, x);
  if (from.length !== to.length) {
    throw new ShapeError(
      `moveAxis: [${String(source)}] and [${String(destination)}] name ${from.length} and ${to.length} axes of ${formatShape(x.shape)}; name as many destinations as sources`,
    );
  }
  const rest = [...x.shape.keys()].filter((axis) => !from.includes(axis));
  return transpose(
    x,
    x.shape.map((_, i) => (to.includes(i) ? from[to.indexOf(i)]! : rest.shift()!)),
  );
}

/** Axes in the order given, each named once. */
function axisList(operation: string, axes: number | readonly number[], x: Tensor): readonly number[] {
  normalizeAxes(operation, axes, x.shape);
  return (typeof axes === 'number' ? [axes] : axes).map((axis) => normalizeAxis(operation, axis, x.shape));
}

/**
 * Exchanges two axes.
 *
 * @example
 * ```ts
 * swapAxes(zeros([2, 3, 4]), 0, 2).shape; // → [4, 3, 2]
 * ```
 */
export function swapAxes(x: Tensor, axis1: number, axis2: number): Tensor {
  checkTensor('swapAxes', x);
  const axes = [...x.shape.keys()];
  const first = normalizeAxis('swapAxes', axis1, x.shape);
  const second = normalizeAxis('swapAxes', axis2, x.shape);
  [axes[first], axes[second]] = [second, first];
  return transpose(x, axes);
}

/**
 * Reverses the order of the elements along axes (default all).
 *
 * @example
 * ```ts
 * flip(tensor([[1, 2], [3, 4]]), 1); // → [[2, 1], [4, 3]]
 * ```
 */
export function flip(x: Tensor, axis?: number | readonly number[]): Tensor {
  const axes = normalizeAxes('flip', axis, x.shape);
  return slice(x, ...x.shape.map((_, i): Range | null => (axes.includes(i) ? [null, null, -1] : null)));
}

/** The elements of one axis from `start` up to `stop`. */
export function sliceAxis(x: Tensor, axis: number, start: number, stop: number): Tensor {
  return slice(x, ...x.shape.map((_, i): Range | null => (i === axis ? [start, stop] : null)));
}

/**
 * Shifts the elements along axes; what leaves at the end comes back at the start. Without an axis the flattened tensor
 * is shifted. Throws an ArgumentError for shifts that are no whole numbers, or not as many as axes.
 *
 * @example
 * ```ts
 * roll(tensor([1, 2, 3]), 1); // → [3, 1, 2]
 * ```
 */
export function roll(x: Tensor, shift: number | readonly number[], axis?: number | readonly number[]): Tensor {
  if (axis === undefined) return roll(x.flatten(), shift, 0).reshape(x.shape);
  const axes = (typeof axis === 'number' ? [axis] : axis).map((i) => normalizeAxis('roll', i, x.shape));
  const shifts = typeof shift === 'number' ? axes.map(() => shift) : shift;
  if (shifts.length !== axes.length || shifts.some((n) => !Number.isInteger(n))) {
    throw new ArgumentError(
      `roll: shift [${String(shift)}] is not accepted for axis [${String(axis)}]; use a whole number, or one for each axis`,
    );
  }
  return axes.reduce((rolled, position, i) => {
    const length = rolled.shape[position]!;
    const split = length === 0 ? 0 : ((-shifts[i]! % length) + length) % length;
    if (split === 0) return rolled;
    return concat([sliceAxis(rolled, position, split, length), sliceAxis(rolled, position, 0, split)], position);
  }, x);
}
