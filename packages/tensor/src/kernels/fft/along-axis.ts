import type { NumericArray } from '../../dtypes.js';
import { sizeOf, type Shape } from '../../shapes.js';

/** Numbers that are transformed at once: with their buffers they fit a second-level cache. */
const blockSize = 8192;

/** How arrays are cut into blocks of sequences that lie side by side along an axis. */
export interface AxisBlocks {
  readonly outer: number;
  /** Elements after the axis. */
  readonly inner: number;
  /** Sequences in a block. */
  readonly width: number;
}

/** Blocks for transforms of length n along an axis. */
export function axisBlocks(shape: Shape, axis: number, n: number): AxisBlocks {
  const inner = sizeOf(shape.slice(axis + 1));
  return {
    outer: sizeOf(shape.slice(0, axis)),
    inner,
    width: Math.max(1, Math.min(inner, Math.floor(blockSize / n))),
  };
}

/** Calls `visit` for each block: its outer index, its first column and how many columns it has. */
export function eachBlock(
  { outer, inner, width }: AxisBlocks,
  visit: (outer: number, column: number, count: number) => void,
): void {
  for (let o = 0; o < outer; o++) {
    for (let column = 0; column < inner; column += width) visit(o, column, Math.min(width, inner - column));
  }
}

/** Rows of an array: the first element, the distance of rows, and how many there are. */
export interface Rows {
  readonly start: number;
  readonly step: number;
  readonly rows: number;
}

/** Copies `count` numbers of each row to a block with rows of `width`. */
export function loadRows(
  from: NumericArray,
  { start, step, rows }: Rows,
  to: Float64Array,
  width: number,
  count: number,
): void {
  for (let k = 0; k < rows; k++) {
    const source = start + k * step;
    const target = k * width;
    for (let i = 0; i < count; i++) to[target + i] = from[source + i]!;
  }
}

/** Writes `count` numbers of each row of a block, times a factor. */
export function storeRows(
  from: Float64Array,
  width: number,
  to: NumericArray,
  { start, step, rows }: Rows,
  count: number,
  scale: number,
): void {
  for (let k = 0; k < rows; k++) {
    const source = k * width;
    const target = start + k * step;
    for (let i = 0; i < count; i++) to[target + i] = from[source + i]! * scale;
  }
}
