import { ArgumentError, ShapeError } from '../../errors.js';
import { formatShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { checkSquare, identity, matrixShape } from './matrices.js';
import { inv } from './solve.js';

/**
 * Square matrices to a whole power, by repeated squaring: a: [..., n, n] → [..., n, n]; a negative exponent takes powers of
 * the inverse. Throws a ShapeError when a is not square and an ArgumentError for a fraction.
 *
 * @example
 * ```ts
 * linalg.matrixPower(tensor([[1, 1], [0, 1]]), 5); // → [[1, 5], [0, 1]]
 * ```
 */
export function matrixPower(a: Tensor, exponent: number): Tensor {
  checkSquare('matrixPower', a);
  if (!Number.isSafeInteger(exponent)) {
    throw new ArgumentError(`matrixPower: exponent ${exponent} is not accepted; use a whole number`);
  }
  if (exponent === 0) return identity(matrixShape(a)[0], a.dtype).broadcastTo(a.shape);
  let square = exponent < 0 ? inv(a) : a;
  let result: Tensor | null = null;
  for (let rest = Math.abs(exponent); ; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? square : result.matmul(square);
    if (rest < 2) return result!;
    square = square.matmul(square);
  }
}

/** Where to split each chain i … j so that the products cost least. Source: Cormen et al., "Introduction to Algorithms", 15.2. */
function bestSplits(sizes: readonly number[]): readonly (readonly number[])[] {
  const count = sizes.length - 1;
  const cost = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const split = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let length = 2; length <= count; length++) {
    for (let i = 0, j = length - 1; j < count; i++, j++) {
      cost[i]![j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (total >= cost[i]![j]!) continue;
        cost[i]![j] = total;
        split[i]![j] = k;
      }
    }
  }
  return split;
}

/**
 * Product of several matrices in the order that costs least; the first and the last may be vectors.
 * Throws an ArgumentError for less than two operands and a ShapeError when shapes do not fit.
 *
 * @example
 * ```ts
 * linalg.multiDot([ones([100, 2]), ones([2, 100]), ones([100])]).shape; // → [100]
 * ```
 */
export function multiDot(operands: readonly Tensor[]): Tensor {
  const count = operands.length;
  if (count < 2) throw new ArgumentError(`multiDot: ${count} operands are not a product; give two or more`);
  operands.forEach(({ shape }, i) => {
    const end = i === 0 || i === count - 1;
    if (shape.length === 2 || (end && shape.length === 1)) return;
    throw new ShapeError(
      `multiDot: operand ${i} is ${formatShape(shape)}; it takes matrices, and vectors as the first and last operand`,
    );
  });
  const first = operands[0]!.rank === 1 ? 1 : operands[0]!.shape[0]!;
  const last = operands[count - 1]!;
  const inner = operands.slice(1).map((x) => x.shape[0]!);
  const split = bestSplits([first, ...inner, last.rank === 1 ? 1 : last.shape[1]!]);
  const product = (i: number, j: number): Tensor =>
    i === j ? operands[i]! : product(i, split[i]![j]!).matmul(product(split[i]![j]! + 1, j));
  return product(0, count - 1);
}
