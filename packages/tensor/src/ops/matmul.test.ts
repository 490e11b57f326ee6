import { expect, it } from 'vitest';
import { grad, matmul, tensor, type Tensor } from '../index.js';
import { float64, numbersOf, pattern, relativeDifference, shown } from '../values.fixture.js';

/** The definition, three loops. */
function product(a: Tensor, b: Tensor): number[] {
  const [m, k, n] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const [x, y] = [numbersOf(a), numbersOf(b)];
  return Array.from({ length: m * n }, (_, i) => {
    let sum = 0;
    for (let p = 0; p < k; p++) sum += x[Math.floor(i / n) * k + p]! * y[p * n + (i % n)]!;
    return sum;
  });
}

it.each([
  [1, 1, 1],
  [4, 64, 256],
  [5, 65, 257],
  [9, 130, 3],
  [3, 200, 520],
])('multiplies %i × %i by %i, also across the blocks of its loops', (m, k, n) => {
  const [a, b] = [pattern([m, k], 1), pattern([k, n], 2)];
  expect(relativeDifference(matmul(a, b), float64(product(a, b), [m, n]))).toBeLessThan(1e-14);
});

it('treats vectors as a row on the left and a column on the right', () => {
  const [v, m] = [
    tensor([1, 2]),
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ];
  expect(shown([v.matmul(v), v.matmul(m), m.transpose().matmul(v)])).toEqual([
    'float32 [] 5',
    'float32 [3] 9 12 15',
    'float32 [3] 9 12 15',
  ]);
  const batch = pattern([4, 2, 3], 1);
  expect(matmul(tensor([1, 2], { dtype: 'float64' }), batch).shape).toEqual([4, 3]);
  expect(matmul(batch, tensor([1, 2, 3], { dtype: 'float64' })).shape).toEqual([4, 2]);
});

it('has gradients of vectors, and of operands whose shared axes are empty', () => {
  const [v, w] = [float64([1, 2]), float64([3, 4])];
  const [dv, dw] = grad((a: Tensor, b: Tensor) => a.matmul(b), { argnums: [0, 1] })(v, w);
  expect([numbersOf(dv!), numbersOf(dw!)]).toEqual([
    [3, 4],
    [1, 2],
  ]);
  for (const [a, b] of [
    [
      [2, 3, 0],
      [0, 4],
    ],
    [
      [0, 3, 2],
      [2, 4],
    ],
    [
      [2, 3, 4],
      [4, 0],
    ],
  ] as const) {
    const shapes = grad((x: Tensor, y: Tensor) => x.matmul(y).sum(), { argnums: [0, 1] })(pattern(a, 1), pattern(b, 2));
    expect(shapes.map((gradient) => gradient.shape)).toEqual([a, b]);
    expect(numbersOf(shapes[0]!).every((value) => value === 0)).toBe(true);
  }
});
