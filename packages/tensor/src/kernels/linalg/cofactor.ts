/** Moves the largest element of the rows and columns from k on to position (k, k); returns how many exchanges that took. */
function movePivot(a: Float64Array, rows: Int32Array, columns: Int32Array, k: number, n: number): number {
  let [row, column, largest] = [k, k, 0];
  for (let i = k; i < n; i++) {
    for (let j = k; j < n; j++) {
      if (Math.abs(a[i * n + j]!) <= largest) continue;
      largest = Math.abs(a[i * n + j]!);
      [row, column] = [i, j];
    }
  }
  for (let j = 0; j < n; j++) [a[k * n + j], a[row * n + j]] = [a[row * n + j]!, a[k * n + j]!];
  for (let i = 0; i < n; i++) [a[i * n + k], a[i * n + column]] = [a[i * n + column]!, a[i * n + k]!];
  [rows[k], rows[row]] = [rows[row]!, rows[k]!];
  [columns[k], columns[column]] = [columns[column]!, columns[k]!];
  return Number(row !== k) + Number(column !== k);
}

/**
 * Writes the cofactors of a: [n, n], the derivatives of its determinant, to c; overwrites a. Singular matrices are no
 * exception: with the largest remaining pivot first, only the last pivot of a matrix of rank n − 1 is 0, and the adjugate of
 * u = [v w; 0 p] is [p·adj(v), −adj(v)·w; 0, det(v)].
 */
export function cofactors(a: Float64Array, n: number, c: Float64Array): void {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const columns = rows.slice();
  let sign = 1;
  let minor = 1; // determinant of v
  for (let k = 0; k < n; k++) {
    if (movePivot(a, rows, columns, k, n) % 2 === 1) sign = -sign;
    const pivot = a[k * n + k]!;
    if (k === n - 1) break;
    minor *= pivot;
    if (pivot === 0) {
      c.fill(0);
      return;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = (a[i * n + k]! /= pivot);
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  const last = n === 0 ? 1 : a[n * n - 1]!;
  const column = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    // Column r of adj(u) · l⁻¹.
    column.fill(0);
    column[r] = 1;
    for (let i = r + 1; i < n; i++) for (let k = r; k < i; k++) column[i]! -= a[i * n + k]! * column[k]!;
    const end = column[n - 1]!;
    for (let i = 0; i < n - 1; i++) column[i] = last * column[i]! - end * a[i * n + n - 1]!;
    for (let i = n - 2; i >= 0; i--) {
      for (let k = i + 1; k < n - 1; k++) column[i]! -= a[i * n + k]! * column[k]!;
      column[i]! /= a[i * n + i]!;
    }
    // Cofactors are the transposed adjugate, here with the rows and columns in their old places.
    for (let i = 0; i < n - 1; i++) c[rows[r]! * n + columns[i]!] = sign * minor * column[i]!;
    c[rows[r]! * n + columns[n - 1]!] = sign * minor * end;
  }
}
