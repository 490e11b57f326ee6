/**
 * Special functions: elementwise, differentiable to any order.
 * @packageDocumentation
 */
export {
  besselI0,
  besselI0e,
  besselI1,
  besselI1e,
  besselJ0,
  besselJ1,
  besselK0,
  besselK0e,
  besselK1,
  besselK1e,
  besselY0,
  besselY1,
} from './ops/special/bessel.js';
export { entr, expit, logit, sinc, xlog1py, xlogy } from './ops/special/elementary.js';
export { expInt, expIntE1 } from './ops/special/exponential-integral.js';
export { beta, digamma, gamma, logBeta, logGamma, polygamma, zeta } from './ops/special/gamma.js';
export { betaInc, gammaInc, gammaIncC } from './ops/special/incomplete.js';
export { gammaIncInv } from './ops/special/quantile.js';
export { logNdtr, ndtr, ndtri } from './ops/special/normal.js';
export { erf, erfc, erfInv } from './ops/elementwise/error-function.js';
