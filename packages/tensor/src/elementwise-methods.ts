import type { DType } from './dtypes.js';
import { TensorState } from './graph/node.js';
import * as arithmetic from './ops/elementwise/arithmetic.js';
import * as bitwise from './ops/elementwise/bitwise.js';
import { cast } from './ops/elementwise/cast.js';
import * as classify from './ops/elementwise/classify.js';
import * as comparison from './ops/elementwise/comparison.js';
import * as errorFunction from './ops/elementwise/error-function.js';
import * as exponential from './ops/elementwise/exponential.js';
import * as hyperbolic from './ops/elementwise/hyperbolic.js';
import * as logarithm from './ops/elementwise/logarithm.js';
import * as logical from './ops/elementwise/logical.js';
import { relu } from './ops/elementwise/relu.js';
import * as rounding from './ops/elementwise/rounding.js';
import { clip } from './ops/elementwise/select.js';
import * as trigonometric from './ops/elementwise/trigonometric.js';
import type { Tensor, TensorLike } from './tensor.js';

/** The methods of a tensor that act on each element. */
export abstract class ElementwiseMethods extends TensorState {
  /** this + other, with broadcasting. */
  add(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.add(this, other);
  }
  /** this − other, with broadcasting. */
  sub(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.sub(this, other);
  }
  /** this · other, elementwise, with broadcasting. */
  mul(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.mul(this, other);
  }
  /** this / other, with broadcasting; integers give float32. */
  div(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.div(this, other);
  }
  /** this to the power of other, with broadcasting. */
  pow(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.pow(this, other);
  }
  /** The larger of both, with broadcasting; NaN if either is NaN. */
  maximum(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.maximum(this, other);
  }
  /** The smaller of both, with broadcasting; NaN if either is NaN. */
  minimum(this: Tensor, other: TensorLike): Tensor {
    return arithmetic.minimum(this, other);
  }
  /** −this. */
  neg(this: Tensor): Tensor {
    return arithmetic.neg(this);
  }
  /** |this|. */
  abs(this: Tensor): Tensor {
    return arithmetic.abs(this);
  }
  /** −1, 0 or 1. */
  sign(this: Tensor): Tensor {
    return arithmetic.sign(this);
  }
  /** this · this. */
  square(this: Tensor): Tensor {
    return arithmetic.mul(this, this);
  }
  /** e^this. */
  exp(this: Tensor): Tensor {
    return exponential.exp(this);
  }
  /** Natural logarithm. */
  log(this: Tensor): Tensor {
    return exponential.log(this);
  }
  /** Square root. */
  sqrt(this: Tensor): Tensor {
    return exponential.sqrt(this);
  }
  /** Hyperbolic tangent. */
  tanh(this: Tensor): Tensor {
    return exponential.tanh(this);
  }
  /** 1 / (1 + e^−this). */
  sigmoid(this: Tensor): Tensor {
    return exponential.sigmoid(this);
  }
  /** What floorDivide leaves; it has the sign of other. */
  remainder(this: Tensor, other: TensorLike): Tensor {
    return rounding.remainder(this, other);
  }
  /** ⌊this / other⌋; integers by 0 give 0. */
  floorDivide(this: Tensor, other: TensorLike): Tensor {
    return rounding.floorDivide(this, other);
  }
  /** Angle of the point (other, this). */
  atan2(this: Tensor, other: TensorLike): Tensor {
    return trigonometric.atan2(this, other);
  }
  /** √(this² + other²) without overflow. */
  hypot(this: Tensor, other: TensorLike): Tensor {
    return trigonometric.hypot(this, other);
  }
  /** log(e^this + e^other) without overflow. */
  logAddExp(this: Tensor, other: TensorLike): Tensor {
    return logarithm.logAddExp(this, other);
  }
  /** |this| with the sign of other. */
  copySign(this: Tensor, other: TensorLike): Tensor {
    return classify.copySign(this, other);
  }
  /** Sine of angles in radians. */
  sin(this: Tensor): Tensor {
    return trigonometric.sin(this);
  }
  /** Cosine of angles in radians. */
  cos(this: Tensor): Tensor {
    return trigonometric.cos(this);
  }
  /** Tangent of angles in radians. */
  tan(this: Tensor): Tensor {
    return trigonometric.tan(this);
  }
  /** Inverse of sin, in [−π/2, π/2]. */
  asin(this: Tensor): Tensor {
    return trigonometric.asin(this);
  }
  /** Inverse of cos, in [0, π]. */
  acos(this: Tensor): Tensor {
    return trigonometric.acos(this);
  }
  /** Inverse of tan, in [−π/2, π/2]. */
  atan(this: Tensor): Tensor {
    return trigonometric.atan(this);
  }
  /** Hyperbolic sine. */
  sinh(this: Tensor): Tensor {
    return hyperbolic.sinh(this);
  }
  /** Hyperbolic cosine. */
  cosh(this: Tensor): Tensor {
    return hyperbolic.cosh(this);
  }
  /** Inverse of sinh. */
  asinh(this: Tensor): Tensor {
    return hyperbolic.asinh(this);
  }
  /** Inverse of cosh. */
  acosh(this: Tensor): Tensor {
    return hyperbolic.acosh(this);
  }
  /** Inverse of tanh. */
  atanh(this: Tensor): Tensor {
    return hyperbolic.atanh(this);
  }
  /** log(1 + this), accurate near 0. */
  log1p(this: Tensor): Tensor {
    return logarithm.log1p(this);
  }
  /** e^this − 1, accurate near 0. */
  expm1(this: Tensor): Tensor {
    return logarithm.expm1(this);
  }
  /** Logarithm to the base 2. */
  log2(this: Tensor): Tensor {
    return logarithm.log2(this);
  }
  /** Logarithm to the base 10. */
  log10(this: Tensor): Tensor {
    return logarithm.log10(this);
  }
  /** 2^this. */
  exp2(this: Tensor): Tensor {
    return logarithm.exp2(this);
  }
  /** Cube root. */
  cbrt(this: Tensor): Tensor {
    return logarithm.cbrt(this);
  }
  /** 1 / √this. */
  rsqrt(this: Tensor): Tensor {
    return logarithm.rsqrt(this);
  }
  /** 1 / this. */
  reciprocal(this: Tensor): Tensor {
    return logarithm.reciprocal(this);
  }
  /** The largest whole number not above this. */
  floor(this: Tensor): Tensor {
    return arithmetic.floor(this);
  }
  /** The smallest whole number not below this. */
  ceil(this: Tensor): Tensor {
    return rounding.ceil(this);
  }
  /** The nearest whole number, halves to the even one. */
  round(this: Tensor): Tensor {
    return rounding.round(this);
  }
  /** This without its fraction. */
  trunc(this: Tensor): Tensor {
    return rounding.trunc(this);
  }
  /** The error function. */
  erf(this: Tensor): Tensor {
    return errorFunction.erf(this);
  }
  /** 1 − erf(this), accurate where it is small. */
  erfc(this: Tensor): Tensor {
    return errorFunction.erfc(this);
  }
  /** Inverse of erf. */
  erfInv(this: Tensor): Tensor {
    return errorFunction.erfInv(this);
  }
  /** Whether this is not a number, as bool. */
  isNaN(this: Tensor): Tensor {
    return classify.isNaN(this);
  }
  /** Whether this is ±Infinity, as bool. */
  isInf(this: Tensor): Tensor {
    return classify.isInf(this);
  }
  /** Whether this is neither NaN nor ±Infinity, as bool. */
  isFinite(this: Tensor): Tensor {
    return classify.isFinite(this);
  }
  /** max(this, 0). */
  relu(this: Tensor): Tensor {
    return relu(this);
  }
  /** Limits the elements to [low, high]. */
  clip(this: Tensor, low: TensorLike, high: TensorLike): Tensor {
    return clip(this, low, high);
  }
  /** this = other, as bool. */
  equal(this: Tensor, other: TensorLike): Tensor {
    return comparison.equal(this, other);
  }
  /** this ≠ other, as bool. */
  notEqual(this: Tensor, other: TensorLike): Tensor {
    return comparison.notEqual(this, other);
  }
  /** this < other, as bool. */
  less(this: Tensor, other: TensorLike): Tensor {
    return comparison.less(this, other);
  }
  /** this ≤ other, as bool. */
  lessEqual(this: Tensor, other: TensorLike): Tensor {
    return comparison.lessEqual(this, other);
  }
  /** this > other, as bool. */
  greater(this: Tensor, other: TensorLike): Tensor {
    return comparison.greater(this, other);
  }
  /** this ≥ other, as bool. */
  greaterEqual(this: Tensor, other: TensorLike): Tensor {
    return comparison.greaterEqual(this, other);
  }
  /** this and other, for bool. */
  logicalAnd(this: Tensor, other: Tensor): Tensor {
    return logical.logicalAnd(this, other);
  }
  /** this or other, for bool. */
  logicalOr(this: Tensor, other: Tensor): Tensor {
    return logical.logicalOr(this, other);
  }
  /** Whether exactly one holds, for bool. */
  logicalXor(this: Tensor, other: Tensor): Tensor {
    return logical.logicalXor(this, other);
  }
  /** not this, for bool. */
  logicalNot(this: Tensor): Tensor {
    return logical.logicalNot(this);
  }
  /** Each bit inverted, for integers. */
  bitwiseNot(this: Tensor): Tensor {
    return bitwise.bitwiseNot(this);
  }
  /** How many bits are 1, for integers, as int32. */
  popcount(this: Tensor): Tensor {
    return bitwise.popcount(this);
  }
  /** Bits that both have, for integers. */
  bitwiseAnd(this: Tensor, other: TensorLike): Tensor {
    return bitwise.bitwiseAnd(this, other);
  }
  /** Bits that either has, for integers. */
  bitwiseOr(this: Tensor, other: TensorLike): Tensor {
    return bitwise.bitwiseOr(this, other);
  }
  /** Bits in which both differ, for integers. */
  bitwiseXor(this: Tensor, other: TensorLike): Tensor {
    return bitwise.bitwiseXor(this, other);
  }
  /** this · 2^other, for integers. */
  shiftLeft(this: Tensor, other: TensorLike): Tensor {
    return bitwise.shiftLeft(this, other);
  }
  /** ⌊this / 2^other⌋, for integers. */
  shiftRight(this: Tensor, other: TensorLike): Tensor {
    return bitwise.shiftRight(this, other);
  }
  /** The same values in another dtype: floats to integers truncate and saturate, NaN gives 0. */
  cast(this: Tensor, dtype: DType): Tensor {
    return cast(this, dtype);
  }
}
