import {
  arange,
  bind,
  diag,
  evaluate,
  linalg,
  primitives,
  referenceBackend,
  scan,
  swapAxes,
  tensor,
  withBackend,
  type Backend,
  type DType,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { onnxruntime } from './backend.js';
import { deviation, values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

vi.setConfig({ testTimeout: 60_000 });

type Factorize = (dtype: DType) => readonly Tensor[];

const apply = (name: PrimitiveName, operands: readonly Tensor[], attributes: object = {}): readonly Tensor[] =>
  bind(primitives[name], operands, attributes);

/** Random matrices; square ones are far from singular. */
function matrices(dtype: DType, shape: readonly number[], seed = 1): Tensor {
  const x = values(dtype, shape, seed);
  return shape.at(-1) === shape.at(-2) ? x.add(linalg.matrixPower(x, 0).mul(2)) : x;
}

function definite(dtype: DType, shape: readonly number[]): Tensor {
  const x = values(dtype, shape);
  return x.matmul(swapAxes(x, -1, -2)).add(linalg.matrixPower(x, 0));
}

const systems = [true, false].flatMap((lower) =>
  [true, false].flatMap((transpose) => [true, false].map((unitDiagonal) => ({ lower, transpose, unitDiagonal }))),
);

const numbers = (dtype: DType, rows: number[][]): Tensor => tensor(rows, { dtype });

const factorizations: Readonly<Record<string, Factorize>> = {
  'a Cholesky factor': (dtype) => apply('cholesky', [definite(dtype, [7, 7])]),
  'a Cholesky factor of one element': (dtype) => apply('cholesky', [numbers(dtype, [[9]])]),
  'Cholesky factors of a batch': (dtype) => apply('cholesky', [definite(dtype, [2, 3, 4, 4])]),
  'a Cholesky factor that does not exist': (dtype) =>
    apply('cholesky', [
      numbers(dtype, [
        [1, 2, 0],
        [2, 1, 0],
        [0, 0, 1],
      ]),
    ]),
  ...Object.fromEntries(
    systems.map((system): [string, Factorize] => [
      `a triangular system, ${JSON.stringify(system)}`,
      (dtype) =>
        apply(
          'triangularSolve',
          [
            matrices(dtype, [5, 5])
              .add(linalg.matrixPower(values(dtype, [5, 5]), 0).mul(4))
              .mul(0.2),
            values(dtype, [5, 3], 2),
          ],
          system,
        ),
    ]),
  ),
  'triangular systems with one matrix': (dtype) =>
    apply('triangularSolve', [matrices(dtype, [1, 3, 3]), values(dtype, [2, 4, 3, 2], 2)], systems[1]!),
  'LU factors': (dtype) => apply('lu', [values(dtype, [8, 8])]),
  'LU factors of tall matrices': (dtype) => apply('lu', [values(dtype, [2, 7, 4])]),
  'LU factors of wide matrices': (dtype) => apply('lu', [values(dtype, [3, 2, 4, 7])]),
  'LU factors of a matrix without pivots': (dtype) =>
    apply('lu', [
      numbers(dtype, [
        [0, 1, 2],
        [0, 3, 4],
        [0, 0, 0],
      ]),
    ]),
  determinants: (dtype) => apply('det', [values(dtype, [3, 5, 5])]),
  'the determinant of a singular matrix': (dtype) =>
    apply('det', [
      numbers(dtype, [
        [1, 2],
        [2, 4],
      ]),
    ]),
  'cofactors of regular matrices': (dtype) => apply('cofactors', [values(dtype, [3, 5, 5])]),
  'cofactors of a matrix of rank 2': (dtype) =>
    apply('cofactors', [
      numbers(dtype, [
        [1, 2, 3],
        [4, 5, 6],
        [5, 7, 9],
      ]),
    ]),
  'cofactors of a matrix of rank 1': (dtype) =>
    apply('cofactors', [
      numbers(dtype, [
        [1, 2, 3],
        [2, 4, 6],
        [3, 6, 9],
      ]),
    ]),
  'the cofactor of one element': (dtype) => apply('cofactors', [numbers(dtype, [[3]])]),
  'a linear system': (dtype) =>
    apply('solve', [matrices(dtype, [6, 6]), values(dtype, [6, 2], 2)], { transpose: false }),
  'a transposed linear system': (dtype) =>
    apply('solve', [matrices(dtype, [6, 6]), values(dtype, [6, 2], 2)], { transpose: true }),
  'linear systems with one matrix': (dtype) =>
    apply('solve', [matrices(dtype, [4, 4]), values(dtype, [3, 4, 2], 2)], { transpose: false }),
  'QR factors of a tall matrix': (dtype) => apply('qr', [values(dtype, [7, 4])], { complete: false }),
  'QR factors of wide matrices': (dtype) => apply('qr', [values(dtype, [2, 3, 5])], { complete: false }),
  'complete QR factors': (dtype) => apply('qr', [values(dtype, [6, 3])], { complete: true }),
  'QR factors of a triangle': (dtype) =>
    apply(
      'qr',
      [
        numbers(dtype, [
          [-2, 1, 0],
          [0, 0, 3],
          [0, 0, 5],
        ]),
      ],
      { complete: false },
    ),
  ...Object.fromEntries(
    [1, 2, 3, 4, 9, 16].map((n): [string, Factorize] => [
      // Close eigenvalues would have vectors that rounding turns.
      `eigenvectors of order ${n}`,
      (dtype) => apply('eigh', [values(dtype, [2, n, n]).add(diag(arange(n).mul(5).cast(dtype)))]),
    ]),
  ),
  'eigenvectors of a diagonal': (dtype) =>
    apply('eigh', [
      numbers(dtype, [
        [3, 0, 0],
        [0, 1, 0],
        [0, 0, 2],
      ]),
    ]),
  'eigenvalues of zeros': (dtype) =>
    apply('eigh', [
      numbers(dtype, [
        [0, 0],
        [0, 0],
      ]),
    ]),
  'eigenvalues of what is not finite': (dtype) =>
    apply('eigh', [
      numbers(dtype, [
        [NaN, 0],
        [0, Infinity],
      ]),
    ]),
  'singular vectors of square matrices': (dtype) => apply('svd', [values(dtype, [2, 5, 5])], { fullMatrices: true }),
  'singular vectors of a tall matrix': (dtype) => apply('svd', [values(dtype, [8, 3])], { fullMatrices: false }),
  'singular vectors of wide matrices': (dtype) => apply('svd', [values(dtype, [2, 4, 7])], { fullMatrices: false }),
  'singular vectors of a column': (dtype) => apply('svd', [values(dtype, [5, 1])], { fullMatrices: false }),
  'singular values of a matrix of rank 1': (dtype) => [
    apply(
      'svd',
      [
        numbers(dtype, [
          [1, 2],
          [2, 4],
        ]),
      ],
      { fullMatrices: false },
    )[1]!,
  ],
  'singular values of what is not finite': (dtype) =>
    apply(
      'svd',
      [
        numbers(dtype, [
          [NaN, 0],
          [0, 1],
        ]),
      ],
      { fullMatrices: false },
    ),
  'least squares': (dtype) => apply('lstsq', [values(dtype, [2, 6, 3]), values(dtype, [6, 2], 2)], { rcond: 1e-6 }),
  'least squares of smallest norm': (dtype) =>
    apply('lstsq', [values(dtype, [3, 6]), values(dtype, [3, 2], 2)], { rcond: 1e-6 }),
  'least squares of rank 1': (dtype) =>
    apply(
      'lstsq',
      [
        numbers(dtype, [
          [1, 2],
          [2, 4],
          [3, 6],
        ]),
        values(dtype, [3, 2], 2),
      ],
      { rcond: 1e-6 },
    ),
};

async function read(backend: Backend, results: readonly Tensor[]): Promise<Tensor[]> {
  await withBackend(backend, () => evaluate(...results));
  return [...results];
}

const cases = Object.keys(factorizations).flatMap((name) =>
  (['float32', 'float64'] as const).map((dtype): [string, DType] => [name, dtype]),
);

it.each(cases)('%s of %s: the same in the graph as on reference', async (name, dtype) => {
  const backend = { ...recording(onnxruntime({ threads: 1 })), fasterOnHost: () => false };
  const actual = await read(backend, factorizations[name]!(dtype));
  expect([...backend.refused]).toEqual([]);
  backend.dispose();
  const expected = await read(referenceBackend, factorizations[name]!(dtype));
  // Each element of an eigenvector is rounded in 15 rotations of each of 6 to 10 sweeps, twice in each.
  const length = name.startsWith('eigenvectors') ? 15 * 2 * 8 : 10;
  for (const [i, result] of actual.entries()) {
    expect(result.shape).toEqual(expected[i]!.shape);
    expect(deviation(await result.data(), await expected[i]!.data(), result.dtype, { length }), `${i}`).toBe('');
  }
});

it('runs in a loop with its body', async () => {
  const backend = recording(onnxruntime({ threads: 1 }));
  const f = (): Tensor => {
    const [, roots] = scan(
      (carry: Tensor, b: Tensor) => [carry, linalg.solve(carry, b)] as const,
      matrices('float32', [4, 4]),
      values('float32', [3, 4, 1], 2),
    );
    return roots;
  };
  const [actual] = await read(backend, [f()]);
  expect([...backend.refused]).toEqual([]);
  expect(backend.compiled).toContain('scan');
  const [expected] = await read(referenceBackend, [f()]);
  expect(deviation(await actual!.data(), await expected!.data(), 'float32', { length: 4 })).toBe('');
  backend.dispose();
});
