import { applyQ, applyReflection, formQ, qrInPlace, reflectColumn } from './householder.js';
import { largestElement, negate } from './symmetric-eigen.js';
import { transposeInto } from './batches.js';

/** Sweeps over all pairs before giving up; 5 are usual. */
const maximumSweeps = 40;

/** Products below this are those of rows whose squares underflow; the largest element of the matrix is 1. */
const vanishing = 2 ** -1000;

/** Factors of a matrix [m, n] with k = min(m, n) singular values, descending. */
export interface SingularValues {
  /** [m, m], of which the first k columns belong to the singular values. */
  readonly u: Float64Array;
  readonly s: Float64Array;
  /** [n, n], of which the first k rows belong to the singular values. */
  readonly vt: Float64Array;
}

/**
 * Singular value decomposition a = u · diag(s) · vt of a: [m, n], which is overwritten. In each column of u that belongs to
 * a singular value, the element of largest magnitude is positive. NaN when a is not finite. `full` also fills the rest of u
 * and vt with an orthonormal basis. Source: one-sided Jacobi after a pivoted QR factorization: Drmač & Veselić, "New fast
 * and accurate Jacobi SVD algorithm" (2008).
 */
export function singularValues(a: Float64Array, m: number, n: number): SingularValues {
  if (m < n) {
    const flipped = new Float64Array(a.length);
    transposeInto(a, flipped, m, n);
    const { u, s, vt } = tallSingularValues(flipped, n, m);
    const [left, right] = [new Float64Array(m * m), new Float64Array(n * n)];
    transposeInto(vt, left, m, m);
    transposeInto(u, right, n, n);
    return fixSigns({ u: left, s, vt: right }, m, n);
  }
  return fixSigns(tallSingularValues(a, m, n), m, n);
}

function tallSingularValues(a: Float64Array, m: number, n: number): SingularValues {
  const s = new Float64Array(n);
  const vt = new Float64Array(n * n);
  let scale = 0;
  for (const value of a) scale = Number.isFinite(value) ? Math.max(scale, Math.abs(value)) : NaN;
  if (Number.isNaN(scale)) {
    return { u: new Float64Array(m * m).fill(NaN), s: s.fill(NaN), vt: vt.fill(NaN) };
  }
  if (scale > 0) for (let i = 0; i < a.length; i++) a[i]! /= scale; // squares neither overflow nor vanish
  const { order, taus } = pivotedQr(a, m, n);
  // The rows of r, made orthogonal by rotations from the left, become s · vᵀ; the rotations become uᵀ of r.
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rows.set(a.subarray(i * n + i, (i + 1) * n), i * n + i);
  const rotations = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rotations[i * n + i] = 1;
  if (!orthogonalizeRows(rows, rotations, n)) {
    return { u: new Float64Array(m * m).fill(NaN), s: s.fill(NaN), vt: vt.fill(NaN) };
  }
  const norms = Float64Array.from({ length: n }, (_, i) => rowNorm(rows, i * n, n));
  const sorted = Array.from(norms.keys()).sort((i, j) => norms[j]! - norms[i]!);
  const u = new Float64Array(m * m);
  for (let i = n; i < m; i++) u[i * m + i] = 1;
  sorted.forEach((from, to) => {
    s[to] = norms[from]! * scale;
    for (let j = 0; j < n; j++) {
      u[j * m + to] = rotations[from * n + j]!;
      vt[to * n + order[j]!] = norms[from] === 0 ? 0 : rows[from * n + j]! / norms[from]!;
    }
  });
  completeRows(vt, n, s);
  applyQ(a, taus, m, n, u, m);
  return { u, s, vt };
}

/** Replaces a: [m, n] by the factors of a with its columns in `order`, the largest remaining column first. */
function pivotedQr(a: Float64Array, m: number, n: number): { order: Int32Array; taus: Float64Array } {
  const order = Int32Array.from({ length: n }, (_, j) => j);
  const taus = new Float64Array(n);
  const work = new Float64Array(n);
  const squares = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    squares.fill(0);
    for (let i = k; i < m; i++) for (let j = k; j < n; j++) squares[j]! += a[i * n + j]! * a[i * n + j]!;
    let best = k;
    for (let j = k + 1; j < n; j++) if (squares[j]! > squares[best]!) best = j;
    if (best !== k) {
      for (let i = 0; i < m; i++) {
        const value = a[i * n + k]!;
        a[i * n + k] = a[i * n + best]!;
        a[i * n + best] = value;
      }
      [order[k], order[best]] = [order[best]!, order[k]!];
    }
    const tau = (taus[k] = reflectColumn(a, k, k, m, n));
    applyReflection(a, k, k, n, tau, a, m, n, k + 1, n, work);
  }
  return { order, taus };
}

function rowNorm(a: Float64Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += a[i]! * a[i]!;
  return Math.sqrt(sum);
}

/** Rotates pairs of rows until all are orthogonal to working precision; false when that takes too long. */
function orthogonalizeRows(rows: Float64Array, rotations: Float64Array, n: number): boolean {
  const squares = new Float64Array(n);
  for (let sweep = 0; sweep < maximumSweeps; sweep++) {
    for (let i = 0; i < n; i++) squares[i] = rowNorm(rows, i * n, n) ** 2;
    let rotated = false;
    for (let i = 0; i < n - 1; i++) {
      for (let j = i + 1; j < n; j++) {
        const [x, y] = [squares[i]!, squares[j]!];
        const [p, q] = [i * n, j * n];
        let dot = 0;
        for (let k = 0; k < n; k++) dot += rows[p + k]! * rows[q + k]!;
        if (Math.abs(dot) <= Number.EPSILON * Math.sqrt(x) * Math.sqrt(y) + vanishing) continue;
        rotated = true;
        const zeta = (y - x) / (2 * dot);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = c * t;
        squares[i] = Math.max(0, x - t * dot);
        squares[j] = y + t * dot;
        rotate(rows, p, q, n, c, s);
        rotate(rotations, p, q, n, c, s);
      }
    }
    if (!rotated) return true;
  }
  return false;
}

function rotate(a: Float64Array, p: number, q: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const x = a[p + k]!;
    const y = a[q + k]!;
    a[p + k] = c * x - s * y;
    a[q + k] = s * x + c * y;
  }
}

/** Fills the rows of vt: [n, n] that belong to singular values of 0 with an orthonormal basis of what is left. */
function completeRows(vt: Float64Array, n: number, s: Float64Array): void {
  let rank = 0;
  while (rank < n && s[rank]! > 0) rank++;
  if (rank === n) return;
  const columns = new Float64Array(n * rank);
  transposeInto(vt.subarray(0, rank * n), columns, rank, n);
  const taus = qrInPlace(columns, n, rank);
  const q = formQ(columns, taus, n, rank, n);
  for (let i = rank; i < n; i++) for (let j = 0; j < n; j++) vt[i * n + j] = q[j * n + i]!;
}

function fixSigns(factors: SingularValues, m: number, n: number): SingularValues {
  const { u, s, vt } = factors;
  const column = new Float64Array(m);
  for (let k = 0; k < s.length; k++) {
    for (let i = 0; i < m; i++) column[i] = u[i * m + k]!;
    if (largestElement(column, 0, m) >= 0) continue;
    for (let i = 0; i < m; i++) u[i * m + k] = -column[i]!;
    negate(vt, k * n, n);
  }
  return factors;
}
