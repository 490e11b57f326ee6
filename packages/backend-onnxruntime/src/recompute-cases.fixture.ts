import { traceGraph, type Tensor } from '@tesserajs/tensor';
import { applyAll } from './apply.fixture.js';
import type { Case } from './case.fixture.js';
import { values } from './numbers.fixture.js';

/** Runs a function as one node with a graph inside. */
function recomputed(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): Tensor {
  const { graph } = traceGraph(f, ...inputs);
  return applyAll('recompute', inputs, { graph })[0]!;
}

/** Barriers around recomputation. */
export const recomputeCases: Readonly<Record<'recompute', readonly Case[]>> = {
  recompute: [
    {
      title: 'a layer',
      inputs: (dtype) => [values(dtype, [3, 4]), values(dtype, [4, 2], 2).mul(0.25)],
      f: (x, w) => recomputed((a, b) => a!.matmul(b!).tanh(), x!, w!).mul(x!.sum()),
      dtypes: ['float32', 'float64'],
      length: 12,
    },
    {
      title: 'elementwise',
      inputs: (dtype) => [values(dtype, [3, 4])],
      f: (x) => recomputed((a) => a!.mul(a!).add(a!), x!),
      dtypes: ['float32', 'float64', 'int32', 'int64', 'uint32', 'uint8', 'int8'],
    },
  ],
};
