/** Steps of the QL iteration per eigenvalue before giving up; 2 are usual. */
const maximumSteps = 60;

/**
 * Eigenvalues (ascending) and eigenvectors of symmetric a: [n, n], of which the lower triangle is read and which is
 * overwritten. Row i of `vectors` is the unit eigenvector of values[i]; its element of largest magnitude is positive.
 * NaN when a is not finite. Source: Householder tridiagonalization and implicit QL, Golub & Van Loan (4th ed.), 8.3.
 */
export function symmetricEigen(a: Float64Array, n: number, values: Float64Array, vectors: Float64Array): void {
  let scale = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = a[i * n + j]!;
      a[j * n + i] = value;
      scale = Number.isFinite(value) ? Math.max(scale, Math.abs(value)) : NaN;
      if (Number.isNaN(scale)) {
        values.fill(NaN);
        vectors.fill(NaN);
        return;
      }
    }
  }
  if (scale > 0) for (let i = 0; i < a.length; i++) a[i]! /= scale; // squares neither overflow nor vanish
  const offDiagonal = new Float64Array(n);
  tridiagonalize(a, n, values, offDiagonal, vectors);
  if (!diagonalize(values, offDiagonal, vectors, n)) {
    values.fill(NaN);
    vectors.fill(NaN);
    return;
  }
  sortPairs(values, vectors, n);
  for (let i = 0; i < n; i++) {
    values[i]! *= scale;
    if (largestElement(vectors, i * n, n) < 0) negate(vectors, i * n, n);
  }
}

/** The element of largest magnitude among `count` elements from `start` on. */
export function largestElement(a: Float64Array, start: number, count: number): number {
  let largest = 0;
  for (let i = start; i < start + count; i++) if (Math.abs(a[i]!) > Math.abs(largest)) largest = a[i]!;
  return largest;
}

/** Changes the sign of `count` elements from `start` on. */
export function negate(a: Float64Array, start: number, count: number): void {
  for (let i = start; i < start + count; i++) a[i] = -a[i]!;
}

/** Reduces a to a diagonal and the elements beside it (from index 0), and writes qᵀ to `vectors`: qᵀ · a · q = t. */
function tridiagonalize(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  vectors: Float64Array,
): void {
  const taus = new Float64Array(n);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    // Row k holds the same numbers as column k and lies in one piece; v stays there.
    const row = k * n;
    const alpha = a[row + k + 1]!;
    let sum = 0;
    for (let j = k + 2; j < n; j++) sum += a[row + j]! * a[row + j]!;
    if (sum === 0) {
      offDiagonal[k] = alpha;
      continue;
    }
    const norm = Math.sqrt(alpha * alpha + sum);
    const beta = alpha >= 0 ? -norm : norm;
    const tau = (beta - alpha) / beta;
    const inverse = 1 / (alpha - beta);
    v[k + 1] = 1;
    for (let j = k + 2; j < n; j++) v[j] = a[row + j]! *= inverse;
    a[row + k + 1] = 1;
    taus[k] = tau;
    offDiagonal[k] = beta;
    let product = 0; // pᵀ · v
    for (let i = k + 1; i < n; i++) {
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += a[i * n + j]! * v[j]!;
      p[i] = tau * dot;
      product += p[i]! * v[i]!;
    }
    const half = (tau / 2) * product;
    for (let i = k + 1; i < n; i++) p[i]! -= half * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const x = v[i]!;
      const y = p[i]!;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= x * p[j]! + y * v[j]!;
    }
  }
  if (n > 1) offDiagonal[n - 2] = a[(n - 2) * n + n - 1]!;
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
  // qᵀ = … · H₁ · H₀, built from the last reflection on: H_k changes columns k + 1 … of rows k + 1 …
  vectors.fill(0);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let k = n - 3; k >= 0; k--) {
    const tau = taus[k]!;
    if (tau === 0) continue;
    const reflection = k * n;
    for (let i = k + 1; i < n; i++) {
      const row = i * n;
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += vectors[row + j]! * a[reflection + j]!;
      dot *= tau;
      for (let j = k + 1; j < n; j++) vectors[row + j]! -= dot * a[reflection + j]!;
    }
  }
}

/** Implicit QL with Wilkinson's shift; rotates the rows of `vectors` along. False when it does not converge. */
function diagonalize(d: Float64Array, e: Float64Array, vectors: Float64Array, n: number): boolean {
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!));
  const negligible = (Number.EPSILON / 2) * norm; // graded matrices would never meet the other condition
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(e[m]!);
        if (size <= negligible || size <= Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) break;
        m++;
      }
      if (m === l) break;
      if (step === maximumSteps) return false;
      shiftedStep(d, e, vectors, n, l, m);
    }
  }
  return true;
}

/** One QL step on rows l … m of the tridiagonal matrix. */
function shiftedStep(d: Float64Array, e: Float64Array, vectors: Float64Array, n: number, l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let r = Math.sqrt(g * g + 1);
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix fell apart in the middle of the step.
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    rotateRows(vectors, i * n, (i + 1) * n, n, c, s);
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}

function rotateRows(a: Float64Array, first: number, second: number, count: number, c: number, s: number): void {
  for (let j = 0; j < count; j++) {
    const x = a[first + j]!;
    const y = a[second + j]!;
    a[second + j] = s * x + c * y;
    a[first + j] = c * x - s * y;
  }
}

/** Sorts values ascending, and the rows of `vectors` with them. */
function sortPairs(values: Float64Array, vectors: Float64Array, n: number): void {
  const order = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);
  const [oldValues, oldVectors] = [values.slice(), vectors.slice()];
  order.forEach((from, to) => {
    values[to] = oldValues[from]!;
    vectors.set(oldVectors.subarray(from * n, (from + 1) * n), to * n);
  });
}
