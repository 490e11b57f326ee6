import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorTexts } from '../errors.fixture.js';
import { einsum, traceGraph, zeros } from '../index.js';
import { sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { numbersOf, pattern } from '../values.fixture.js';
import { contractionOrder } from './einsum-order.js';

/** Einstein's sum as it is defined: a loop over the values of all indices. */
function naive(
  inputs: readonly string[],
  output: string,
  operands: readonly Tensor[],
  sizes: Map<string, number>,
): number[] {
  const indices = [...new Set([...output, ...inputs.join('')])];
  const lengths = indices.map((index) => sizes.get(index)!);
  const result = new Array<number>(sizeOf([...output].map((index) => sizes.get(index)!))).fill(0);
  const values = operands.map(numbersOf);
  const flat = (names: string, at: Map<string, number>): number =>
    [...names].reduce((position, index) => position * sizes.get(index)! + at.get(index)!, 0);
  for (let i = 0; i < sizeOf(lengths); i++) {
    let rest = i;
    const at = new Map<string, number>();
    indices.forEach((index, k) => {
      at.set(index, rest % lengths[k]!);
      rest = Math.floor(rest / lengths[k]!);
    });
    result[flat(output, at)]! += inputs.reduce((product, names, k) => product * values[k]![flat(names, at)]!, 1);
  }
  return result;
}

const letters = ['a', 'b', 'c', 'd', 'e'] as const;

const expression = fc
  .record({
    inputs: fc.array(fc.array(fc.constantFrom(...letters), { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
    sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: letters.length, maxLength: letters.length }),
    order: fc.shuffledSubarray([...letters]),
  })
  .map(({ inputs, sizes, order }) => {
    const used = new Set(inputs.flat());
    return {
      inputs: inputs.map((indices) => indices.join('')),
      output: order.filter((index) => used.has(index)).join(''),
      sizes: new Map<string, number>(letters.map((letter, i) => [letter, sizes[i]!])),
    };
  });

it('sums what the definition sums, for any operands, repeated indices and outputs', () => {
  fc.assert(
    fc.property(expression, ({ inputs, output, sizes }) => {
      const operands = inputs.map((indices, i) =>
        pattern(
          [...indices].map((index) => sizes.get(index)!),
          i + 1,
        ),
      );
      const result = einsum(`${inputs.join(',')}->${output}`, ...operands);
      expect(result.shape).toEqual([...output].map((index) => sizes.get(index)!));
      const wanted = naive(inputs, output, operands, sizes);
      const got = numbersOf(result);
      const scale = Math.max(1, ...wanted.map(Math.abs));
      wanted.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(1e-11 * scale));
    }),
    { numRuns: 300 },
  );
});

function operations(subscripts: string, ...shapes: readonly Shape[]): string {
  const { graph } = traceGraph((...x: Tensor[]) => einsum(subscripts, ...x), ...shapes.map((shape) => zeros(shape)));
  return graph.nodes
    .map(({ primitive }) => primitive.name)
    .filter((name) => name !== 'reshape')
    .join(' ');
}

it.each([
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
    'matmul',
  ],
  [
    'ij,jk->ki',
    [
      [2, 3],
      [3, 4],
    ],
    'transpose transpose matmul',
  ], // both fold into the product's flags
  [
    'ij,kj->ik',
    [
      [2, 3],
      [4, 3],
    ],
    'transpose matmul',
  ],
  [
    'bhid,bhjd->bhij',
    [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    'transpose matmul',
  ],
  [
    'bhij,bhjd->bhid',
    [
      [2, 3, 4, 6],
      [2, 3, 6, 5],
    ],
    'matmul',
  ],
  [
    'btf,fo->bto',
    [
      [2, 3, 4],
      [4, 5],
    ],
    'matmul',
  ],
  [
    'btf,hfo->btho',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    'transpose matmul',
  ],
  [
    'abc,abcde->de',
    [
      [2, 3, 4],
      [2, 3, 4, 5, 6],
    ],
    'matmul',
  ],
  [
    'ijk,ljk->il',
    [
      [2, 3, 4],
      [5, 3, 4],
    ],
    'transpose matmul',
  ],
  ['i,j->ij', [[2], [3]], 'mul'],
  [
    'bi,bi->b',
    [
      [2, 3],
      [2, 3],
    ],
    'mul sum',
  ],
  ['ij,k->i', [[2, 3], [4]], 'sum sum mul'],
] as const)('writes %s with the fewest operations', (subscripts, shapes, expected) => {
  expect(operations(subscripts, ...shapes)).toBe(expected);
});

describe('the order of contraction', () => {
  const sizes = new Map(
    [...'abcdefghijklmn'].map((index, i) => [index, [2, 50, 3, 40, 5, 30, 7, 20, 9, 10, 11, 6, 13, 4][i]!]),
  );
  const sets = (terms: string): ReadonlySet<string>[] => terms.split(',').map((term) => new Set(term));

  /** Multiplications of an order, and the smallest number that any order needs. */
  function cost(inputs: readonly ReadonlySet<string>[], output: ReadonlySet<string>, order: unknown): number {
    let total = 0;
    const visit = (part: unknown): { indices: Set<string>; own: number[] } => {
      if (typeof part === 'number') return { indices: new Set(inputs[part]), own: [part] };
      const [a, b] = (part as [unknown, unknown]).map(visit);
      const own = [...a!.own, ...b!.own];
      const all = new Set([...a!.indices, ...b!.indices]);
      total += [...all].reduce((product, index) => product * sizes.get(index)!, 1);
      const needed = new Set([...output, ...inputs.flatMap((set, i) => (own.includes(i) ? [] : [...set]))]);
      return { indices: new Set([...all].filter((index) => needed.has(index))), own };
    };
    expect(visit(order).own.sort((a, b) => a - b)).toEqual([...inputs.keys()]);
    return total;
  }

  function everyOrder(parts: readonly unknown[]): unknown[] {
    if (parts.length === 1) return [parts[0]];
    return parts.flatMap((a, i) =>
      parts
        .slice(i + 1)
        .flatMap((b, k) => everyOrder([...parts.filter((_, at) => at !== i && at !== i + 1 + k), [a, b]])),
    );
  }

  it.each([
    ['ab,bc,cd,de', 'ae'],
    ['abc,bd,ce,de', 'a'],
    ['ab,ac,ad,ae', 'bcde'],
    ['ab,cd,bc', ''],
  ])('is the best one for %s->%s', (terms, output) => {
    const inputs = sets(terms);
    const kept = new Set(output);
    const all = everyOrder([...inputs.keys()]).map((order) => cost(inputs, kept, order));
    expect(cost(inputs, kept, contractionOrder(inputs, kept, sizes))).toBe(Math.min(...all));
  });

  it.each([
    ['ab,bc,cd,de,ef,fg,gh,hi,ij,jk', 'ak'],
    ['jk,ij,hi,gh,fg,ef,de,cd,bc,ab', 'ak'],
    ['ab,ac,ad,ae,af,ag,ah,ai,aj', 'bcd'],
  ])('is no worse than left to right for %s->%s', (terms, output) => {
    const inputs = sets(terms);
    const kept = new Set(output);
    const greedy = cost(inputs, kept, contractionOrder(inputs, kept, sizes));
    const leftToRight = [...inputs.keys()].slice(1).reduce<unknown>((order, i) => [order, i], 0);
    expect(greedy).toBeLessThanOrEqual(cost(inputs, kept, leftToRight));
  });
});

it('says what is wrong with subscripts and shapes', () => {
  const [a, b] = [zeros([2, 3]), zeros([4, 5])];
  expect(
    errorTexts(
      () => einsum('ij,jk->ik', a, b),
      () => einsum('ij,jk->ik', a),
      () => einsum('ij->', a, b),
      () => einsum('ijk->i', a),
      () => einsum('...ijk', a),
      () => einsum('i2->i', a),
      () => einsum('i->j->k', a),
      () => einsum('......', a),
      () => einsum('ij->k', a),
      () => einsum('ij->ii', a),
      () => einsum('ii', a),
      () => einsum('...,...', a, b),
      () => einsum('ij,ij', a, zeros([2, 3], { dtype: 'int32' })),
      () => einsum('ij'),
    ),
  ).toMatchInlineSnapshot(`
    "ShapeError: einsum: 'ij,jk->ik': sizes of index j differ in operands 0 [2,3] and 1 [4,5]
    ArgumentError: einsum: 'ij,jk->ik' has 2 operands, given are 1; write 'ij,jk->ik', one term per operand
    ArgumentError: einsum: 'ij->' has 1 operands, given are 2; write 'ij,jk->ik', one term per operand
    ShapeError: einsum: 'ijk' in 'ijk->i' names 3 axes, operand 0 [2,3] has 2
    ShapeError: einsum: '...ijk' in '...ijk' names 3 axes, operand 0 [2,3] has 2
    ArgumentError: einsum: 'i2' in 'i2->i' is not accepted; indices are letters, with at most one '...' in each operand
    ArgumentError: einsum: 'i->j->k' has more than one '->'; write 'ij,jk->ik'
    ArgumentError: einsum: '......' in '......' is not accepted; indices are letters, with at most one '...' in each operand
    ArgumentError: einsum: index k of the output of 'ij->k' occurs in no operand
    ArgumentError: einsum: the output of 'ij->ii' has index i twice; use diag to fill a diagonal
    ShapeError: einsum: 'ii': sizes of index i differ in operands 0 [2,3] and 0 [2,3]
    ShapeError: einsum: '...,...': sizes of '...' (axis -2 of it) differ in operands 0 [2,3] and 1 [4,5]
    DTypeError: einsum: dtypes differ: float32 [2,3] and int32 [2,3]; convert one with .cast('float32')
    ArgumentError: einsum: 'ij' is given no operands; pass one or more"
  `);
});
