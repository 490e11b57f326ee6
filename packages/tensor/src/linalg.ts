/**
 * Linear algebra on matrices and stacks of them. What fails for its values — a singular system, a matrix that is not
 * positive definite — gives NaN or Infinity, never an exception.
 * @packageDocumentation
 */
export { cholesky, type CholeskyOptions } from './ops/linalg/cholesky.js';
export { det, slogdet, type SignAndLog } from './ops/linalg/determinant.js';
export { eigh, type EighOptions, type SymmetricEigen } from './ops/linalg/eigh.js';
export { expm } from './ops/linalg/expm.js';
export { lstsq, matrixRank, pinv, type LeastSquares, type LeastSquaresOptions } from './ops/linalg/lstsq.js';
export { lu, type LuFactors } from './ops/linalg/lu.js';
export { cond, norm, type NormOptions, type NormOrder } from './ops/linalg/norm.js';
export { matrixPower, multiDot } from './ops/linalg/products.js';
export { qr, type QrFactors, type QrOptions } from './ops/linalg/qr.js';
export { inv, solve } from './ops/linalg/solve.js';
export { svd, type SingularValueDecomposition, type SvdOptions } from './ops/linalg/svd.js';
export { triangularSolve, type TriangularSolveOptions } from './ops/linalg/triangular-solve.js';
