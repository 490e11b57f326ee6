import type { Primitive } from '../../graph/primitive.js';
import { choleskyPrimitives } from './cholesky.js';
import { determinantPrimitives, type DeterminantName } from './determinant.js';
import { eighPrimitives } from './eigh.js';
import { lstsqPrimitives } from './lstsq.js';
import { luPrimitives } from './lu.js';
import { qrPrimitives } from './qr.js';
import { solvePrimitives } from './solve.js';
import { svdPrimitives } from './svd.js';
import { triangularSolvePrimitives } from './triangular-solve.js';

/** Names of the primitives of linear algebra. */
export type LinalgName =
  'cholesky' | 'triangularSolve' | 'lu' | 'solve' | DeterminantName | 'qr' | 'eigh' | 'svd' | 'lstsq';

/** The primitives of linear algebra. */
export const linalgPrimitives: Readonly<Record<LinalgName, Primitive>> = {
  ...choleskyPrimitives,
  ...triangularSolvePrimitives,
  ...luPrimitives,
  ...solvePrimitives,
  ...determinantPrimitives,
  ...qrPrimitives,
  ...eighPrimitives,
  ...svdPrimitives,
  ...lstsqPrimitives,
};
