/**
 * Householder reflections H = I − tau · v · vᵀ with v[0] = 1, in LAPACK's convention: H maps x to beta · e₁ with the sign
 * of beta opposite to that of x[0], and is the identity when only x[0] is not zero. Source: LAPACK dlarfg, dgeqr2, dorg2r.
 */

/** Turns column k of a: [m, n], from row k on, into beta and the rest of v; returns tau. `row` may start lower. */
export function reflectColumn(a: Float64Array, row: number, column: number, m: number, n: number): number {
  let scale = 0;
  for (let i = row + 1; i < m; i++) scale = Math.max(scale, Math.abs(a[i * n + column]!));
  if (scale === 0) return 0;
  const alpha = a[row * n + column]!;
  scale = Math.max(scale, Math.abs(alpha));
  let sum = 0;
  for (let i = row; i < m; i++) {
    const value = a[i * n + column]! / scale;
    sum += value * value;
  }
  const norm = scale * Math.sqrt(sum);
  const beta = alpha >= 0 ? -norm : norm;
  const inverse = 1 / (alpha - beta);
  for (let i = row + 1; i < m; i++) a[i * n + column]! *= inverse;
  a[row * n + column] = beta;
  return (beta - alpha) / beta;
}

/** Applies H, whose v lies below `row` in `column` of `vectors`: [m, stride], to columns from … to − 1 of c: [m, n]. */
export function applyReflection(
  vectors: Float64Array,
  row: number,
  column: number,
  stride: number,
  tau: number,
  c: Float64Array,
  m: number,
  n: number,
  from: number,
  to: number,
  work: Float64Array,
): void {
  if (tau === 0) return;
  for (let j = from; j < to; j++) work[j] = c[row * n + j]!;
  for (let i = row + 1; i < m; i++) {
    const v = vectors[i * stride + column]!;
    if (v === 0) continue;
    for (let j = from; j < to; j++) work[j]! += v * c[i * n + j]!;
  }
  for (let j = from; j < to; j++) c[row * n + j]! -= tau * work[j]!;
  for (let i = row + 1; i < m; i++) {
    const v = tau * vectors[i * stride + column]!;
    if (v === 0) continue;
    for (let j = from; j < to; j++) c[i * n + j]! -= v * work[j]!;
  }
}

/** Replaces a: [m, n] by r above the diagonal and the reflections below; returns their taus. */
export function qrInPlace(a: Float64Array, m: number, n: number): Float64Array {
  const count = Math.min(m, n);
  const taus = new Float64Array(count);
  const work = new Float64Array(n);
  for (let k = 0; k < count; k++) {
    const tau = (taus[k] = reflectColumn(a, k, k, m, n));
    applyReflection(a, k, k, n, tau, a, m, n, k + 1, n, work);
  }
  return taus;
}

/** Applies q = H₀ · H₁ · … of `qrInPlace` to c: [m, columns] from the left. */
export function applyQ(
  factors: Float64Array,
  taus: Float64Array,
  m: number,
  n: number,
  c: Float64Array,
  columns: number,
): void {
  const work = new Float64Array(columns);
  for (let k = taus.length - 1; k >= 0; k--) {
    applyReflection(factors, k, k, n, taus[k]!, c, m, columns, 0, columns, work);
  }
}

/** The first `columns` columns of q of `qrInPlace`, as [m, columns]. */
export function formQ(factors: Float64Array, taus: Float64Array, m: number, n: number, columns: number): Float64Array {
  const q = new Float64Array(m * columns);
  for (let i = 0; i < Math.min(m, columns); i++) q[i * columns + i] = 1;
  const work = new Float64Array(columns);
  // Columns before k are still those of the identity in the rows that H touches.
  for (let k = taus.length - 1; k >= 0; k--) {
    applyReflection(factors, k, k, n, taus[k]!, q, m, columns, k, columns, work);
  }
  return q;
}
