import type { Primitive } from '../graph/primitive.js';
import { avgPoolPrimitives, type AvgPoolName } from './avg-pool.js';
import { argPrimitives, type ArgName } from './arg-reduce.js';
import { cumulativePrimitives } from './cumulative.js';
import { sortPrimitives } from './sort.js';
import { convPrimitives, type ConvName } from './conv.js';
import { condPrimitives } from './control/cond.js';
import { scanPrimitives } from './control/scan.js';
import { whilePrimitives } from './control/while.js';
import { createPrimitives, type CreateName } from './create.js';
import { debugPrimitives, type DebugName } from './debug.js';
import { arithmeticPrimitives, type ArithmeticName } from './elementwise/arithmetic.js';
import { bitwisePrimitives, type BitwiseName } from './elementwise/bitwise.js';
import { castPrimitives } from './elementwise/cast.js';
import { comparisonPrimitives, type ComparisonName } from './elementwise/comparison.js';
import { errorFunctionPrimitives, type ErrorFunctionName } from './elementwise/error-function.js';
import { exponentialPrimitives, type ExponentialName } from './elementwise/exponential.js';
import { hyperbolicPrimitives, type HyperbolicName } from './elementwise/hyperbolic.js';
import { logarithmPrimitives, type LogarithmName } from './elementwise/logarithm.js';
import { logicalPrimitives, type LogicalName } from './elementwise/logical.js';
import { reluPrimitives } from './elementwise/relu.js';
import { roundingPrimitives, type RoundingName } from './elementwise/rounding.js';
import { selectPrimitives } from './elementwise/select.js';
import { trigonometricPrimitives, type TrigonometricName } from './elementwise/trigonometric.js';
import { resamplePrimitives, type ResampleName } from './interpolate.js';
import { dynamicSlicePrimitives, type DynamicSliceName } from './dynamic-slice.js';
import { fourierPrimitives, type FourierName } from './fft/primitives.js';
import { gatherPrimitives, type GatherName } from './gather.js';
import { indexingPrimitives, type IndexingName } from './indexing.js';
import { linalgPrimitives, type LinalgName } from './linalg/registry.js';
import { matmulPrimitives } from './matmul.js';
import { poolPrimitives, type PoolName } from './pool.js';
import { randomPrimitives, type RandomName } from './random.js';
import { recurrencePrimitives } from './recurrence.js';
import { recomputePrimitives, type RecomputeName } from './recompute.js';
import { reducePrimitives, type ReduceName } from './reduce.js';
import { shapePrimitives, type ShapeName } from './shape.js';
import { slicePrimitives, type SliceName } from './slice.js';
import { specialPrimitives, type SpecialName } from './special/primitives.js';
import { softmaxPrimitives, type SoftmaxName } from './softmax.js';

/** Names of the elementwise primitives. */
export type ElementwiseName =
  | ArithmeticName
  | RoundingName
  | ExponentialName
  | LogarithmName
  | TrigonometricName
  | HyperbolicName
  | ErrorFunctionName
  | ComparisonName
  | LogicalName
  | BitwiseName
  | 'cast'
  | 'relu'
  | 'where';

/** Names of the primitives that hold graphs. */
export type ControlName = 'scan' | 'cond' | 'while';

/** Names of all primitives; a backend keeps a table with an entry for each. */
export type PrimitiveName =
  | ElementwiseName
  | CreateName
  | ReduceName
  | ArgName
  | 'argsort'
  | 'cumSum'
  | 'cumProd'
  | 'linearRecurrence'
  | 'matmul'
  | ShapeName
  | SliceName
  | IndexingName
  | GatherName
  | DynamicSliceName
  | SoftmaxName
  | ConvName
  | PoolName
  | AvgPoolName
  | ResampleName
  | LinalgName
  | FourierName
  | RandomName
  | SpecialName
  | ControlName
  | DebugName
  | RecomputeName;

/** All primitives by name. */
export const primitives: Readonly<Record<PrimitiveName, Primitive>> = {
  ...arithmeticPrimitives,
  ...roundingPrimitives,
  ...exponentialPrimitives,
  ...logarithmPrimitives,
  ...trigonometricPrimitives,
  ...hyperbolicPrimitives,
  ...errorFunctionPrimitives,
  ...comparisonPrimitives,
  ...logicalPrimitives,
  ...bitwisePrimitives,
  ...castPrimitives,
  ...reluPrimitives,
  ...selectPrimitives,
  ...createPrimitives,
  ...reducePrimitives,
  ...argPrimitives,
  ...cumulativePrimitives,
  ...recurrencePrimitives,
  ...sortPrimitives,
  ...matmulPrimitives,
  ...shapePrimitives,
  ...slicePrimitives,
  ...indexingPrimitives,
  ...gatherPrimitives,
  ...dynamicSlicePrimitives,
  ...softmaxPrimitives,
  ...convPrimitives,
  ...poolPrimitives,
  ...avgPoolPrimitives,
  ...resamplePrimitives,
  ...linalgPrimitives,
  ...fourierPrimitives,
  ...randomPrimitives,
  ...specialPrimitives,
  ...scanPrimitives,
  ...condPrimitives,
  ...whilePrimitives,
  ...debugPrimitives,
  ...recomputePrimitives,
};

/** The names of all primitives, sorted by family. */
export const primitiveNames: readonly PrimitiveName[] = Object.keys(primitives) as PrimitiveName[];
