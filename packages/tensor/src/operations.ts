export { abs, add, div, floor, maximum, minimum, mul, neg, pow, sign, sub } from './ops/elementwise/arithmetic.js';
export {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  popcount,
  shiftLeft,
  shiftRight,
} from './ops/elementwise/bitwise.js';
export { copySign, isFinite, isInf, isNaN } from './ops/elementwise/classify.js';
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from './ops/elementwise/comparison.js';
export { erf, erfc, erfInv } from './ops/elementwise/error-function.js';
export { exp, log, sqrt } from './ops/elementwise/exponential.js';
export { acosh, asinh, atanh, cosh, sinh } from './ops/elementwise/hyperbolic.js';
export { cbrt, exp2, expm1, log10, log1p, log2, logAddExp, reciprocal, rsqrt } from './ops/elementwise/logarithm.js';
export { logicalAnd, logicalNot, logicalOr, logicalXor } from './ops/elementwise/logical.js';
export { ceil, floorDivide, remainder, round, trunc } from './ops/elementwise/rounding.js';
export { clip, where } from './ops/elementwise/select.js';
export { acos, asin, atan, atan2, cos, hypot, sin, tan } from './ops/elementwise/trigonometric.js';
export { dynamicSlice, dynamicUpdateSlice } from './ops/dynamic-slice.js';
export { bincount, segmentSum } from './ops/counting.js';
export { gather, scatterAdd, scatterSet, take, type ScatterOptions } from './ops/gather.js';
export { nonzero, type CompressOptions, type FixedSize } from './ops/nonzero.js';
export { unique, type UniqueResult } from './ops/unique.js';
export { median, quantile } from './ops/quantile.js';
export { searchSorted } from './ops/search.js';
export { argsort, sort, topK } from './ops/sort.js';
export { linearRecurrence, type RecurrenceOptions } from './ops/recurrence.js';
export { putAlongAxis, takeAlongAxis } from './ops/indexing.js';
export { matmul } from './ops/matmul.js';
export { broadcastTo, expandDims, reshape, squeeze, stack, transpose, unstack } from './ops/shape.js';
export { concat } from './ops/slice.js';
export { flip, moveAxis, roll, swapAxes } from './ops/axes.js';
export { allClose, isClose, nanToNum, type CloseOptions, type NanToNumOptions } from './ops/closeness.js';
export { diag, diagonal, trace, tril, triu, type DiagonalOptions } from './ops/diagonal.js';
export { einsum } from './ops/einsum.js';
export { pad, type PadMode, type PadOptions } from './ops/pad.js';
export { dot, kron, outer, tensordot, type TensordotAxes } from './ops/products.js';
export { meshgrid, repeat, split, tile, type MeshgridOptions } from './ops/repeat.js';
export { associativeScan, type AssociativeScanOptions } from './ops/control/associative-scan.js';
export { cond } from './ops/control/cond.js';
export { foriLoop, map } from './ops/control/loops.js';
export { scan, type ScanOptions } from './ops/control/scan.js';
export type { LoopState } from './ops/control/state.js';
export { whileLoop } from './ops/control/while.js';
