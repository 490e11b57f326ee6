import { isFloat } from '../dtypes.js';
import { ArgumentError, ShapeError } from '../errors.js';
import { take } from '../ops/gather.js';
import { checkKey, randomPermutation } from '../ops/random.js';
import { checkShape, formatShape, normalizeAxis, sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { categorical, randint } from './discrete.js';

function checkCount(operation: string, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > 2 ** 31) {
    throw new ArgumentError(`${operation}: ${count} things are not accepted; use a whole number from 0 to 2^31`);
  }
}

/**
 * 0..x−1 as int32 in random order for a number x, or the slices of a tensor x along an axis (default 0) in random order.
 * Every order is equally probable: Fisher and Yates's shuffle of the key's words, bit-equal on every backend.
 *
 * @example
 * ```ts
 * random.permutation(random.key(1), 5); // → [1, 4, 2, 3, 0]
 * ```
 */
export function permutation(from: Tensor, x: number | Tensor, axis = 0): Tensor {
  checkKey('permutation', from);
  if (typeof x === 'number') {
    checkCount('permutation', x);
    return randomPermutation(from, x);
  }
  const position = normalizeAxis('permutation', axis, x.shape);
  return take(x, randomPermutation(from, x.shape[position]!), position);
}

/** Options of `choice`. */
export interface ChoiceOptions {
  /** Whether one thing may be chosen more than once. Default true. */
  readonly replace?: boolean;
  /** One for each thing, as floats [n] in proportion to their probabilities. Default: all are equal. */
  readonly probabilities?: Tensor;
  /** Axis of a tensor whose slices are the things. Default 0. */
  readonly axis?: number;
}

/**
 * Random choices of 0..x−1 as int32 for a number x, or of the slices of a tensor x along an axis, in the given shape.
 * Throws an ArgumentError when more are asked for than there are, without replacement.
 *
 * @example
 * ```ts
 * const rows = zeros([1000, 8]);
 * random.choice(random.key(0), rows, [32], { replace: false }).shape; // → [32, 8]
 * ```
 */
export function choice(from: Tensor, x: number | Tensor, shape: Shape, options: ChoiceOptions = {}): Tensor {
  const { replace = true, probabilities, axis = 0 } = options;
  checkKey('choice', from);
  checkShape('choice', shape);
  const position = typeof x === 'number' ? 0 : normalizeAxis('choice', axis, x.shape);
  const count = typeof x === 'number' ? x : x.shape[position]!;
  checkCount('choice', count);
  if (probabilities !== undefined) {
    const { dtype, shape: own } = probabilities;
    if (!isFloat(dtype) || own.length !== 1 || own[0] !== count) {
      throw new ShapeError(`choice: probabilities are ${dtype} ${formatShape(own)}; they must be floats [${count}]`);
    }
  }
  const size = sizeOf(shape);
  if (size > 0 && count === 0) throw new ArgumentError('choice: there is nothing to choose from');
  if (!replace && size > count) {
    throw new ArgumentError(
      `choice: ${size} of ${count} things are not possible without replacement; use { replace: true }`,
    );
  }
  const indices = replace ? repeated(from, count, shape, probabilities) : distinct(from, count, shape, probabilities);
  return typeof x === 'number' ? indices : take(x, indices, position);
}

function repeated(from: Tensor, count: number, shape: Shape, probabilities: Tensor | undefined): Tensor {
  if (probabilities !== undefined) return categorical(from, probabilities.log(), { shape });
  return randint(from, shape, 0, Math.max(1, count));
}

function distinct(from: Tensor, count: number, shape: Shape, probabilities: Tensor | undefined): Tensor {
  const weights = probabilities?.broadcastTo([...from.shape, count]);
  const order = randomPermutation(from, count, weights);
  const first = order.slice(...from.shape.map(() => null), [0, sizeOf(shape)]);
  return first.reshape([...from.shape, ...shape]);
}
