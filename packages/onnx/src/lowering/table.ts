import type { PrimitiveName } from '@tesserajs/tensor';
import type { LoweringEntry } from './context.js';
import { avgPoolLowerings } from './avg-pool.js';
import { bitwiseLowerings } from './bitwise.js';
import { controlLowerings } from './control.js';
import { convLowerings } from './conv.js';
import { createLowerings } from './create.js';
import { elementwiseLowerings } from './elementwise.js';
import { fftLowerings } from './fft.js';
import { gatherLowerings } from './gather.js';
import { indexingLowerings } from './indexing.js';
import { choleskyLowerings } from './linalg/cholesky.js';
import { cofactorsLowerings } from './linalg/cofactors.js';
import { eighLowerings } from './linalg/eigh.js';
import { luLowerings } from './linalg/lu.js';
import { qrLowerings } from './linalg/qr.js';
import { svdLowerings } from './linalg/svd.js';
import { triangularSolveLowerings } from './linalg/triangular-solve.js';
import { mathLowerings } from './math.js';
import { matmulLowerings } from './matmul.js';
import { poolLowerings } from './pool.js';
import { randomLowerings } from './random.js';
import { recomputeLowerings } from './recompute.js';
import { recurrenceLowerings } from './recurrence.js';
import { reduceLowerings } from './reduce.js';
import { resampleLowerings } from './resample.js';
import { shapeLowerings } from './shape.js';
import { sliceLowerings } from './slice.js';
import { sortLowerings } from './sort.js';
import { softmaxLowerings } from './softmax.js';
import { besselLowerings } from './special/bessel.js';
import { exponentialIntegralLowerings } from './special/exponential-integral.js';
import { gammaLowerings } from './special/gamma.js';
import { incompleteLowerings } from './special/incomplete.js';
import { normalLowerings } from './special/normal.js';
import { sincLowerings } from './special/sinc.js';
import { zetaLowerings } from './special/zeta.js';

/** How each primitive becomes ONNX operators, or why it runs on the reference backend. */
export const lowerings: Readonly<Record<PrimitiveName, LoweringEntry>> = {
  ...avgPoolLowerings,
  ...bitwiseLowerings,
  ...controlLowerings,
  ...convLowerings,
  ...createLowerings,
  ...elementwiseLowerings,
  ...fftLowerings,
  ...gatherLowerings,
  ...indexingLowerings,
  ...choleskyLowerings,
  ...cofactorsLowerings,
  ...eighLowerings,
  ...luLowerings,
  ...qrLowerings,
  ...svdLowerings,
  ...triangularSolveLowerings,
  ...mathLowerings,
  ...matmulLowerings,
  ...poolLowerings,
  ...randomLowerings,
  ...recomputeLowerings,
  ...recurrenceLowerings,
  ...reduceLowerings,
  ...resampleLowerings,
  ...shapeLowerings,
  ...sliceLowerings,
  ...softmaxLowerings,
  ...sortLowerings,
  ...besselLowerings,
  ...exponentialIntegralLowerings,
  ...gammaLowerings,
  ...incompleteLowerings,
  ...normalLowerings,
  ...sincLowerings,
  ...zetaLowerings,
  debugPrint: { reference: 'it acts on the host' },
  debugCheck: { reference: 'it acts on the host' },
  gammaIncInv: { reference: 'no ONNX operator computes it' },
  poissonQuantile: { reference: 'no ONNX operator computes it' },
  binomialQuantile: { reference: 'no ONNX operator computes it' },
};
