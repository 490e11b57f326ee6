import {
  composites,
  dtypes,
  evaluate,
  grad,
  isFloat,
  referenceBackend,
  TesseraError,
  withBackend,
  type Backend,
  type CompositeName,
  type DType,
  type HostArray,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import { describe, expect, it } from 'vitest';
import { onnxruntime } from './backend.js';
import type { Case } from './case.fixture.js';
import { compositeCases } from './composite-cases.fixture.js';
import { controlCases } from './control-cases.fixture.js';
import { elementwiseCases } from './elementwise-cases.fixture.js';
import { deviation, narrowed, oracleDType, values } from './numbers.fixture.js';
import { recording, type RecordingBackend } from './recording.fixture.js';
import { recomputeCases } from './recompute-cases.fixture.js';
import { selectionCases } from './selection-cases.fixture.js';
import { shapeCases } from './shape-cases.fixture.js';
import { windowCases } from './window-cases.fixture.js';

/** Factorizations and Fourier transforms have tests of their own. */
type Numerical =
  | 'cholesky'
  | 'triangularSolve'
  | 'lu'
  | 'solve'
  | 'det'
  | 'cofactors'
  | 'qr'
  | 'eigh'
  | 'svd'
  | 'lstsq'
  | 'fft'
  | 'rfft'
  | 'irfft';

/** `cast` and the random primitives have tests of their own; what acts on the host runs there. */
type Other =
  'debugPrint' | 'debugCheck' | 'cast' | 'keySplit' | 'keyFoldIn' | 'randomBits' | 'randomPermutation' | Numerical;

/** Special functions: they have tests of their own, or run on the reference backend. */
type Special =
  | 'gamma'
  | 'logGamma'
  | 'digamma'
  | 'logBeta'
  | 'beta'
  | 'zeta'
  | 'gammaInc'
  | 'betaInc'
  | 'besselJ'
  | 'besselY'
  | 'besselI'
  | 'besselK'
  | 'expInt'
  | 'expIntE1'
  | 'logNdtr'
  | 'ndtri'
  | 'gammaIncInv'
  | 'poissonQuantile'
  | 'binomialQuantile'
  | 'sinc';

const cases: Readonly<Record<Exclude<PrimitiveName, Other | Special> | CompositeName, readonly Case[]>> = {
  ...elementwiseCases,
  ...selectionCases,
  ...shapeCases,
  ...windowCases,
  ...compositeCases,
  ...controlCases,
  ...recomputeCases,
};

const onnx = onnxruntime({ threads: 1 });
const elementTypes = dtypes.filter((dtype) => dtype !== 'key');

async function run(backend: Backend, tensors: readonly Tensor[]): Promise<HostArray[]> {
  await withBackend(backend, () => evaluate(...tensors));
  return Promise.all(tensors.map((tensor) => tensor.data()));
}

function accepts(one: Case, dtype: DType): boolean {
  try {
    one.f(...one.inputs(dtype));
    return true;
  } catch (error) {
    if (error instanceof TesseraError) return false;
    throw error;
  }
}

/** What ran on the reference backend; the bodies of refused composites run in their place. */
function elsewhere({ refused }: RecordingBackend): string[] {
  return [...refused].filter((name) => !(name in composites));
}

/** The gradients of all float operands for one fixed cotangent of the result. */
function gradients(one: Case, dtype: DType): readonly Tensor[] {
  const inputs = one.inputs(dtype);
  const argnums = inputs.flatMap((input, i) => (isFloat(input.dtype) ? [i] : []));
  const loss = (...x: Tensor[]): Tensor => {
    const y = one.f(...x);
    return y.mul(values(y.dtype, y.shape, 5)).sum();
  };
  return grad(loss, { argnums })(...inputs);
}

describe.each(Object.entries(cases))('%s', (name, list) => {
  it.each(list)('$title', async (one) => {
    const accepted = (one.dtypes ?? elementTypes).filter((dtype) => accepts(one, dtype));
    expect(accepted).not.toEqual([]);
    for (const dtype of accepted) {
      const backend = recording(onnx);
      const result = one.f(...one.inputs(dtype));
      // 64-bit integers that the backend refuses fall to the reference backend, which has no kernels for them either.
      const [actual] = await run(backend, [result]);
      const [expected] = await run(referenceBackend, [one.f(...one.inputs(oracleDType(dtype)))]);
      expect(deviation(narrowed(actual!), expected!, result.dtype, one), dtype).toBe('');
      expect([...backend.compiled, ...backend.refused], dtype).toContain(name);
      if (dtype === 'float32') expect(elsewhere(backend)).toEqual([]);
      backend.dispose();
    }
  });

  const smooth = list.filter((one) => {
    const dtype = one.dtypes?.[0] ?? 'float32';
    return one.gradients !== false && accepts(one, dtype) && isFloat(one.f(...one.inputs(dtype)).dtype);
  });
  if (smooth.length === 0) return;
  it.each(smooth)('gradient: $title', async (one) => {
    for (const dtype of ['float32', 'float64'] as const) {
      if (!(one.dtypes ?? elementTypes).includes(dtype)) continue;
      const backend = recording(onnx);
      const actual = await run(backend, gradients(one, dtype));
      const expected = await run(referenceBackend, gradients(one, dtype));
      expect(actual.length).toBeGreaterThan(0);
      if (dtype === 'float32') expect(elsewhere(backend)).toEqual([]);
      actual.forEach((data, i) => {
        const length = one.gradientLength ?? one.length ?? 1;
        expect(deviation(data, expected[i]!, dtype, { length }), `operand ${i}`).toBe('');
      });
      backend.dispose();
    }
  });
});
