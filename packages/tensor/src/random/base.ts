import { isFloat, type DType } from '../dtypes.js';
import { ArgumentError, DTypeError } from '../errors.js';
import { fromHostArray, full } from '../create.js';
import { erfInverse } from './error-function.js';
import { erf } from '../kernels/error-function.js';
import { shiftRight } from '../ops/elementwise/bitwise.js';
import { checkKey, foldInKey, randomBits, splitKey } from '../ops/random.js';
import { scalar } from '../ops/operands.js';
import { checkDType, checkShape, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

/**
 * A random key from a seed: the same seed gives the same numbers on every backend and machine.
 *
 * @example
 * ```ts
 * random.uniform(random.key(42), [2]); // → [0.42673, 0.06302]
 * ```
 */
export function key(seed: number): Tensor {
  if (!Number.isSafeInteger(seed)) {
    throw new ArgumentError(`key: seed ${seed} is not accepted; use a whole number up to 2^53`);
  }
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  return fromHostArray(new Uint32Array([high, seed >>> 0]), [], 'key');
}

/**
 * `count` independent keys from one, as a tensor of keys: iterate it, or vmap over it. Do not use the old key again.
 *
 * @example
 * ```ts
 * const [weights, noise] = random.split(random.key(0));
 * random.normal(weights!, [784, 10]).shape; // → [784, 10]
 * ```
 */
export function split(from: Tensor, count = 2): Tensor {
  return splitKey(from, count);
}

/**
 * A key that depends on `from` and on a whole number, e.g. a step counter.
 *
 * @example
 * ```ts
 * const keyOfStep = (step: number) => random.foldIn(random.key(0), step);
 * random.bernoulli(keyOfStep(7), 0.5, [3]).shape; // → [3]
 * ```
 */
export function foldIn(from: Tensor, data: number | Tensor): Tensor {
  checkKey('foldIn', from);
  if (typeof data !== 'number') return foldInKey(from, data);
  if (!Number.isInteger(data) || data < -(2 ** 31) || data >= 2 ** 32) {
    throw new ArgumentError(`foldIn: ${data} is not accepted; use a whole number of 32 bits`);
  }
  return foldInKey(from, scalar(data >>> 0, 'uint32'));
}

/**
 * Uniform 32-bit words, as uint32.
 *
 * @example
 * ```ts
 * random.bits(random.key(0), [4]).dtype; // → 'uint32'
 * ```
 */
export function bits(from: Tensor, shape: Shape): Tensor {
  checkKey('bits', from);
  return randomBits(from, shape);
}

/** Options of continuous distributions. */
export interface DistributionOptions {
  /** float32 (default), float64 (with no more random bits), float16 or bfloat16. */
  readonly dtype?: DType;
}

/** Options of `uniform`. */
export interface UniformOptions extends DistributionOptions {
  /** Lowest value. Default 0. */
  readonly low?: number;
  /** Values stay below it, if rounding lets them: without `low` and `high` always. Default 1. */
  readonly high?: number;
}

/** Bits of each word that are used: exact in float32, so that every backend gives the same number. */
const uniformBits = 23;

/** The upper bits of each word; errors name the distribution that asks for them. */
function steps(operation: string, from: Tensor, shape: Shape, count: number = uniformBits): Tensor {
  checkKey(operation, from);
  checkShape(operation, shape);
  return shiftRight(randomBits(from, shape), 32 - count);
}

/** Uniform in (0, 1): odd multiples of 2^−24, exact in float32, symmetric about 1/2. */
export function middles(operation: string, from: Tensor, shape: Shape): Tensor {
  return steps(operation, from, shape)
    .cast('float32')
    .mul(2 ** -uniformBits)
    .add(2 ** -(uniformBits + 1));
}

/** Throws a DTypeError unless the dtype is a float. */
export function checkFloat(operation: string, dtype: DType): void {
  checkDType(operation, dtype);
  if (!isFloat(dtype)) throw new DTypeError(`${operation}: ${dtype} is not accepted; use a float dtype`);
}

/**
 * Uniform in [low, high): the upper 23 bits of a word (float16: 11, bfloat16: 8), times 2^−23.
 *
 * @example
 * ```ts
 * const x = random.uniform(random.key(0), [3], { low: -1, high: 1 });
 * ```
 */
export function uniform(
  from: Tensor,
  shape: Shape,
  { low = 0, high = 1, dtype = 'float32' }: UniformOptions = {},
): Tensor {
  checkFloat('uniform', dtype);
  if (!(low < high)) throw new ArgumentError(`uniform: low ${low} is not below high ${high}`);
  const wide = dtype === 'float64' ? 'float64' : 'float32';
  const count = dtype === 'float16' ? 11 : dtype === 'bfloat16' ? 8 : uniformBits;
  const unit = steps('uniform', from, shape, count)
    .cast(wide)
    .mul(2 ** -count);
  return (low === 0 && high === 1 ? unit : unit.mul(high - low).add(low)).cast(dtype);
}

/**
 * True with the given probability, as bool.
 *
 * @example
 * ```ts
 * const coins = random.bernoulli(random.key(0), 0.5, [10]);
 * ```
 */
export function bernoulli(from: Tensor, probability: number, shape: Shape): Tensor {
  if (!(probability >= 0 && probability <= 1)) {
    throw new ArgumentError(`bernoulli: probability ${probability} is not accepted; use 0 to 1`);
  }
  checkKey('bernoulli', from);
  checkShape('bernoulli', shape);
  // uniform < probability, decided on whole words: one comparison instead of a conversion to float.
  const threshold = Math.ceil(probability * 2 ** 23) * 2 ** 9;
  if (threshold >= 2 ** 32) return full([...from.shape, ...shape], true);
  return randomBits(from, shape).less(threshold);
}

/**
 * Normal with mean 0 and standard deviation 1, by inverting the distribution function; accurate to float32.
 *
 * @example
 * ```ts
 * const weights = random.normal(random.key(0), [784, 10]).mul(0.05);
 * ```
 */
export function normal(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('normal', dtype);
  // Odd multiples of 2^−23: symmetric about 0, and never ±1.
  const symmetric = steps('normal', from, shape)
    .cast('float32')
    .mul(2 ** -22)
    .add(2 ** -23 - 1);
  return erfInverse(symmetric).mul(Math.SQRT2).cast(dtype);
}

/**
 * Normal, but drawn again (by inversion) within `low` and `high` standard deviations; default ±2.
 *
 * @example
 * ```ts
 * const weights = random.truncatedNormal(random.key(0), [784, 10]); // none beyond ±2
 * ```
 */
export function truncatedNormal(
  from: Tensor,
  shape: Shape,
  { low = -2, high = 2, dtype = 'float32' }: UniformOptions = {},
): Tensor {
  checkFloat('truncatedNormal', dtype);
  if (!(low < high)) throw new ArgumentError(`truncatedNormal: low ${low} is not below high ${high}`);
  const from0 = erf(low / Math.SQRT2);
  const to1 = erf(high / Math.SQRT2);
  const area = steps('truncatedNormal', from, shape)
    .cast('float32')
    .mul((to1 - from0) * 2 ** -23)
    .add(from0 + (to1 - from0) * 2 ** -24);
  return erfInverse(area).mul(Math.SQRT2).clip(low, high).cast(dtype);
}
