import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromHostArray } from './create.js';
import type { Shape } from './shapes.js';
import { eye, grad, jvp, linalg, ones, stack, tensor, vmap, zeros, type Tensor } from './index.js';
import { checkGradients } from './ops/finite-differences.fixture.js';
import { float64, numbersOf, pattern, relativeDifference } from './values.fixture.js';

interface Row {
  readonly x: readonly [dtype: string, shape: Shape, values: readonly number[]];
  readonly shape: Shape;
  readonly expected: readonly number[];
  readonly axis?: number | readonly number[];
  readonly ord?: linalg.NormOrder | 'Infinity' | '-Infinity';
  readonly exponent?: number;
}

type FunctionName =
  'expm' | 'norm' | 'slogdet' | 'det' | 'inv' | 'pinv' | 'matrixRank' | 'matrixPower' | 'cond' | 'svdvals' | 'eigvalsh';

const rows = JSON.parse(
  readFileSync(new URL('../fixtures/linear-algebra-functions.json', import.meta.url), 'utf8'),
) as Readonly<Record<FunctionName, readonly Row[]>>;

function orderOf(ord: Row['ord']): linalg.NormOrder | undefined {
  return ord === 'Infinity' || ord === '-Infinity' ? Number(ord) : ord;
}

const functions: Readonly<Record<FunctionName, (x: Tensor, row: Row) => Tensor>> = {
  expm: linalg.expm,
  norm: (x, { axis, ord }) => {
    const order = orderOf(ord);
    return linalg.norm(x, axis, order === undefined ? {} : { ord: order });
  },
  slogdet: (x) => {
    const { sign, logAbsDet } = linalg.slogdet(x);
    return float64([...numbersOf(sign), ...numbersOf(logAbsDet)], [2, ...sign.shape]);
  },
  det: linalg.det,
  inv: linalg.inv,
  pinv: (x) => linalg.pinv(x),
  matrixRank: (x) => linalg.matrixRank(x),
  matrixPower: (x, { exponent }) => linalg.matrixPower(x, exponent!),
  cond: linalg.cond,
  svdvals: (x) => linalg.svd(x).s,
  eigvalsh: (x) => linalg.eigh(x).values,
};

it.each(Object.keys(functions) as FunctionName[])('%s gives what NumPy computed', (name) => {
  for (const row of rows[name]) {
    const [, shape, values] = row.x;
    const actual = functions[name](float64(values, shape), row);
    expect(actual.shape).toEqual(row.shape);
    // The smallest values of a Hilbert matrix are as exact as its condition lets them be.
    const tolerance = name === 'cond' || name === 'det' ? 1e-6 : 2e-13;
    expect(relativeDifference(actual, float64(row.expected, row.shape)), JSON.stringify(row)).toBeLessThan(tolerance);
  }
});

const unit = (n: number): Tensor => eye(n, n, { dtype: 'float64' });

function hilbert(n: number): Tensor {
  return float64(
    Array.from({ length: n * n }, (_, i) => 1 / (Math.floor(i / n) + (i % n) + 1)),
    [n, n],
  );
}

/** Matrices of every kind: random, ill-conditioned, rank-deficient, equal values, zeros, tiny and huge, and empty. */
const square: readonly [string, Tensor][] = [
  ['1×1', float64([-3], [1, 1])],
  ['7×7', pattern([7, 7], 1)],
  ['50×50', pattern([50, 50], 2)],
  ['a stack', pattern([2, 3, 4, 4], 3)],
  ['Hilbert', hilbert(12)],
  ['rank 1', pattern([6, 1], 4).matmul(pattern([1, 6], 5))],
  ['the identity', unit(5)],
  ['zeros', zeros([4, 4], { dtype: 'float64' })],
  ['tiny', pattern([5, 5], 6).mul(1e-200)],
  ['huge', pattern([5, 5], 7).mul(1e200)],
  ['0×0', zeros([0, 0], { dtype: 'float64' })],
];
const rectangular: readonly [string, Tensor][] = [
  ['tall', pattern([9, 4], 8)],
  ['wide', pattern([3, 8], 9)],
  ['tall of rank 2', pattern([8, 2], 1).matmul(pattern([2, 5], 2))],
  ['wide of rank 2', pattern([4, 2], 3).matmul(pattern([2, 9], 4))],
  ['no rows', zeros([0, 3], { dtype: 'float64' })],
  ['no columns', zeros([3, 0], { dtype: 'float64' })],
  ['one column', pattern([6, 1], 5)],
];

const transposed = (x: Tensor): Tensor =>
  x.transpose([...x.shape.keys()].map((i) => (i < x.rank - 2 ? i : 2 * x.rank - 3 - i)));

/** The largest difference from an identity, in units of 2⁻⁵² times the size. */
function unitarity(q: Tensor): number {
  const n = q.shape[q.rank - 1]!;
  const difference = transposed(q).matmul(q).sub(unit(n));
  return Math.max(0, ...numbersOf(difference).map(Math.abs)) / 2 ** -52 / Math.max(...q.shape, 1);
}

/** The largest difference from a, in units of 2⁻⁵² times the size, relative to the largest element. */
function residual(product: Tensor, a: Tensor): number {
  expect(product.shape).toEqual(a.shape);
  return relativeDifference(product, a) / 2 ** -52 / Math.max(...a.shape, 1);
}

it.each([...square, ...rectangular])('factorizations of %s multiply to it again', (_, a) => {
  const complete = linalg.qr(a, { mode: 'complete' });
  for (const { q, r } of [linalg.qr(a), complete]) {
    expect(residual(q.matmul(r), a)).toBeLessThan(4);
    expect(unitarity(q)).toBeLessThan(4);
  }
  expect(complete.q.shape.slice(-2)).toEqual([a.shape[a.rank - 2], a.shape[a.rank - 2]]);
  const { u, s, vt } = linalg.svd(a);
  expect(residual(u.mul(s.expandDims(-2)).matmul(vt), a)).toBeLessThan(4);
  const whole = linalg.svd(a, { fullMatrices: true });
  for (const q of [u, transposed(vt), whole.u, transposed(whole.vt)]) expect(unitarity(q)).toBeLessThan(4);
  expect(numbersOf(whole.s)).toEqual(numbersOf(s));
  const { l, u: upper, permutation } = linalg.lu(a);
  const order = numbersOf(permutation);
  if (a.rank === 2) {
    const ordered = order.map((row) => a.slice([row, row + 1]));
    if (ordered.length > 0) {
      const product = numbersOf(l.matmul(upper));
      const scale = Math.max(1e-300, ...numbersOf(a).map(Math.abs));
      ordered
        .flatMap((row) => numbersOf(row))
        .forEach((value, i) => expect(Math.abs(value - product[i]!) / scale).toBeLessThan(1e-13));
    }
  }
});

it.each(square)('eigenvalues and eigenvectors of %s multiply to it again', (_, a) => {
  const symmetric = a.add(transposed(a));
  const { values, vectors } = linalg.eigh(symmetric);
  expect(residual(vectors.mul(values.expandDims(-2)).matmul(transposed(vectors)), symmetric)).toBeLessThan(4);
  expect(unitarity(vectors)).toBeLessThan(4);
  const list = numbersOf(values);
  const n = a.shape[a.rank - 1]!;
  list.forEach((value, i) => i % n === 0 || expect(value).toBeGreaterThanOrEqual(list[i - 1]!));
});

it('fixes the signs of vectors by their largest elements', () => {
  const a = pattern([6, 6], 3);
  for (const vectors of [linalg.eigh(a).vectors, linalg.svd(a).u]) {
    for (let k = 0; k < 6; k++) {
      const column = numbersOf(vectors.slice(null, [k, k + 1]));
      const largest = Math.max(...column.map(Math.abs));
      expect(column).toContain(largest);
    }
  }
});

it('keeps small singular values of badly scaled columns accurate', () => {
  // [1 1; 0 1] with columns 1 and 1e-20: σ₁ ≈ 1, σ₁σ₂ = |det| = 1e-20.
  const [large, small] = numbersOf(linalg.svd(float64([1, 1e-20, 0, 1e-20], [2, 2])).s);
  expect(large! * small!).toBeCloseTo(1e-20, 34);
  expect(Math.abs((large! * small!) / 1e-20 - 1)).toBeLessThan(1e-14);
});

it.each(square.filter(([name]) => !['rank 1', 'zeros', 'Hilbert'].includes(name)))('solves systems with %s', (_, a) => {
  const n = a.shape[a.rank - 1]!;
  const b = pattern([...a.shape.slice(0, -1), 3], 11);
  const scaled = a.mul(1 / Math.max(1e-300, ...numbersOf(a).map(Math.abs)));
  const x = linalg.solve(scaled, b);
  const size = Math.max(1, ...numbersOf(x).map(Math.abs)) * Math.max(1, n);
  const residuals = numbersOf(scaled.matmul(x).sub(b)).map(Math.abs);
  expect(Math.max(0, ...residuals) / size / 2 ** -52).toBeLessThan(8);
  const product = scaled.matmul(linalg.inv(scaled));
  const condition = Math.max(1, ...numbersOf(n === 0 ? ones([1]) : linalg.cond(scaled)));
  const identity = unit(n).broadcastTo(product.shape);
  expect(relativeDifference(product, identity)).toBeLessThan(condition * n * 2 ** -50 + 1e-300);
});

it('solves for vectors as NumPy does', () => {
  const a = float64([2, 1, 1, 3], [2, 2]);
  expect(numbersOf(linalg.solve(a, float64([5, 10])))).toEqual([1, 3]);
  expect(linalg.solve(pattern([3, 2, 2], 1), float64([5, 10])).shape).toEqual([3, 2]);
  expect(numbersOf(linalg.triangularSolve(a, float64([5, 9])))).toEqual([1, 3]);
  const line = linalg.lstsq(float64([0, 1, 1, 1, 2, 1], [3, 2]), float64([1, 3, 5]));
  expect(numbersOf(line.x).map((v) => Math.round(v * 1e12) / 1e12)).toEqual([2, 1]);
  expect(line.residuals.shape).toEqual([]);
  expect(numbersOf(line.rank)).toEqual([2]);
});

it('solves triangular systems from both sides', () => {
  const [a, b] = [pattern([4, 4], 2).add(unit(4).mul(4)), pattern([3, 4], 3)];
  const lower = float64(
    numbersOf(a).map((v, i) => (i % 4 <= Math.floor(i / 4) ? v : 0)),
    [4, 4],
  );
  const x = linalg.triangularSolve(a, b, { lower: true, left: false });
  expect(relativeDifference(x.matmul(lower), b)).toBeLessThan(1e-14);
  const y = linalg.triangularSolve(a, b, { lower: true, left: false, transpose: true });
  expect(relativeDifference(y.matmul(transposed(lower)), b)).toBeLessThan(1e-14);
  const row = linalg.triangularSolve(a, float64([1, 2, 3, 4]), { lower: true, left: false });
  expect(relativeDifference(row.expandDims(0).matmul(lower), float64([1, 2, 3, 4], [1, 4]))).toBeLessThan(1e-14);
});

it('fails with NaN or Infinity, never with an exception', () => {
  const indefinite = float64([1, 2, 2, 1], [2, 2]);
  expect(numbersOf(linalg.cholesky(indefinite))).toEqual([NaN, NaN, NaN, NaN]);
  expect(numbersOf(linalg.solve(ones([2, 2]), ones([2]))).every(Number.isFinite)).toBe(false);
  expect(numbersOf(linalg.inv(zeros([2, 2]))).every(Number.isFinite)).toBe(false);
  const { sign, logAbsDet } = linalg.slogdet(ones([2, 2]));
  expect([...numbersOf(sign), ...numbersOf(logAbsDet)]).toEqual([0, -Infinity]);
  for (const bad of [NaN, Infinity]) {
    const a = float64([1, bad, 2, 3], [2, 2]);
    const results = [
      ...Object.values(linalg.svd(a)),
      ...Object.values(linalg.eigh(a)),
      linalg.inv(Number.isNaN(bad) ? a : ones([2, 2])), // 1 / Infinity is 0
      linalg.pinv(a),
      linalg.det(a),
      linalg.qr(a).r,
      linalg.norm(a),
    ] as Tensor[];
    for (const result of results) expect(numbersOf(result).every(Number.isFinite)).toBe(false);
  }
});

it('factors every matrix of a stack by itself, so that one that fails spoils no other', () => {
  const stack = float64([1, 2, 2, 1, 4, 2, 2, 5], [2, 2, 2]);
  expect(numbersOf(linalg.cholesky(stack)).slice(4)).toEqual([2, 0, 1, 2]);
});

it('works under vmap like one by one', () => {
  const stack = pattern([3, 4, 4], 5);
  for (const f of [
    linalg.det,
    linalg.inv,
    linalg.expm,
    (x: Tensor) => linalg.svd(x).s,
    (x: Tensor) => linalg.norm(x, undefined, { ord: 2 }),
  ]) {
    const batched = numbersOf(vmap(f)(stack));
    const single = [0, 1, 2].flatMap((i) => numbersOf(f(stack.slice([i, i + 1]).squeeze(0))));
    batched.forEach((value, i) => expect(value).toBeCloseTo(single[i]!, 12));
  }
});

const regular = pattern([4, 4], 3).mul(0.25).add(unit(4).mul(2));
const gradients: Readonly<Record<string, [f: (...x: Tensor[]) => Tensor | readonly Tensor[], ...operands: Tensor[]]>> =
  {
    'cholesky of a matrix that is made symmetric': [(a) => linalg.cholesky(a.matmul(a.transpose()).add(a)), regular],
    'cholesky of one triangle': [
      (a) => linalg.cholesky(a, { symmetrizeInput: false, upper: true }),
      regular.add(unit(4).mul(4)),
    ],
    'eigh of a matrix that is made symmetric': [
      (a) => Object.values(linalg.eigh(a.add(float64([0, 1, 2, 3])))) as Tensor[],
      regular,
    ],
    slogdet: [(a) => linalg.slogdet(a).logAbsDet, regular],
    'det of a product': [(a) => linalg.det(a.matmul(a)), regular],
    inv: [linalg.inv, regular],
    'solve of a vector': [linalg.solve, regular, pattern([4], 2)],
    'lu of a tall matrix': [
      (a) => {
        const { l, u } = linalg.lu(a);
        return [l, u];
      },
      regular.slice(null, [0, 2]),
    ],
    'lu of a wide matrix': [
      (a) => {
        const { l, u } = linalg.lu(a);
        return [l, u];
      },
      regular.slice([0, 2]),
    ],
    'lstsq of a vector': [
      (a, b) => {
        const { x, residuals } = linalg.lstsq(a, b);
        return [x, residuals];
      },
      regular.slice(null, [0, 2]),
      pattern([4], 2),
    ],
    'pinv, wide': [(a) => linalg.pinv(a), regular.slice([0, 3])],
    'spectral norms': [
      (a) => [linalg.norm(a, undefined, { ord: 2 }), linalg.norm(a, undefined, { ord: 'nuc' }), linalg.cond(a)],
      regular,
    ],
    'norms of vectors': [
      (a) => [linalg.norm(a), linalg.norm(a, 0, { ord: 3 }), linalg.norm(a, 1, { ord: 1 })],
      regular,
    ],
    'expm, and of a matrix that is squared more often than its neighbour': [
      (a, b) => linalg.expm(stack([a, a.mul(2), b.mul(9)])),
      regular,
      pattern([4, 4], 4),
    ],
    matrixPower: [(a) => [linalg.matrixPower(a, 3), linalg.matrixPower(a, -2)], regular],
    multiDot: [(a, b) => linalg.multiDot([b, a, a, b]), regular, pattern([4], 2)],
    'singular vectors up to sign': [
      (a) => {
        const { u, s, vt } = linalg.svd(a);
        return [u.matmul(vt), u.mul(s.expandDims(-2)).matmul(vt)];
      },
      regular.slice(null, [0, 3]),
    ],
  };

it.each(Object.keys(gradients))('gradients of %s', (name) => {
  const [f, ...operands] = gradients[name]!;
  expect(checkGradients(f, operands)).toBe(null);
});

it('has gradients where values coincide: of eigenvalues, singular values, determinants of singular matrices and norms of 0', () => {
  const identity = unit(3);
  const trace = grad((a: Tensor) => linalg.eigh(a).values.sum())(identity);
  expect(relativeDifference(trace, identity)).toBeLessThan(1e-15);
  const nuclear = grad((a: Tensor) => linalg.norm(a, undefined, { ord: 'nuc' }))(identity);
  expect(relativeDifference(nuclear, identity)).toBeLessThan(1e-15);
  expect(numbersOf(grad((x: Tensor) => linalg.norm(x))(zeros([3])))).toEqual([0, 0, 0]);
  expect(numbersOf(grad(linalg.det)(float64([1, 2, 2, 4], [2, 2])))).toEqual([4, -2, -2, 1]);
});

it('gives exponentials in every dtype, with the inverse that they must have, and NaN for matrices that are too large', () => {
  const a = pattern([3, 5, 5], 2);
  const product = linalg.expm(a).matmul(linalg.expm(a.neg()));
  expect(relativeDifference(product, unit(5).broadcastTo([3, 5, 5]))).toBeLessThan(1e-11);
  expect(relativeDifference(linalg.expm(a.cast('float32')).cast('float64'), linalg.expm(a))).toBeLessThan(1e-5);
  expect(linalg.expm(ones([2, 2], { dtype: 'float16' })).dtype).toBe('float16');
  expect(linalg.expm(zeros([2, 0, 0])).shape).toEqual([2, 0, 0]);
  expect(numbersOf(linalg.expm(float64([1, 0, 0, 1e7], [2, 2])))).toEqual([NaN, NaN, NaN, NaN]);
  // Along the line t·a the exponential grows by a itself.
  const [, rate] = jvp(linalg.expm, [a], [a]);
  expect(relativeDifference(rate, a.matmul(linalg.expm(a)))).toBeLessThan(1e-12);
});

it('multiplies chains in the cheapest order', () => {
  const chain = linalg.multiDot([ones([100, 2]), ones([2, 100]), ones([100])]);
  expect(chain.node!.operands[0]!.shape).not.toEqual([100, 100]);
  expect(numbersOf(chain).every((value) => value === 200)).toBe(true);
});

it('gives the dtype of its operand', () => {
  for (const dtype of ['float16', 'bfloat16', 'float32'] as const) {
    const a = tensor(
      [
        [4, 2],
        [2, 5],
      ],
      { dtype },
    );
    expect(linalg.cholesky(a).dtype).toBe(dtype);
    expect(numbersOf(linalg.cholesky(a))).toEqual([2, 0, 1, 2]);
    expect(numbersOf(linalg.solve(a, tensor([8, 12], { dtype })))).toEqual([1, 2]);
  }
});

it('names what is wrong with bad operands', () => {
  const messages = [
    () => linalg.cholesky(ones([2, 3])),
    () => linalg.inv(ones([4])),
    () => linalg.det(ones([2, 2]).cast('int32')),
    () => linalg.qr(ones([2, 2]), { mode: 'full' as never }),
    () => linalg.solve(ones([2, 2]), ones([3, 1])),
    () => linalg.solve(ones([2, 2, 2]), ones([3, 2, 1])),
    () => linalg.solve(ones([2, 2]), ones([2, 1]).cast('float64')),
    () => linalg.triangularSolve(ones([2, 2]), ones([3])),
    () => linalg.lstsq(ones([2, 2]), ones([2, 1]), { rcond: -1 }),
    () => linalg.norm(ones([2, 2, 2]), undefined, { ord: 2 }),
    () => linalg.norm(ones([2, 2]), undefined, { ord: 3 }),
    () => linalg.norm(ones([2]), 0, { ord: 'fro' }),
    () => linalg.norm(ones([2]), [0, 0]),
    () => linalg.matrixPower(ones([2, 2]), 0.5),
    () => linalg.expm(ones([2, 3])),
    () => linalg.multiDot([ones([2, 2])]),
    () => linalg.multiDot([ones([2, 2]), ones([2]), ones([2, 2])]),
    () => grad((a: Tensor) => linalg.qr(a, { mode: 'complete' }).q.sum())(ones([3, 2])),
    () => grad((a: Tensor) => linalg.svd(a, { fullMatrices: true }).u.sum())(ones([3, 2])),
  ].map((f) => {
    try {
      f();
      return 'no error';
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "ShapeError: cholesky: [2,3] is not square (2 rows, 3 columns); it takes [..., n, n]",
      "ShapeError: inv: [4] is not a matrix; it takes [..., rows, columns]: use .reshape or .expandDims(…)",
      "DTypeError: det: int32 [2,2] is not accepted; it takes floats: use .cast(…)",
      "ArgumentError: qr: mode 'full' is not accepted; use 'reduced' or 'complete'",
      "ShapeError: solve: [2,2] and [3,1] differ in their number of rows (2 ≠ 3); it must be equal",
      "ShapeError: solve: leading axes of [2,2,2] and [3,2,1]: shapes [2] and [3] do not broadcast: axis -1 has 2 and 3; sizes must be equal or 1",
      "DTypeError: solve: dtypes differ: float32 [2,2] and float64 [2,1]; convert one with .cast('float32')",
      "ShapeError: triangularSolve: [2,2] and [3,1] differ in their number of rows (2 ≠ 3); it must be equal",
      "ArgumentError: lstsq: rcond -1 is not accepted; use a number >= 0",
      "ShapeError: norm: 3 axes of [2,2,2] are neither vectors nor matrices; name one axis or two",
      "ArgumentError: norm: ord 3 is not a norm of matrices; use 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity, or name one axis",
      "ArgumentError: norm: ord fro is not a norm of vectors; use a number, Infinity or -Infinity, or name two axes",
      "ShapeError: norm: axis 0 of shape [2] is given twice in [0,0]; name each axis once",
      "ArgumentError: matrixPower: exponent 0.5 is not accepted; use a whole number",
      "ShapeError: expm: [2,3] is not square (2 rows, 3 columns); it takes [..., n, n]",
      "ArgumentError: multiDot: 1 operands are not a product; give two or more",
      "ShapeError: multiDot: operand 1 is [2]; it takes matrices, and vectors as the first and last operand",
      "ArgumentError: qr: no gradient in complete mode of [3,2]: a does not determine the columns of q beyond 2; use mode 'reduced'",
      "ArgumentError: svd: no gradient with fullMatrices of [3,2], which does not determine the rest of the basis; use fullMatrices: false",
    ]
  `);
});

it('reads float32 matrices of any layout of stacks', () => {
  const a = fromHostArray(Float32Array.from([2, 0, 0, 4]), [2, 2], 'float32');
  expect(numbersOf(linalg.solve(a, ones([3, 2, 1])))).toEqual([0.5, 0.25, 0.5, 0.25, 0.5, 0.25]);
});
