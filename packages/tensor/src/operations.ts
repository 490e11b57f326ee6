export { abs, add, div, floor, maximum, minimum, mul, neg, pow, sign, sub } from './ops/elementwise/arithmetic.js';
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from './ops/elementwise/comparison.js';
export { exp, log, sqrt } from './ops/elementwise/exponential.js';
export { logicalAnd, logicalNot, logicalOr, shiftRight } from './ops/elementwise/logical.js';
export { clip, where } from './ops/elementwise/select.js';
export { takeAlongAxis } from './ops/indexing.js';
export { matmul } from './ops/matmul.js';
export { broadcastTo, expandDims, reshape, squeeze, stack, transpose, unstack } from './ops/shape.js';
export { concat } from './ops/slice.js';
export { flip, moveAxis, roll, swapAxes } from './ops/axes.js';
export {
  allClose,
  isClose,
  isFinite,
  isInf,
  isNaN,
  nanToNum,
  type CloseOptions,
  type NanToNumOptions,
} from './ops/closeness.js';
export { diag, diagonal, trace, tril, triu, type DiagonalOptions } from './ops/diagonal.js';
export { einsum } from './ops/einsum.js';
export { pad, type PadMode, type PadOptions } from './ops/pad.js';
export { dot, kron, outer, tensordot, type TensordotAxes } from './ops/products.js';
export { meshgrid, repeat, split, tile, type MeshgridOptions } from './ops/repeat.js';
