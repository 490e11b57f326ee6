import { ArgumentError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { diagonal } from './diagonal.js';
import { commonDType } from './elementwise/define.js';
import { contractionOrder, type ContractionOrder } from './einsum-order.js';
import { arrange, contractPair, type Term } from './einsum-pair.js';
import { parseSubscripts } from './einsum-subscripts.js';
import { squeeze } from './shape.js';

/** An operand whose axes have distinct names: an index that repeats runs along the diagonal, null is an axis of size 1. */
function distinctTerm(tensor: Tensor, named: readonly (string | null)[]): Term {
  const broadcast = named.flatMap((index, axis) => (index === null ? [axis] : []));
  let term: Term = {
    tensor: broadcast.length === 0 ? tensor : squeeze(tensor, broadcast),
    indices: named.filter((index) => index !== null),
  };
  for (;;) {
    const { indices } = term;
    const axis2 = indices.findIndex((index, i) => indices.indexOf(index) !== i);
    if (axis2 < 0) return term;
    const index = indices[axis2]!;
    const axis1 = indices.indexOf(index);
    term = {
      tensor: diagonal(term.tensor, { axis1, axis2 }),
      indices: [...indices.filter((_, axis) => axis !== axis1 && axis !== axis2), index],
    };
  }
}

/** Adds a term up over the indices that nothing else needs. */
function sumUnneeded({ tensor, indices }: Term, needed: ReadonlySet<string>): Term {
  const axes = indices.flatMap((index, axis) => (needed.has(index) ? [] : [axis]));
  if (axes.length === 0) return { tensor, indices };
  return { tensor: tensor.sum(axes), indices: indices.filter((index) => needed.has(index)) };
}

/**
 * Sums products of elements with Einstein's notation: an index that several operands share runs through them together,
 * one that the output lacks is summed over. `...` stands for the axes that are not named and broadcasts them; an index
 * that repeats in an operand runs along its diagonal; without `->` the output has the indices that occur once, sorted.
 * Pairs of operands become matrix products, in the order that needs the fewest multiplications (beyond 8 operands in a
 * greedy one). Throws an ArgumentError for subscripts that mean nothing, a ShapeError for sizes that differ.
 *
 * @example
 * ```ts
 * einsum('bij,bjk->bik', zeros([8, 2, 3]), zeros([8, 3, 4])).shape; // → [8, 2, 4]
 * einsum('ii', eye(3)); // → 3
 * ```
 */
export function einsum(subscripts: string, ...operands: readonly Tensor[]): Tensor {
  if (operands.length === 0) throw new ArgumentError(`einsum: '${subscripts}' is given no operands; pass one or more`);
  commonDType('einsum', operands);
  const { inputs, output, sizes } = parseSubscripts(
    subscripts,
    operands.map(({ shape }) => shape),
  );
  const named = operands.map((operand, i) => distinctTerm(operand, inputs[i]!));
  const neededBeside = (own: ReadonlySet<number>): Set<string> =>
    new Set([...output, ...named.flatMap(({ indices }, i) => (own.has(i) ? [] : indices))]);
  const terms = named.map((term, i) => sumUnneeded(term, neededBeside(new Set([i]))));
  const order = contractionOrder(
    terms.map(({ indices }) => new Set(indices)),
    new Set(output),
    sizes,
  );
  const contract = (part: ContractionOrder): { term: Term; own: Set<number> } => {
    if (typeof part === 'number') return { term: terms[part]!, own: new Set([part]) };
    const [a, b] = [contract(part[0]), contract(part[1])];
    const own = new Set([...a.own, ...b.own]);
    const wanted = own.size === operands.length ? output : null;
    return { term: contractPair(a.term, b.term, neededBeside(own), wanted), own };
  };
  return arrange(contract(order).term, output);
}
