/** Which triangular system is solved. */
export interface TriangularSystem {
  /** The matrix is lower triangular; the other triangle is not read. */
  readonly lower: boolean;
  /** The transposed matrix is meant. */
  readonly transpose: boolean;
  /** The diagonal is taken as ones and not read. */
  readonly unitDiagonal: boolean;
}

/**
 * Replaces b: [n, m] by the solution x of a · x = b (or aᵀ · x = b) for triangular a: [n, n], row by row. A zero on the
 * diagonal gives Infinity or NaN.
 */
export function solveTriangular(
  a: Float64Array,
  b: Float64Array,
  n: number,
  m: number,
  { lower, transpose, unitDiagonal }: TriangularSystem,
): void {
  const rowStep = transpose ? 1 : n; // from one equation to the next
  const columnStep = transpose ? n : 1;
  const forward = lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    const first = forward ? 0 : i + 1;
    const last = forward ? i : n;
    eliminate(a, i * rowStep, columnStep, b, i, first, last, m);
    if (unitDiagonal) continue;
    const pivot = a[i * n + i]!;
    for (let c = i * m; c < (i + 1) * m; c++) b[c]! /= pivot;
  }
}

/** Row i of b minus the rows first … last − 1, times their coefficients. */
function eliminate(
  a: Float64Array,
  row: number,
  step: number,
  b: Float64Array,
  i: number,
  first: number,
  last: number,
  m: number,
): void {
  const target = i * m;
  if (m === 1) {
    let sum = b[i]!;
    for (let k = first; k < last; k++) sum -= a[row + k * step]! * b[k]!;
    b[i] = sum;
    return;
  }
  let k = first;
  for (; k + 4 <= last; k += 4) {
    const a0 = a[row + k * step]!;
    const a1 = a[row + (k + 1) * step]!;
    const a2 = a[row + (k + 2) * step]!;
    const a3 = a[row + (k + 3) * step]!;
    const source = k * m;
    for (let c = 0; c < m; c++) {
      const p = source + c;
      b[target + c]! -= a0 * b[p]! + a1 * b[p + m]! + a2 * b[p + 2 * m]! + a3 * b[p + 3 * m]!;
    }
  }
  for (; k < last; k++) {
    const value = a[row + k * step]!;
    for (let c = 0; c < m; c++) b[target + c]! -= value * b[k * m + c]!;
  }
}
