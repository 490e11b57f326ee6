import { sizeOf } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { matmul } from './matmul.js';
import { swapLastAxes } from './shape.js';

/** A tensor whose axes have names. */
export interface Term {
  readonly tensor: Tensor;
  readonly indices: readonly string[];
}

/** The axes of a term in another order. */
export function arrange({ tensor, indices }: Term, order: readonly string[]): Tensor {
  return tensor.transpose(order.map((index) => indices.indexOf(index)));
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((index, i) => index === b[i]);
}

/** One way to write a contraction as a batched matrix product [batch, rows, inner] · [batch, inner, columns]. */
interface Plan {
  readonly left: Term;
  readonly right: Term;
  readonly batch: readonly string[];
  readonly rows: readonly string[];
  readonly inner: readonly string[];
  readonly columns: readonly string[];
}

/** A transpose of matrices is folded into the product by most backends: dearer on the left than on the right. */
const leftSwap = 0.25;
const rightSwap = 0.1;

/** Elements that have to be moved to bring a term into one of the two orders that a product takes. */
function movement(
  { tensor, indices }: Term,
  batch: readonly string[],
  first: readonly string[],
  second: readonly string[],
  swap: number,
): number {
  if (same(indices, [...batch, ...first, ...second])) return 0;
  return tensor.size * (same(indices, [...batch, ...second, ...first]) ? swap : 1);
}

function cost(plan: Plan, wanted: readonly string[] | null): number {
  const { left, right, batch, rows, inner, columns } = plan;
  const operands = movement(left, batch, rows, inner, leftSwap) + movement(right, batch, inner, columns, rightSwap);
  const result = [...batch, ...rows, ...columns];
  if (wanted === null || same(result, wanted)) return operands;
  const outerSize = (term: Term, list: readonly string[]): number =>
    sizeOf(list.map((index) => term.tensor.shape[term.indices.indexOf(index)]!));
  return operands + outerSize(left, [...batch, ...rows]) * outerSize(right, columns);
}

function bestPlan(a: Term, b: Term, kept: ReadonlySet<string>, wanted: readonly string[] | null): Plan {
  const shared = (index: string): boolean => a.indices.includes(index) && b.indices.includes(index);
  const orders = (test: (index: string) => boolean): (readonly string[])[] =>
    [wanted ?? [], a.indices, b.indices]
      .map((indices) => indices.filter(test))
      .filter((list, i, all) => list.length === Math.max(...all.map(({ length }) => length)));
  let best: Plan | null = null;
  let lowest = Infinity;
  for (const [left, right] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const batch of orders((index) => shared(index) && kept.has(index))) {
      for (const inner of orders((index) => shared(index) && !kept.has(index))) {
        for (const rows of orders((index) => left.indices.includes(index) && !shared(index))) {
          for (const columns of orders((index) => right.indices.includes(index) && !shared(index))) {
            const plan = { left, right, batch, rows, inner, columns };
            const total = cost(plan, wanted);
            if (total >= lowest) continue;
            best = plan;
            lowest = total;
          }
        }
      }
    }
  }
  return best!;
}

/**
 * A term as matrices [batch, first, second]. Where its last axis belongs to `first`, it stays last, so that rows are copied
 * whole, and the matrices are transposed, which most backends do within the product.
 */
function matrices(term: Term, batch: readonly string[], first: readonly string[], second: readonly string[]): Tensor {
  const size = (list: readonly string[]): number =>
    sizeOf(list.map((index) => term.tensor.shape[term.indices.indexOf(index)]!));
  const outer = batch.length === 0 ? [] : [size(batch)];
  const direct = same(term.indices, [...batch, ...first, ...second]);
  if (!direct && first.includes(term.indices[term.indices.length - 1]!)) {
    const turned = arrange(term, [...batch, ...second, ...first]);
    return swapLastAxes(turned.reshape([...outer, size(second), size(first)]));
  }
  return arrange(term, [...batch, ...first, ...second]).reshape([...outer, size(first), size(second)]);
}

/** The product of two terms with axes of size 1 where one lacks an index. */
function outerProduct(a: Term, b: Term, order: readonly string[]): Tensor {
  const [left, right] = [a, b].map((term) => {
    const own = order.filter((index) => term.indices.includes(index));
    const arranged = arrange(term, own);
    return arranged.reshape(order.map((index) => (own.includes(index) ? arranged.shape[own.indexOf(index)]! : 1)));
  });
  return left!.mul(right!);
}

/**
 * Contracts two terms: sums products over the indices that are not `kept`. The axes of the result may come in any order,
 * but in the one `wanted` if that is no more work.
 */
export function contractPair(a: Term, b: Term, kept: ReadonlySet<string>, wanted: readonly string[] | null): Term {
  const plan = bestPlan(a, b, kept, wanted);
  const { left, right, batch, rows, inner, columns } = plan;
  const indices = [...batch, ...rows, ...columns];
  if (inner.length === 0) {
    const order = wanted ?? indices;
    return { tensor: outerProduct(a, b, order), indices: order };
  }
  if (rows.length === 0 && columns.length === 0 && batch.length > 0) {
    const product = outerProduct(a, b, [...batch, ...inner]);
    return { tensor: product.sum(inner.map((_, i) => batch.length + i)), indices: batch };
  }
  const product = matmul(matrices(left, batch, rows, inner), matrices(right, batch, inner, columns));
  const sizes = indices.map((index) => {
    const term = left.indices.includes(index) ? left : right;
    return term.tensor.shape[term.indices.indexOf(index)]!;
  });
  return { tensor: product.reshape(sizes), indices };
}
