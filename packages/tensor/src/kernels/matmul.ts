import type { NumericArray } from '../dtypes.js';

const blockK = 64;
const blockN = 256;

/**
 * y += a · b for a: [m, k], b: [k, n] and zeroed y: [m, n], all row-major. Blocks of b stay in the cache; four rows of y
 * advance together, so that each element of b that is read serves four products.
 */
export function matmulKernel(a: NumericArray, b: NumericArray, y: NumericArray, m: number, k: number, n: number): void {
  for (let p0 = 0; p0 < k; p0 += blockK) {
    const p1 = Math.min(p0 + blockK, k);
    for (let j0 = 0; j0 < n; j0 += blockN) {
      const j1 = Math.min(j0 + blockN, n);
      let i = 0;
      for (; i + 4 <= m; i += 4) fourRows(a, b, y, i, p0, p1, j0, j1, k, n);
      for (; i < m; i++) oneRow(a, b, y, i, p0, p1, j0, j1, k, n);
    }
  }
}

/** The same for int32 and uint32, whose products need more bits than a number has. */
export function matmulKernel32(
  a: NumericArray,
  b: NumericArray,
  y: NumericArray,
  m: number,
  k: number,
  n: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const value = a[i * k + p]!;
      for (let j = 0; j < n; j++) y[i * n + j]! += Math.imul(value, b[p * n + j]!);
    }
  }
}

function fourRows(
  a: NumericArray,
  b: NumericArray,
  y: NumericArray,
  i: number,
  p0: number,
  p1: number,
  j0: number,
  j1: number,
  k: number,
  n: number,
): void {
  const y0 = i * n;
  const y1 = y0 + n;
  const y2 = y1 + n;
  const y3 = y2 + n;
  for (let p = p0; p < p1; p++) {
    const a0 = a[i * k + p]!;
    const a1 = a[(i + 1) * k + p]!;
    const a2 = a[(i + 2) * k + p]!;
    const a3 = a[(i + 3) * k + p]!;
    const row = p * n;
    for (let j = j0; j < j1; j++) {
      const value = b[row + j]!;
      y[y0 + j]! += a0 * value;
      y[y1 + j]! += a1 * value;
      y[y2 + j]! += a2 * value;
      y[y3 + j]! += a3 * value;
    }
  }
}

function oneRow(
  a: NumericArray,
  b: NumericArray,
  y: NumericArray,
  i: number,
  p0: number,
  p1: number,
  j0: number,
  j1: number,
  k: number,
  n: number,
): void {
  for (let p = p0; p < p1; p++) {
    const value = a[i * k + p]!;
    const row = p * n;
    for (let j = j0; j < j1; j++) y[i * n + j]! += value * b[row + j]!;
  }
}
