import { concat, where, type Tensor } from '@tesserajs/tensor';
import { number } from '../special/arithmetic.js';

/** Sweeps over all pairs before giving up; 6 to 9 are usual. */
export const maximumSweeps = 40;

/** Once pairs were this close to what they are to become, the sweep that saw it has squared the rest of it. */
export const nearlyDone = 1e-9;

/**
 * Rows after a round of a tournament, in which row i meets row i + n/2: the first stays, the others move on by one place,
 * and after n − 1 rounds each has met each and all are back.
 */
export function nextRound(rows: Tensor): Tensor {
  const n = rows.shape[1]!;
  const h = n / 2;
  if (h === 1) return rows;
  const part = (from: number, to: number): Tensor => rows.slice(null, [from, to]);
  return concat([part(0, 1), part(h, h + 1), part(1, h - 1), part(h + 1, n), part(h - 1, h)], 1);
}

/** [count, n, …] as its first and its second half. */
export function halves(rows: Tensor): readonly [Tensor, Tensor] {
  const n = rows.shape[1]!;
  return [rows.slice(null, [0, n / 2]), rows.slice(null, [n / 2, n])];
}

/** Cosines and sines, [count, n/2], by which rows i and i + n/2 are turned. */
export interface Rotations {
  readonly cosines: Tensor;
  readonly sines: Tensor;
}

/** The smaller angles with cot 2θ = difference / (2 · product), and 0 where the product is (Golub & Van Loan, 8.5.2). */
export function rotationsOf(difference: Tensor, product: Tensor): Rotations {
  const none = product.equal(0);
  const cotangent = difference.div(where(none, 1, product).mul(2));
  const size = number(1).div(cotangent.abs().add(cotangent.mul(cotangent).add(1).sqrt()));
  const tangent = where(none, 0, where(cotangent.less(0), size.neg(), size));
  const cosines = number(1).div(tangent.mul(tangent).add(1).sqrt());
  return { cosines, sines: cosines.mul(tangent) };
}

/** Turns each pair of rows. */
export function rotate(rows: Tensor, { cosines, sines }: Rotations): Tensor {
  const [first, second] = halves(rows);
  const [c, s] = [cosines.expandDims(2), sines.expandDims(2)];
  return concat([first.mul(c).sub(second.mul(s)), first.mul(s).add(second.mul(c))], 1);
}
