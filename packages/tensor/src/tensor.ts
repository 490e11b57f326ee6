import { setTensorClass } from './graph/bind.js';
import { tensorBrand } from './graph/is-tensor.js';
import { TensorState } from './graph/node.js';
import type { DType } from './dtypes.js';
import {
  readArray,
  readData,
  readItem,
  describeTensor,
  type NestedArray,
  type ReadOptions,
  type TensorData,
} from './execution/read.js';
import * as arithmetic from './ops/elementwise/arithmetic.js';
import * as bitwise from './ops/elementwise/bitwise.js';
import * as classify from './ops/elementwise/classify.js';
import * as comparison from './ops/elementwise/comparison.js';
import * as errorFunction from './ops/elementwise/error-function.js';
import * as exponential from './ops/elementwise/exponential.js';
import * as hyperbolic from './ops/elementwise/hyperbolic.js';
import * as logarithm from './ops/elementwise/logarithm.js';
import * as logical from './ops/elementwise/logical.js';
import * as rounding from './ops/elementwise/rounding.js';
import * as trigonometric from './ops/elementwise/trigonometric.js';
import { cast } from './ops/elementwise/cast.js';
import { relu } from './ops/elementwise/relu.js';
import { clip } from './ops/elementwise/select.js';
import { addAt, at, set, type Index, type Indices } from './ops/at.js';
import { matmul } from './ops/matmul.js';
import * as argReduce from './ops/arg-reduce.js';
import * as cumulative from './ops/cumulative.js';
import * as nonzero from './ops/nonzero.js';
import type { CompressOptions, FixedSize } from './ops/nonzero.js';
import * as reduce from './ops/reduce.js';
import * as statistics from './ops/statistics.js';
import type { VarianceOptions } from './ops/statistics.js';
import * as shape from './ops/shape.js';
import { slice, type Range } from './ops/slice.js';

/** A tensor or a JavaScript number or boolean, which takes the dtype of the tensor it meets. */
export type TensorLike = Tensor | number | boolean;

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep reduced axes with size 1. */
  readonly keepDims?: boolean;
}

/**
 * A multi-dimensional array that is immutable and lazy: operations build a graph, and reading a value
 * (`data`, `array`, `item`, `evaluate`) runs it.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]]);
 * x.matmul(x).sum(); // → 54
 * ```
 */
export class Tensor extends TensorState {
  /** The elements, row-major, in a typed array that belongs to the caller; bool gives 0 and 1, float16 and bfloat16 Float32Array. */
  data(): Promise<TensorData>;
  /** The elements converted to a dtype that a typed array of numbers holds. */
  data(dtype: 'float32'): Promise<Float32Array>;
  data(dtype: 'float64'): Promise<Float64Array>;
  data(dtype: 'int32'): Promise<Int32Array>;
  data(dtype?: 'float32' | 'float64' | 'int32'): Promise<TensorData> {
    return readData(this, dtype);
  }

  /** The elements as nested arrays of numbers (bool: booleans); throws above 2^53 unless `bigint` is set. */
  array(options: ReadOptions = {}): Promise<NestedArray> {
    return readArray(this, options);
  }

  /** The only element as a number; throws a ShapeError if there are more, and above 2^53. */
  item(options?: { readonly bigint?: false }): Promise<number>;
  item(options: { readonly bigint: true }): Promise<bigint>;
  item(options: ReadOptions = {}): Promise<number | bigint> {
    return readItem(this, options);
  }

  /** dtype, shape and backend on one line, and small values if they are known. */
  override toString(): string {
    return describeTensor(this);
  }

  /** The slices along axis 0, so that `const [a, b] = split(key)` works. */
  [Symbol.iterator](): Iterator<Tensor> {
    return shape.unstack(this)[Symbol.iterator]();
  }

  /** this + other, with broadcasting. */
  add(other: TensorLike): Tensor {
    return arithmetic.add(this, other);
  }
  /** this − other, with broadcasting. */
  sub(other: TensorLike): Tensor {
    return arithmetic.sub(this, other);
  }
  /** this · other, elementwise, with broadcasting. */
  mul(other: TensorLike): Tensor {
    return arithmetic.mul(this, other);
  }
  /** this / other, with broadcasting; integers give float32. */
  div(other: TensorLike): Tensor {
    return arithmetic.div(this, other);
  }
  /** this to the power of other, with broadcasting. */
  pow(other: TensorLike): Tensor {
    return arithmetic.pow(this, other);
  }
  /** The larger of both, with broadcasting; NaN if either is NaN. */
  maximum(other: TensorLike): Tensor {
    return arithmetic.maximum(this, other);
  }
  /** The smaller of both, with broadcasting; NaN if either is NaN. */
  minimum(other: TensorLike): Tensor {
    return arithmetic.minimum(this, other);
  }
  /** −this. */
  neg(): Tensor {
    return arithmetic.neg(this);
  }
  /** |this|. */
  abs(): Tensor {
    return arithmetic.abs(this);
  }
  /** −1, 0 or 1. */
  sign(): Tensor {
    return arithmetic.sign(this);
  }
  /** this · this. */
  square(): Tensor {
    return arithmetic.mul(this, this);
  }
  /** e^this. */
  exp(): Tensor {
    return exponential.exp(this);
  }
  /** Natural logarithm. */
  log(): Tensor {
    return exponential.log(this);
  }
  /** Square root. */
  sqrt(): Tensor {
    return exponential.sqrt(this);
  }
  /** Hyperbolic tangent. */
  tanh(): Tensor {
    return exponential.tanh(this);
  }
  /** 1 / (1 + e^−this). */
  sigmoid(): Tensor {
    return exponential.sigmoid(this);
  }
  /** What floorDivide leaves; it has the sign of other. */
  remainder(other: TensorLike): Tensor {
    return rounding.remainder(this, other);
  }
  /** ⌊this / other⌋; integers by 0 give 0. */
  floorDivide(other: TensorLike): Tensor {
    return rounding.floorDivide(this, other);
  }
  /** Angle of the point (other, this). */
  atan2(other: TensorLike): Tensor {
    return trigonometric.atan2(this, other);
  }
  /** √(this² + other²) without overflow. */
  hypot(other: TensorLike): Tensor {
    return trigonometric.hypot(this, other);
  }
  /** log(e^this + e^other) without overflow. */
  logAddExp(other: TensorLike): Tensor {
    return logarithm.logAddExp(this, other);
  }
  /** |this| with the sign of other. */
  copySign(other: TensorLike): Tensor {
    return classify.copySign(this, other);
  }
  /** Sine of angles in radians. */
  sin(): Tensor {
    return trigonometric.sin(this);
  }
  /** Cosine of angles in radians. */
  cos(): Tensor {
    return trigonometric.cos(this);
  }
  /** Tangent of angles in radians. */
  tan(): Tensor {
    return trigonometric.tan(this);
  }
  /** Inverse of sin, in [−π/2, π/2]. */
  asin(): Tensor {
    return trigonometric.asin(this);
  }
  /** Inverse of cos, in [0, π]. */
  acos(): Tensor {
    return trigonometric.acos(this);
  }
  /** Inverse of tan, in [−π/2, π/2]. */
  atan(): Tensor {
    return trigonometric.atan(this);
  }
  /** Hyperbolic sine. */
  sinh(): Tensor {
    return hyperbolic.sinh(this);
  }
  /** Hyperbolic cosine. */
  cosh(): Tensor {
    return hyperbolic.cosh(this);
  }
  /** Inverse of sinh. */
  asinh(): Tensor {
    return hyperbolic.asinh(this);
  }
  /** Inverse of cosh. */
  acosh(): Tensor {
    return hyperbolic.acosh(this);
  }
  /** Inverse of tanh. */
  atanh(): Tensor {
    return hyperbolic.atanh(this);
  }
  /** log(1 + this), accurate near 0. */
  log1p(): Tensor {
    return logarithm.log1p(this);
  }
  /** e^this − 1, accurate near 0. */
  expm1(): Tensor {
    return logarithm.expm1(this);
  }
  /** Logarithm to the base 2. */
  log2(): Tensor {
    return logarithm.log2(this);
  }
  /** Logarithm to the base 10. */
  log10(): Tensor {
    return logarithm.log10(this);
  }
  /** 2^this. */
  exp2(): Tensor {
    return logarithm.exp2(this);
  }
  /** Cube root. */
  cbrt(): Tensor {
    return logarithm.cbrt(this);
  }
  /** 1 / √this. */
  rsqrt(): Tensor {
    return logarithm.rsqrt(this);
  }
  /** 1 / this. */
  reciprocal(): Tensor {
    return logarithm.reciprocal(this);
  }
  /** The largest whole number not above this. */
  floor(): Tensor {
    return arithmetic.floor(this);
  }
  /** The smallest whole number not below this. */
  ceil(): Tensor {
    return rounding.ceil(this);
  }
  /** The nearest whole number, halves to the even one. */
  round(): Tensor {
    return rounding.round(this);
  }
  /** This without its fraction. */
  trunc(): Tensor {
    return rounding.trunc(this);
  }
  /** The error function. */
  erf(): Tensor {
    return errorFunction.erf(this);
  }
  /** 1 − erf(this), accurate where it is small. */
  erfc(): Tensor {
    return errorFunction.erfc(this);
  }
  /** Inverse of erf. */
  erfInv(): Tensor {
    return errorFunction.erfInv(this);
  }
  /** Whether this is not a number, as bool. */
  isNaN(): Tensor {
    return classify.isNaN(this);
  }
  /** Whether this is ±Infinity, as bool. */
  isInf(): Tensor {
    return classify.isInf(this);
  }
  /** Whether this is neither NaN nor ±Infinity, as bool. */
  isFinite(): Tensor {
    return classify.isFinite(this);
  }
  /** max(this, 0). */
  relu(): Tensor {
    return relu(this);
  }
  /** Limits the elements to [low, high]. */
  clip(low: TensorLike, high: TensorLike): Tensor {
    return clip(this, low, high);
  }
  /** this = other, as bool. */
  equal(other: TensorLike): Tensor {
    return comparison.equal(this, other);
  }
  /** this ≠ other, as bool. */
  notEqual(other: TensorLike): Tensor {
    return comparison.notEqual(this, other);
  }
  /** this < other, as bool. */
  less(other: TensorLike): Tensor {
    return comparison.less(this, other);
  }
  /** this ≤ other, as bool. */
  lessEqual(other: TensorLike): Tensor {
    return comparison.lessEqual(this, other);
  }
  /** this > other, as bool. */
  greater(other: TensorLike): Tensor {
    return comparison.greater(this, other);
  }
  /** this ≥ other, as bool. */
  greaterEqual(other: TensorLike): Tensor {
    return comparison.greaterEqual(this, other);
  }
  /** this and other, for bool. */
  logicalAnd(other: Tensor): Tensor {
    return logical.logicalAnd(this, other);
  }
  /** this or other, for bool. */
  logicalOr(other: Tensor): Tensor {
    return logical.logicalOr(this, other);
  }
  /** Whether exactly one holds, for bool. */
  logicalXor(other: Tensor): Tensor {
    return logical.logicalXor(this, other);
  }
  /** not this, for bool. */
  logicalNot(): Tensor {
    return logical.logicalNot(this);
  }
  /** Each bit inverted, for integers. */
  bitwiseNot(): Tensor {
    return bitwise.bitwiseNot(this);
  }
  /** How many bits are 1, for integers, as int32. */
  popcount(): Tensor {
    return bitwise.popcount(this);
  }
  /** Bits that both have, for integers. */
  bitwiseAnd(other: TensorLike): Tensor {
    return bitwise.bitwiseAnd(this, other);
  }
  /** Bits that either has, for integers. */
  bitwiseOr(other: TensorLike): Tensor {
    return bitwise.bitwiseOr(this, other);
  }
  /** Bits in which both differ, for integers. */
  bitwiseXor(other: TensorLike): Tensor {
    return bitwise.bitwiseXor(this, other);
  }
  /** this · 2^other, for integers. */
  shiftLeft(other: TensorLike): Tensor {
    return bitwise.shiftLeft(this, other);
  }
  /** ⌊this / 2^other⌋, for integers. */
  shiftRight(other: TensorLike): Tensor {
    return bitwise.shiftRight(this, other);
  }
  /** The same values in another dtype: floats to integers truncate and saturate, NaN gives 0. */
  cast(dtype: DType): Tensor {
    return cast(this, dtype);
  }

  /** Sum over axes (default all); bool and small integers give int32. */
  sum(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.sum(this, axis, options);
  }
  /** Mean over axes (default all); integers give float32. */
  mean(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.mean(this, axis, options);
  }
  /** Largest element over axes (default all). */
  max(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.max(this, axis, options);
  }
  /** Smallest element over axes (default all). */
  min(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.min(this, axis, options);
  }
  /** Product over axes (default all); bool and small integers give int32 or uint32. */
  prod(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.prod(this, axis, options);
  }
  /** Whether any element is not 0, over axes (default all), as bool. */
  any(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.any(this, axis, options);
  }
  /** Whether all elements are not 0, over axes (default all), as bool. */
  all(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return reduce.all(this, axis, options);
  }
  /** Index of the first largest element along an axis, or of the flattened tensor without one, as int32; NaN counts as largest. */
  argmax(axis?: number, options: ReduceOptions = {}): Tensor {
    return argReduce.argmax(this, axis, options);
  }
  /** Index of the first smallest element along an axis, or of the flattened tensor without one, as int32; NaN counts as smallest. */
  argmin(axis?: number, options: ReduceOptions = {}): Tensor {
    return argReduce.argmin(this, axis, options);
  }
  /** log Σ e^this over axes (default all), without overflow; integers give float32. */
  logSumExp(axis?: number | readonly number[], options: ReduceOptions = {}): Tensor {
    return statistics.logSumExp(this, axis, options);
  }
  /** Mean squared distance from the mean over axes (default all), divided by the count less `correction`; integers give float32. */
  variance(axis?: number | readonly number[], options: VarianceOptions = {}): Tensor {
    return statistics.variance(this, axis, options);
  }
  /** Square root of the variance. */
  std(axis?: number | readonly number[], options: VarianceOptions = {}): Tensor {
    return statistics.std(this, axis, options);
  }
  /**
   * The entries where a mask is true, along an axis or of the flattened tensor: how many there are depends on values, so
   * that the result must be awaited; with a `size` it need not, and is filled up with `fillValue`.
   */
  compress(mask: Tensor, options?: CompressOptions): Promise<Tensor>;
  compress(mask: Tensor, options: CompressOptions & FixedSize): Tensor;
  compress(mask: Tensor, options: CompressOptions & Partial<FixedSize> = {}): Tensor | Promise<Tensor> {
    return nonzero.compress(this, mask, options);
  }

  /** Running sum along an axis (default: of the flattened tensor). */
  cumSum(axis?: number): Tensor {
    return cumulative.cumSum(this, axis);
  }
  /** Running product along an axis (default: of the flattened tensor). */
  cumProd(axis?: number): Tensor {
    return cumulative.cumProd(this, axis);
  }
  /** Largest element so far along an axis (default: of the flattened tensor). */
  cumMax(axis?: number): Tensor {
    return cumulative.cumMax(this, axis);
  }
  /** Smallest element so far along an axis (default: of the flattened tensor). */
  cumMin(axis?: number): Tensor {
    return cumulative.cumMin(this, axis);
  }

  /** Matrix product; leading axes broadcast. */
  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }

  /** The same elements in another shape; one size may be −1. */
  reshape(newShape: readonly number[]): Tensor {
    return shape.reshape(this, newShape);
  }
  /** Axes in another order; reversed by default. */
  transpose(permutation?: readonly number[]): Tensor {
    return shape.transpose(this, permutation);
  }
  /** Repeats axes of size 1, and adds leading axes, to reach a shape. */
  broadcastTo(newShape: readonly number[]): Tensor {
    return shape.broadcastTo(this, newShape);
  }
  /** One range [start, stop, step?] per axis; null means open, negative counts from the end. */
  slice(...ranges: readonly (Range | null)[]): Tensor {
    return slice(this, ...ranges);
  }
  /**
   * Elements by NumPy's indexing: numbers, ranges, index tensors, null (new axis), ':' and '...'.
   *
   * @example
   * ```ts
   * tensor([[1, 2, 3], [4, 5, 6]]).at(0, [1, 3]); // → [2, 3]
   * ```
   */
  at(...items: readonly Index[]): Tensor {
    return at(this, ...items);
  }
  /** A copy with the elements that `at` reads by the same items set to v, which broadcasts; the last of repeated ones stays. */
  set(indices: Indices, v: TensorLike): Tensor {
    return set(this, indices, v);
  }
  /** A copy with v added to the elements that `at` reads by the same items; repeated ones add up. */
  addAt(indices: Indices, v: TensorLike): Tensor {
    return addAt(this, indices, v);
  }
  /** Adds axes of size 1 at the given positions of the result. */
  expandDims(axis: number | readonly number[]): Tensor {
    return shape.expandDims(this, axis);
  }
  /** Removes axes of size 1 (default all of them). */
  squeeze(axis?: number | readonly number[]): Tensor {
    return shape.squeeze(this, axis);
  }
  /** All elements on one axis. */
  flatten(): Tensor {
    return shape.reshape(this, [-1]);
  }
}

setTensorClass(Tensor);

Object.defineProperty(Tensor.prototype, tensorBrand, { value: true });

// What console.log shows in Node.
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor) {
    return this.toString();
  },
});
