import type { AxisRows } from '../kernels/cumulative.js';
import { sizeOf, type Shape } from '../shapes.js';

/** Attributes of what runs along an axis: `reverse` runs from the end. */
export interface CumulativeAttributes {
  readonly axis: number;
  readonly reverse: boolean;
}

/** How the rows along an axis lie. */
export function axisRows(shape: Shape, axis: number): AxisRows {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}
