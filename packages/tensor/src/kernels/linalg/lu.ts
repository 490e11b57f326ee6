/** Columns that are eliminated before the rest of the matrix is updated. */
const panel = 32;

/**
 * Replaces a: [m, n] by its factors, l below the diagonal (ones on it are not stored) and u above, with partial pivoting:
 * row i of l · u is row `order[i]` of a. Returns the number of row exchanges. A column without pivot stays as it is.
 * Source: Golub & Van Loan, "Matrix Computations" (4th ed.), 3.4, in panels.
 */
export function luInPlace(a: Float64Array, order: Int32Array, m: number, n: number): number {
  let swaps = 0;
  for (let i = 0; i < m; i++) order[i] = i;
  const count = Math.min(m, n);
  for (let start = 0; start < count; start += panel) {
    const end = Math.min(start + panel, count);
    for (let k = start; k < end; k++) {
      if (movePivot(a, order, k, m, n)) swaps++;
      const pivot = a[k * n + k]!;
      if (pivot === 0) continue;
      for (let i = k + 1; i < m; i++) {
        const factor = (a[i * n + k]! /= pivot);
        for (let j = k + 1; j < end; j++) a[i * n + j]! -= factor * a[k * n + j]!;
      }
    }
    for (let i = start + 1; i < m; i++) updateRow(a, i, start, Math.min(i, end), end, n);
  }
  return swaps;
}

/** Brings the largest element of column k, from row k on, to row k. */
function movePivot(a: Float64Array, order: Int32Array, k: number, m: number, n: number): boolean {
  let best = k;
  let largest = Math.abs(a[k * n + k]!);
  for (let i = k + 1; i < m; i++) {
    const value = Math.abs(a[i * n + k]!);
    if (value > largest) {
      largest = value;
      best = i;
    }
  }
  if (best === k) return false;
  for (let j = 0; j < n; j++) {
    const value = a[k * n + j]!;
    a[k * n + j] = a[best * n + j]!;
    a[best * n + j] = value;
  }
  const row = order[k]!;
  order[k] = order[best]!;
  order[best] = row;
  return true;
}

/** Row i, from column `from` on, minus the rows first … last − 1 times the factors of row i. */
function updateRow(a: Float64Array, i: number, first: number, last: number, from: number, n: number): void {
  const row = i * n;
  let k = first;
  for (; k + 4 <= last; k += 4) {
    const f0 = a[row + k]!;
    const f1 = a[row + k + 1]!;
    const f2 = a[row + k + 2]!;
    const f3 = a[row + k + 3]!;
    const source = k * n;
    for (let j = from; j < n; j++) {
      const p = source + j;
      a[row + j]! -= f0 * a[p]! + f1 * a[p + n]! + f2 * a[p + 2 * n]! + f3 * a[p + 3 * n]!;
    }
  }
  for (; k < last; k++) {
    const factor = a[row + k]!;
    for (let j = from; j < n; j++) a[row + j]! -= factor * a[k * n + j]!;
  }
}
