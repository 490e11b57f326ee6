import {
  arange,
  argsort,
  logicalAnd,
  minimum,
  remainder,
  shiftRight,
  takeAlongAxis,
  where,
  whileLoop,
  zeros,
  type Node,
  type PermutationAttributes,
  type PrimitiveName,
  type RandomBitsAttributes,
  type Tensor,
  type TensorType,
} from '@tesserajs/tensor';
import { elementTypeCode, type ElementType } from '../elements.js';
import { writeFunction } from './expand.js';
import { integers, requireFixed, reshapeLike, shapeOf, type Lowering, type LoweringContext } from './context.js';

/** A uint32 number per key: the low or high half of its int64. */
type Words = readonly [first: string, second: string];

const parity = 0x1bd11bda;
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The streams of a key, as the reference kernels number them. */
const streams = { bits: 0, split: 1, fold: 2, permutation: 3 } as const;

function cast({ graph }: LoweringContext, value: string, type: ElementType): string {
  return graph.node('Cast', [value], { to: { int: elementTypeCode(type) } });
}

function shift({ graph }: LoweringContext, value: string, type: ElementType, by: number, direction: string): string {
  return graph.node('BitShift', [value, graph.constant(type, by)], { direction: { string: direction } });
}

/** The words of int64 keys. */
function unpack(context: LoweringContext, key: string): Words {
  const bits = cast(context, key, 'uint64');
  return [cast(context, bits, 'uint32'), cast(context, shift(context, bits, 'uint64', 32, 'RIGHT'), 'uint32')];
}

/** Keys of two words each. */
function pack(context: LoweringContext, [first, second]: Words): string {
  const { graph } = context;
  const high = shift(context, cast(context, second, 'uint64'), 'uint64', 32, 'LEFT');
  const bits = graph.node('BitwiseOr', [cast(context, first, 'uint64'), high]);
  return cast(context, bits, 'int64');
}

/** threefry2x32 with 20 rounds, as in the reference kernel: encrypts the counters (high, low), which broadcast with the keys. */
function threefry(context: LoweringContext, [k0, k1]: Words, high: number, low: string): Words {
  const { graph } = context;
  const number = (value: number): string => graph.constant('uint32', value);
  const add = (a: string, b: string): string => graph.node('Add', [a, b]);
  const xor = (a: string, b: string): string => graph.node('BitwiseXor', [a, b]);
  // Products and sums run on all cores, and shifts and operators on bits on one.
  const rotate = (x: string, by: number): string =>
    add(graph.node('Mul', [x, number(2 ** by)]), shift(context, x, 'uint32', 32 - by, 'RIGHT'));
  const keys = [k0, k1, xor(xor(k0, k1), number(parity))];
  let a = add(k0, number(high));
  let b = add(k1, low);
  for (let round = 0; round < 5; round++) {
    for (const by of rotations[round % 2]!) {
      a = add(a, b);
      b = xor(rotate(b, by), a);
    }
    a = add(a, keys[(round + 1) % 3]!);
    b = add(b, add(keys[(round + 2) % 3]!, number(round + 1)));
  }
  return [a, b];
}

/** 0, 1, … below a length. */
function counters(context: LoweringContext, length: string): string {
  const { graph } = context;
  return cast(context, graph.node('Range', [graph.constant('int64', 0), length, graph.constant('int64', 1)]), 'uint32');
}

/** The keys' words with a new last axis of size 1. */
function spread(context: LoweringContext, key: string): Words {
  const axes = integers(context, [-1]);
  return unpack(context, context.graph.node('Unsqueeze', [key, axes]));
}

/** `size` words of a stream per key, along a new last axis: word i of the first half comes with word i of the second. */
function words(context: LoweringContext, key: string, stream: number, size: number): string {
  const { graph } = context;
  const half = Math.ceil(size / 2);
  const low = counters(context, graph.constant('int64', half));
  const both = graph.node('Concat', threefry(context, spread(context, key), stream, low), { axis: { int: -1 } });
  if (2 * half === size) return both;
  return graph.node('Slice', [both, integers(context, [0]), integers(context, [size]), integers(context, [-1])]);
}

/** Words in the shape of a result whose size is known when the model runs, of one key. */
function openWords(context: LoweringContext, key: string, node: Node): string {
  const { graph } = context;
  const [one, two] = [graph.constant('int64', 1), graph.constant('int64', 2)];
  const shape = shapeOf(context, node.results[0]!);
  const size = graph.node('ReduceProd', [shape], { keepdims: { int: 0 } });
  const low = counters(context, graph.node('Div', [graph.node('Add', [size, one]), two]));
  const both = graph.node('Concat', threefry(context, unpack(context, key), streams.bits, low), { axis: { int: 0 } });
  const end = graph.node('Unsqueeze', [size, integers(context, [0])]);
  return graph.node('Slice', [both, integers(context, [0]), end]);
}

const randomBits: Lowering = (node, [key], context) => {
  const { shape } = node.attributes as RandomBitsAttributes;
  const [result] = node.results;
  const open = (context.batch?.openAxes(result!) ?? []).length > 0;
  if (open && node.operands[0]!.rank > 0) requireFixed(context, node);
  const size = shape.reduce((product, n) => product * n, 1);
  const drawn = open ? openWords(context, key!, node) : words(context, key!, streams.bits, size);
  return [reshapeLike(context, drawn, result!)];
};

const keySplit: Lowering = (node, [key], context) => {
  requireFixed(context, node);
  const { graph } = context;
  const { shape } = node.results[0]!;
  const drawn = words(context, key!, streams.split, 2 * shape.at(-1)!);
  const pairs = graph.node('Reshape', [drawn, integers(context, [...shape, 2])], { allowzero: { int: 1 } });
  const word = (i: number): string =>
    graph.node('Gather', [pairs, graph.constant('int64', i)], { axis: { int: shape.length } });
  return [pack(context, [word(0), word(1)])];
};

const keyFoldIn: Lowering = (_, [key, data], context) => [
  pack(context, threefry(context, unpack(context, key!), streams.fold, cast(context, data!, 'uint32'))),
];

/** `size` words per key of the stream of permutations, block after block: the two words of each follow each other. */
function permutationWords(context: LoweringContext, key: string, size: number): string {
  const { graph } = context;
  const half = Math.ceil(size / 2);
  const low = counters(context, graph.constant('int64', half));
  const pair = threefry(context, spread(context, key), streams.permutation, low);
  const apart = pair.map((word) => graph.node('Unsqueeze', [word, integers(context, [-1])]));
  return graph.node('Concat', apart, { axis: { int: -1 } });
}

/** Words beyond one per element: as many are drawn again only with a probability below 1e-30. */
function spareWords(length: number): number {
  return 64 + Math.ceil(length ** 2 / 2 ** 31);
}

type Shuffle = readonly [next: Tensor, word: Tensor, order: Tensor];

/** The shuffle of Fisher and Yates, as in the reference kernel: a word in the last, incomplete run of multiples is passed over. */
function shuffled(words: Tensor, length: number): Tensor {
  const count = words.shape[0]!;
  const index = arange(length);
  const start: Shuffle = [
    zeros([count, 1], { dtype: 'int64' }),
    zeros([count, 1], { dtype: 'int32' }),
    index.broadcastTo([count, length]),
  ];
  const [, , order] = whileLoop(
    ([next]: Shuffle) => next.less(length).any(),
    ([next, word, old]: Shuffle): Shuffle => {
      const places = next.add(1);
      const drawn = takeAlongAxis(words, word, 1).cast('int64');
      const limit = remainder(places.mul(0).add(2 ** 32), places)
        .neg()
        .add(2 ** 32);
      const isTaken = logicalAnd(drawn.less(limit), next.less(length));
      const at = remainder(drawn, places).cast('int32');
      const chosen = minimum(at, length - 1);
      const own = next.cast('int32');
      const moved = where(index.equal(own), takeAlongAxis(old, chosen, 1), old);
      const placed = where(index.equal(chosen), own, moved);
      return [
        next.add(isTaken.cast('int64')),
        minimum(word.add(next.less(length).cast('int32')), words.shape[1]! - 1),
        where(isTaken, placed, old),
      ];
    },
    start,
  );
  return order;
}

/** In the order of exponential waiting times, as in the reference kernel, from numbers of 52 bits. */
function weighted(words: Tensor, weights: Tensor, length: number): Tensor {
  const bits = shiftRight(words, 6).cast('float64').reshape([words.shape[0]!, length, 2]);
  const [high, low] = [bits.slice(null, null, [0, 1]), bits.slice(null, null, [1, 2])];
  const fraction = high
    .mul(2 ** 26)
    .add(low)
    .add(0.5)
    .mul(2 ** -52)
    .squeeze(2);
  return argsort(fraction.log().neg().div(weights.cast('float64')), 1);
}

const randomPermutation: Lowering = (node, [key, weights], context) => {
  requireFixed(context, node);
  const { length } = node.attributes as PermutationAttributes;
  const { shape } = node.results[0]!;
  const count = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  const size = 2 * Math.ceil((weights === undefined ? length + spareWords(length) : 2 * length) / 2);
  const words = permutationWords(context, key!, size);
  const types: TensorType[] = [{ shape: [...shape.slice(0, -1), size / 2, 2], dtype: 'uint32' }];
  const operands = [words];
  if (weights !== undefined) {
    types.push(node.operands[1]!);
    operands.push(weights);
  }
  const f = ([drawn, own]: readonly Tensor[]): Tensor => {
    const rows = drawn!.reshape([count, size]);
    const order = own === undefined ? shuffled(rows, length) : weighted(rows, own.reshape([count, length]), length);
    return order.reshape(shape);
  };
  return writeFunction(f, types, operands, context);
};

/** Names of these primitives. */
type Name = Extract<PrimitiveName, 'keySplit' | 'keyFoldIn' | 'randomBits' | 'randomPermutation'>;

/**
 * Lowerings of random bits and keys. A key is an int64 whose low half is its first word, as it lies in memory: ONNX moves
 * it around like any number.
 */
export const randomLowerings: Readonly<Record<Name, Lowering>> = {
  keySplit,
  keyFoldIn,
  randomBits,
  randomPermutation,
};
