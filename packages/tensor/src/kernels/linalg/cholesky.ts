/**
 * Replaces the lower triangle of a: [n, n] by the factor l with l · lᵀ = a, and the rest by zeros; NaN where a is not
 * positive definite. Reads the lower triangle alone. Source: Golub & Van Loan, "Matrix Computations" (4th ed.), 4.2.
 */
export function choleskyInPlace(a: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    const row = j * n;
    const inverse = 1 / (a[row + j] = Math.sqrt(a[row + j]! - dotRows(a, row, row, j)));
    let i = j + 1;
    // Four rows at a time: each element of row j that is read serves four sums.
    for (; i + 4 <= n; i += 4) {
      const r0 = i * n;
      const r1 = r0 + n;
      const r2 = r1 + n;
      const r3 = r2 + n;
      let s0 = a[r0 + j]!;
      let s1 = a[r1 + j]!;
      let s2 = a[r2 + j]!;
      let s3 = a[r3 + j]!;
      for (let k = 0; k < j; k++) {
        const value = a[row + k]!;
        s0 -= a[r0 + k]! * value;
        s1 -= a[r1 + k]! * value;
        s2 -= a[r2 + k]! * value;
        s3 -= a[r3 + k]! * value;
      }
      a[r0 + j] = s0 * inverse;
      a[r1 + j] = s1 * inverse;
      a[r2 + j] = s2 * inverse;
      a[r3 + j] = s3 * inverse;
    }
    for (; i < n; i++) a[i * n + j] = (a[i * n + j]! - dotRows(a, i * n, row, j)) * inverse;
  }
  for (let i = 0; i < n; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
  // A pivot that is NaN spoils all that follow; the whole factor says so.
  if (n > 0 && Number.isNaN(a[n * n - 1]!)) a.fill(NaN);
}

/** Dot product of the first `count` elements of two rows. */
function dotRows(a: Float64Array, first: number, second: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += a[first + k]! * a[second + k]!;
  return sum;
}
