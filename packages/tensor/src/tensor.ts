import { ElementwiseMethods } from './elementwise-methods.js';
import { ArgumentError } from './errors.js';
import { setTensorClass } from './graph/bind.js';
import { tensorBrand } from './graph/is-tensor.js';
import { refuseTracer } from './graph/trace.js';
import { formatShape } from './shapes.js';
import {
  readArray,
  readData,
  readItem,
  describeTensor,
  type NestedArray,
  type ReadOptions,
  type TensorData,
} from './execution/read.js';
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
export class Tensor extends ElementwiseMethods {
  /** The elements, row-major, in a typed array that belongs to the caller; bool gives 0 and 1, float16 and bfloat16 Float32Array. */
  data(): Promise<TensorData>;
  /** The elements converted to a dtype that a typed array of numbers holds. */
  data(dtype: 'float32'): Promise<Float32Array>;
  data(dtype: 'float64'): Promise<Float64Array>;
  data(dtype: 'int32'): Promise<Int32Array>;
  data(dtype?: 'float32' | 'float64' | 'int32'): Promise<TensorData> {
    refuseTracer('data', this);
    return readData(this, dtype);
  }

  /** The elements as nested arrays of numbers (bool: booleans); throws above 2^53 unless `bigint` is set. */
  array(options: ReadOptions = {}): Promise<NestedArray> {
    refuseTracer('array', this);
    return readArray(this, options);
  }

  /** The only element as a number; throws a ShapeError if there are more, and above 2^53. */
  item(options?: { readonly bigint?: false }): Promise<number>;
  item(options: { readonly bigint: true }): Promise<bigint>;
  item(options: ReadOptions = {}): Promise<number | bigint> {
    refuseTracer('item', this);
    return readItem(this, options);
  }

  /** dtype, shape and backend on one line, and small values if they are known. */
  override toString(): string {
    return describeTensor(this);
  }

  /** Text for templates. A tensor is no number: `x + 1` and `x > 1` throw an ArgumentError. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      `Tensor: ${this.dtype} ${formatShape(this.shape)} is no JavaScript number: in place of operators use methods, as in ` +
        'x.add(y) and x.greater(y); for its value, await x.item()',
    );
  }

  /** The slices along axis 0, so that `const [a, b] = split(key)` works. */
  [Symbol.iterator](): Iterator<Tensor> {
    return shape.unstack(this)[Symbol.iterator]();
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
