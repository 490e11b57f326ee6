export { abs, add, div, floor, maximum, minimum, mul, neg, pow, sign, sub } from './ops/elementwise/arithmetic.js';
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from './ops/elementwise/comparison.js';
export { exp, log, sqrt } from './ops/elementwise/exponential.js';
export { logicalAnd, logicalNot, logicalOr, shiftRight } from './ops/elementwise/logical.js';
export { clip, where } from './ops/elementwise/select.js';
export { takeAlongAxis } from './ops/indexing.js';
export { matmul } from './ops/matmul.js';
export { broadcastTo, expandDims, reshape, squeeze, stack, transpose, unstack } from './ops/shape.js';
export { concat } from './ops/slice.js';
