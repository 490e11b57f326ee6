import { evaluate, grad, linalg, referenceBackend, withBackend, type Tensor } from '@tesserajs/tensor';
import { expect, it, vi } from 'vitest';
import { onnxruntime } from './backend.js';
import { values } from './numbers.fixture.js';
import { recording } from './recording.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const n = 300;

/** Well-conditioned: random elements of size 1/√n beside a diagonal of ones and more. */
function matrix(seed: number): Tensor {
  const x = values('float32', [n, n], seed);
  return x.mul(0.02).add(linalg.matrixPower(x, 0).mul(3));
}

function definite(x: Tensor): Tensor {
  return x.matmul(x.transpose());
}

const programs: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  cholesky: (a) => linalg.cholesky(definite(a)),
  triangularSolve: (a, b) => linalg.triangularSolve(a, b, { lower: true }),
  solve: linalg.solve,
  slogdet: (a) => linalg.slogdet(a).logAbsDet,
  'gradient of a Gaussian likelihood': (a, b) =>
    grad((x: Tensor) => {
      const l = linalg.cholesky(definite(x));
      return linalg.triangularSolve(l, b, { lower: true }).square().sum();
    })(a),
};

async function read(f: (a: Tensor, b: Tensor) => Tensor): Promise<Float32Array> {
  const result = f(matrix(1), values('float32', [n, 7], 2));
  await evaluate(result);
  return result.data('float32');
}

it.each(Object.keys(programs))('%s of a large matrix is made of matrix products and gives the same', async (name) => {
  const f = programs[name]!;
  const backend = recording(onnxruntime({ threads: 1 }));
  const actual = await withBackend(backend, () => read(f));
  expect(backend.compiled).toContain('matmul');
  backend.dispose();
  const expected = await withBackend(referenceBackend, () => read(f));
  const scale = Math.max(...expected.map(Math.abs));
  const difference = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
  expect(difference / scale).toBeLessThan(1e-5);
});
