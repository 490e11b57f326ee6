import type { NumericArray } from '../dtypes.js';

/** A matrix within an array: element (i, j) lies at offset + i · row + j · column. */
export interface MatrixView {
  readonly data: NumericArray;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

/** Rows and columns of the tile of results that is computed at once, in sixteen registers. */
const tile = 4;
/** Depth and columns of the block of b that is packed at a time: half a megabyte, which the second cache holds. */
const blockDepth = 256;
const blockColumns = 256;

// Kernels run one at a time, so that all share these.
const panelA = new Float64Array(tile * blockDepth);
const panelB = new Float64Array(blockColumns * blockDepth);
const edge = new Float64Array(tile * tile);

/** The view of a dense matrix with `columns` columns. */
export function denseMatrix(data: NumericArray, columns: number, offset = 0): MatrixView {
  return { data, offset, row: columns, column: 1 };
}

/** The same matrix with rows and columns exchanged. */
export function transposedMatrix({ data, offset, row, column }: MatrixView): MatrixView {
  return { data, offset, row: column, column: row };
}

/**
 * y += a · b for a: [m, k], b: [k, n] and y: [m, n], of float32 or float64. Blocks of a and b are packed as float64 in
 * the order in which the inner loop reads them; sums are float64 within blocks of `blockDepth`.
 */
export function multiplyInto(a: MatrixView, b: MatrixView, y: MatrixView, m: number, k: number, n: number): void {
  if (n < tile) {
    multiplyColumns(a, b, y, m, k, n);
    return;
  }
  if (m < tile) {
    multiplyRows(a, b, y, m, k, n);
    return;
  }
  for (let p = 0; p < k; p += blockDepth) {
    const depth = Math.min(blockDepth, k - p);
    for (let j = 0; j < n; j += blockColumns) {
      const columns = Math.min(blockColumns, n - j);
      packColumns(b, p, depth, j, columns);
      for (let i = 0; i < m; i += tile) {
        packRows(a, i, Math.min(tile, m - i), p, depth);
        multiplyBlock(y, i, Math.min(tile, m - i), j, columns, depth);
      }
    }
  }
}

/** Rows i … of a, in the order [depth, tile]; rows that are missing are 0. */
function packRows({ data, offset, row, column }: MatrixView, i: number, rows: number, p: number, depth: number): void {
  for (let r = 0; r < tile; r++) {
    let write = r;
    if (r >= rows) {
      for (let d = 0; d < depth; d++, write += tile) panelA[write] = 0;
      continue;
    }
    let read = offset + (i + r) * row + p * column;
    for (let d = 0; d < depth; d++, write += tile, read += column) panelA[write] = data[read]!;
  }
}

/** Columns j … of b, in the order [columns / tile, depth, tile]; columns that are missing are 0. */
function packColumns(
  { data, offset, row, column }: MatrixView,
  p: number,
  depth: number,
  j: number,
  columns: number,
): void {
  for (let c = 0; c < columns; c++) {
    let write = (c - (c % tile)) * depth + (c % tile);
    let read = offset + p * row + (j + c) * column;
    for (let d = 0; d < depth; d++, write += tile, read += row) panelB[write] = data[read]!;
  }
  for (let c = columns; c % tile !== 0; c++) {
    let write = (c - (c % tile)) * depth + (c % tile);
    for (let d = 0; d < depth; d++, write += tile) panelB[write] = 0;
  }
}

/** Adds the product of the packed rows with all packed columns to y. */
function multiplyBlock(y: MatrixView, i: number, rows: number, j: number, columns: number, depth: number): void {
  const { data, offset, row, column } = y;
  for (let c = 0; c < columns; c += tile) {
    const from = offset + i * row + (j + c) * column;
    const width = Math.min(tile, columns - c);
    if (rows === tile && width === tile) {
      multiplyTile(c * depth, depth, data, from, row, column);
      continue;
    }
    edge.fill(0);
    multiplyTile(c * depth, depth, edge, 0, tile, 1);
    for (let r = 0; r < rows; r++) {
      for (let q = 0; q < width; q++) data[from + r * row + q * column]! += edge[r * tile + q]!;
    }
  }
}

/** Adds a product of packed rows and columns to the tile of y that begins at `to`. */
function multiplyTile(b: number, depth: number, y: NumericArray, to: number, row: number, column: number): void {
  let [y00, y01, y02, y03] = [0, 0, 0, 0];
  let [y10, y11, y12, y13] = [0, 0, 0, 0];
  let [y20, y21, y22, y23] = [0, 0, 0, 0];
  let [y30, y31, y32, y33] = [0, 0, 0, 0];
  for (let d = 0, a = 0; d < depth; d++, a += tile, b += tile) {
    const b0 = panelB[b]!;
    const b1 = panelB[b + 1]!;
    const b2 = panelB[b + 2]!;
    const b3 = panelB[b + 3]!;
    const a0 = panelA[a]!;
    y00 += a0 * b0;
    y01 += a0 * b1;
    y02 += a0 * b2;
    y03 += a0 * b3;
    const a1 = panelA[a + 1]!;
    y10 += a1 * b0;
    y11 += a1 * b1;
    y12 += a1 * b2;
    y13 += a1 * b3;
    const a2 = panelA[a + 2]!;
    y20 += a2 * b0;
    y21 += a2 * b1;
    y22 += a2 * b2;
    y23 += a2 * b3;
    const a3 = panelA[a + 3]!;
    y30 += a3 * b0;
    y31 += a3 * b1;
    y32 += a3 * b2;
    y33 += a3 * b3;
  }
  addRow(y, to, column, y00, y01, y02, y03);
  addRow(y, to + row, column, y10, y11, y12, y13);
  addRow(y, to + 2 * row, column, y20, y21, y22, y23);
  addRow(y, to + 3 * row, column, y30, y31, y32, y33);
}

function addRow(y: NumericArray, to: number, step: number, a: number, b: number, c: number, d: number): void {
  y[to]! += a;
  y[to + step]! += b;
  y[to + 2 * step]! += c;
  y[to + 3 * step]! += d;
}

/** A product with few columns: sums of four rows at a time, so that none waits for the other. */
function multiplyColumns(a: MatrixView, b: MatrixView, y: MatrixView, m: number, k: number, n: number): void {
  const [x, z] = [a.data, b.data];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i += tile) {
      // Rows behind the last one repeat it, and are not stored.
      const last = m - 1 - i;
      let p0 = a.offset + i * a.row;
      let p1 = p0 + Math.min(1, last) * a.row;
      let p2 = p0 + Math.min(2, last) * a.row;
      let p3 = p0 + Math.min(3, last) * a.row;
      let [y0, y1, y2, y3] = [0, 0, 0, 0];
      for (let d = 0, q = b.offset + j * b.column; d < k; d++, q += b.row) {
        const value = z[q]!;
        y0 += x[p0]! * value;
        y1 += x[p1]! * value;
        y2 += x[p2]! * value;
        y3 += x[p3]! * value;
        p0 += a.column;
        p1 += a.column;
        p2 += a.column;
        p3 += a.column;
      }
      const to = y.offset + i * y.row + j * y.column;
      y.data[to]! += y0;
      if (last > 0) y.data[to + y.row]! += y1;
      if (last > 1) y.data[to + 2 * y.row]! += y2;
      if (last > 2) y.data[to + 3 * y.row]! += y3;
    }
  }
}

/** A product with few rows: each is a sum of rows of b. */
function multiplyRows(a: MatrixView, b: MatrixView, y: MatrixView, m: number, k: number, n: number): void {
  const totals = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    totals.fill(0);
    for (let d = 0; d < k; d++) {
      const factor = a.data[a.offset + i * a.row + d * a.column]!;
      for (let j = 0, q = b.offset + d * b.row; j < n; j++, q += b.column) totals[j]! += factor * b.data[q]!;
    }
    for (let j = 0, to = y.offset + i * y.row; j < n; j++, to += y.column) y.data[to]! += totals[j]!;
  }
}

/** y += a · b for int32 or uint32, whose products need more bits than a number has. */
export function multiplyIntegersInto(
  a: MatrixView,
  b: MatrixView,
  y: MatrixView,
  m: number,
  k: number,
  n: number,
): void {
  const [x, z, target] = [a.data, b.data, y.data];
  for (let i = 0; i < m; i++) {
    for (let d = 0; d < k; d++) {
      const factor = x[a.offset + i * a.row + d * a.column]!;
      let q = b.offset + d * b.row;
      let to = y.offset + i * y.row;
      for (let j = 0; j < n; j++, q += b.column, to += y.column) target[to]! += Math.imul(factor, z[q]!);
    }
  }
}

/** y += a · b for int64 or uint64. */
export function multiplyWideInto(a: MatrixView, b: MatrixView, y: MatrixView, m: number, k: number, n: number): void {
  const [x, z, target] = [a.data, b.data, y.data].map((data) => data as unknown as BigInt64Array) as [
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
  ];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0n;
      let p = a.offset + i * a.row;
      let q = b.offset + j * b.column;
      for (let d = 0; d < k; d++, p += a.column, q += b.row) total += x[p]! * z[q]!;
      target[y.offset + i * y.row + j * y.column]! += total;
    }
  }
}
