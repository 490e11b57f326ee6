import { integerRange, isInteger, type DType } from '../dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { bitwiseAnd, shiftRight } from '../ops/elementwise/bitwise.js';
import { where } from '../ops/elementwise/select.js';
import { scalar } from '../ops/operands.js';
import { checkKey } from '../ops/random.js';
import { binomialQuantile, poissonQuantile } from '../ops/special/quantile.js';
import { checkShape, checkDType, formatShape, normalizeAxis, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { bernoulli, bits, checkFloat, middles, type DistributionOptions } from './base.js';
import { gumbel } from './continuous.js';
import { keyPair, parameter } from './gamma.js';

/** The upper 32 bits of the product of 32-bit words and a number below 2^32, from products of halves that fit 32 bits. */
function multiplyHigh(words: Tensor, factor: number): Tensor {
  const [high, low] = [Math.floor(factor / 65536), factor % 65536];
  const [a, b] = [shiftRight(words, 16), bitwiseAnd(words, 0xffff)];
  const first = a.mul(low).add(shiftRight(b.mul(low), 16));
  const second = b.mul(high).add(bitwiseAnd(first, 0xffff));
  return a.mul(high).add(shiftRight(first, 16)).add(shiftRight(second, 16));
}

/** Options of `randint`. */
export interface RandintOptions {
  /** An integer dtype. Default int32. */
  readonly dtype?: DType;
}

/**
 * Whole numbers from `low` up to, but not including, `high`: the upper part of a 64-bit random number times the count of
 * them, so that no two probabilities differ by more than their 2^−32th part. Bit-equal on every backend.
 *
 * @example
 * ```ts
 * const dice = random.randint(random.key(0), [10], 1, 7); // 1 to 6
 * ```
 */
export function randint(
  from: Tensor,
  shape: Shape,
  low: number,
  high: number,
  { dtype = 'int32' }: RandintOptions = {},
): Tensor {
  checkDType('randint', dtype);
  checkKey('randint', from);
  checkShape('randint', shape);
  if (!isInteger(dtype)) throw new DTypeError(`randint: ${dtype} is not accepted; use an integer dtype`);
  const [lowest, highest] = integerRange(dtype)!;
  if (!Number.isInteger(low) || !Number.isInteger(high) || low < lowest || high - 1 > highest || low >= high) {
    throw new ArgumentError(
      `randint: low ${low} and high ${high} are not accepted; use whole numbers of ${dtype}, low below high`,
    );
  }
  const count = high - low;
  if (count > 2 ** 32) throw new ArgumentError(`randint: low ${low} and high ${high} are more than 2^32 apart`);
  const [first, second] = keyPair(from);
  const words = bits(first, shape);
  if (count === 2 ** 32) return words.cast(dtype).add(low);
  // (upper · 2^32 + lower) · count / 2^64; the carry is that of the middle words.
  const carry = multiplyHigh(bits(second, shape), count);
  const middle = words.mul(scalar(count, 'uint32'));
  const sum = middle.add(carry);
  const offset = multiplyHigh(words, count).add(sum.less(middle).cast('uint32'));
  return offset.cast(dtype).add(low);
}

/**
 * −1 or 1, each with probability 1/2.
 *
 * @example
 * ```ts
 * const signs = random.rademacher(random.key(0), [10]); // −1 and 1
 * ```
 */
export function rademacher(from: Tensor, shape: Shape, { dtype = 'float32' }: DistributionOptions = {}): Tensor {
  checkFloat('rademacher', dtype);
  return bernoulli(from, 0.5, shape).cast(dtype).mul(2).sub(1);
}

/** Options of `categorical`. */
export interface CategoricalOptions {
  /** The axis of the categories. Default −1. */
  readonly axis?: number;
  /** Shape of the result; that of the logits without the axis broadcasts to it, and is the default. */
  readonly shape?: Shape;
}

/**
 * Indices of categories as int32, drawn with probabilities softmax(logits): the argmax of logits plus Gumbel numbers.
 *
 * @example
 * ```ts
 * const logits = zeros([4, 1000]);
 * random.categorical(random.key(0), logits.div(0.8)).shape; // → [4]
 * ```
 */
export function categorical(from: Tensor, logits: Tensor, { axis = -1, shape }: CategoricalOptions = {}): Tensor {
  if (logits.rank === 0) throw new ShapeError('categorical: the logits are a scalar; give them an axis of categories');
  checkFloat('categorical', logits.dtype);
  const position = normalizeAxis('categorical', axis, logits.shape);
  const categories = logits.shape[position]!;
  if (categories === 0) throw new ShapeError(`categorical: logits ${formatShape(logits.shape)} have no categories`);
  checkKey('categorical', from);
  const others = [...logits.shape.keys()].filter((i) => i !== position);
  const last = position === logits.rank - 1 ? logits : logits.transpose([...others, position]);
  const batch = shape ?? others.map((i) => logits.shape[i]!);
  const own = parameter('categorical', 'logits', last, [...batch, categories], undefined);
  return gumbel(from, [...batch, categories])
    .cast(own.dtype)
    .add(own)
    .argmax(-1);
}

/** Whole numbers from a float quantile; NaN becomes −1, which no count is. */
function counts(quantiles: Tensor): Tensor {
  return where(quantiles.isNaN(), -1, quantiles).cast('int32');
}

/**
 * Poisson with a rate ≥ 0, which broadcasts to `shape`, as int32, by inverting the distribution function; −1 for other rates.
 *
 * @example
 * ```ts
 * const arrivals = random.poisson(random.key(0), 3.5, [10]);
 * ```
 */
export function poisson(from: Tensor, rate: number | Tensor, shape: Shape): Tensor {
  const own = parameter('poisson', 'rate', rate, shape, undefined).cast('float64');
  return counts(poissonQuantile(own, middles('poisson', from, shape).cast('float64')));
}

/**
 * Successes in `count` trials of the given probability, both broadcasting to `shape`, as int32, by inverting the
 * distribution function; −1 where they are no count or probability.
 *
 * @example
 * ```ts
 * const successes = random.binomial(random.key(0), 20, 0.3, [10]);
 * ```
 */
export function binomial(from: Tensor, count: number | Tensor, probability: number | Tensor, shape: Shape): Tensor {
  const trials = typeof count !== 'number' && isInteger(count.dtype) ? count.cast('float64') : count;
  const n = parameter('binomial', 'count', trials, shape, 'float64').cast('float64');
  const p = parameter('binomial', 'probability', probability, shape, 'float64').cast('float64');
  return counts(binomialQuantile(n, p, middles('binomial', from, shape).cast('float64')));
}
