import { expect, it } from 'vitest';
import {
  denseMatrix,
  multiplyInto,
  multiplyIntegersInto,
  multiplyWideInto,
  transposedMatrix,
  type MatrixView,
} from './matmul.js';

function at({ data, offset, row, column }: MatrixView, i: number, j: number): number {
  return data[offset + i * row + j * column]!;
}

/** Sums in one order, without blocks. */
function naive(a: MatrixView, b: MatrixView, m: number, k: number, n: number): number[] {
  return Array.from({ length: m * n }, (_, position) => {
    let total = 0;
    for (let p = 0; p < k; p++) total += at(a, Math.floor(position / n), p) * at(b, p, position % n);
    return total;
  });
}

function filled<T extends Float32Array | Float64Array | Int32Array>(array: T, seed: number): T {
  for (let i = 0; i < array.length; i++) array[i] = ((i * 7919 + seed * 104729 + i * i * 31) % 257) - 128;
  return array;
}

// Whole tiles and blocks, what is left over at each end, and products too thin for tiles; sums of integers are exact.
const sizes = [1, 2, 3, 4, 5, 8, 11, 257, 300];

it.each([Float32Array, Float64Array])('multiplies matrices of all sizes (%o)', (ArrayType) => {
  for (const m of sizes) {
    for (const k of sizes) {
      for (const n of sizes) {
        if (m * k * n > 3e6) continue;
        const a = denseMatrix(filled(new ArrayType(m * k), 1), k);
        const b = denseMatrix(filled(new ArrayType(k * n), 2), n);
        const y = new ArrayType(m * n);
        multiplyInto(a, b, denseMatrix(y, n), m, k, n);
        const wanted = Array.from(Float32Array.from(naive(a, b, m, k, n)));
        if (y.some((value, i) => Math.fround(value) !== wanted[i]))
          expect([m, k, n, [...y]]).toEqual([m, k, n, wanted]);
      }
    }
  }
});

it('reads transposed parts of larger matrices, and adds to parts of the result', () => {
  const [m, k, n] = [6, 9, 7];
  const a = transposedMatrix(denseMatrix(filled(new Float64Array(200), 3), 10, 2));
  const b: MatrixView = { data: filled(new Float64Array(300), 4), offset: 5, row: 2, column: 21 };
  const y = filled(new Float64Array(200), 5);
  const before = y.slice();
  const target = denseMatrix(y, 11, 3);
  multiplyInto(a, b, target, m, k, n);
  const product = naive(a, b, m, k, n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) before[3 + i * 11 + j]! += product[i * n + j]!;
  }
  expect(y).toEqual(before);
});

it('keeps NaN and infinities in their rows and columns', () => {
  const a = new Float32Array(5 * 5).fill(1);
  a[6] = Infinity; // row 1
  a[12] = NaN; // row 2
  const y = new Float32Array(5 * 6);
  multiplyInto(denseMatrix(a, 5), denseMatrix(new Float32Array(5 * 6).fill(1), 6), denseMatrix(y, 6), 5, 5, 6);
  expect([...y]).toEqual([5, Infinity, NaN, 5, 5].flatMap((value) => Array<number>(6).fill(value)));
});

it('wraps products of integers around', () => {
  const a = Int32Array.of(2 ** 30, 3, -(2 ** 31), 123456789);
  const y = new Int32Array(4);
  multiplyIntegersInto(denseMatrix(a, 2), denseMatrix(a, 2), denseMatrix(y, 2), 2, 2, 2);
  const wide = BigInt64Array.from(a, BigInt);
  const expected = new BigInt64Array(4);
  multiplyWideInto(
    denseMatrix(wide as never, 2),
    denseMatrix(wide as never, 2),
    denseMatrix(expected as never, 2),
    2,
    2,
    2,
  );
  expect([...expected]).toEqual([
    2n ** 60n - 3n * 2n ** 31n,
    3n * 2n ** 30n + 3n * 123456789n,
    -(2n ** 61n) - 123456789n * 2n ** 31n,
    -3n * 2n ** 31n + 123456789n ** 2n,
  ]);
  expect([...y]).toEqual([...expected].map((value) => Number(BigInt.asIntN(32, value))));
});
