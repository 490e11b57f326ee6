import { isFloat, isInteger, type NumericArray } from '../dtypes.js';
import { DTypeError, ShapeError } from '../errors.js';
import { checkTensor, apply, applyPlain } from '../graph/bind.js';
import { definePrimitive, notDifferentiable, type Primitive, type TensorType } from '../graph/primitive.js';
import { shuffle, weightedShuffle } from '../kernels/permutation.js';
import { randomWords, threefry2x32 } from '../kernels/threefry.js';
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { noteKeyUse } from './key-reuse.js';

/** Streams of one key: what a key is used for never repeats another use. */
const bitsStream = 0;
const splitStream = 1;
const foldStream = 2;
const permutationStream = 3;

/** Throws a DTypeError unless an operand is a key. */
export function checkKey(operation: string, key: TensorType): void {
  checkTensor(operation, key);
  if (key.dtype !== 'key') {
    throw new DTypeError(
      `${operation}: the key is ${key.dtype} ${formatShape(key.shape)}; make one with random.key(seed)`,
    );
  }
}

/** Attributes of keySplit. */
export interface SplitAttributes {
  readonly count: number;
}

const keySplitPrimitive: Primitive<SplitAttributes> = definePrimitive<SplitAttributes>({
  name: 'keySplit',
  shape([key], { count }) {
    checkKey('split', key!);
    return { shape: [...key!.shape, count], dtype: 'key' };
  },
  vjp: notDifferentiable('random bits'),
  batch: ({ operands, attributes }) => apply(keySplitPrimitive, operands, attributes),
  reference({ operands, attributes: { count } }) {
    const keys = sizeOf(operands[0]!.shape);
    return ([key], [y]) => {
      const from = key as Uint32Array;
      for (let i = 0; i < keys; i++) {
        const target = (y as Uint32Array).subarray(2 * i * count, 2 * (i + 1) * count);
        randomWords(from[2 * i]!, from[2 * i + 1]!, splitStream, target);
      }
    };
  },
});

/** `count` independent keys from one, as a tensor of keys: [...] → [..., count]. */
export function splitKey(key: Tensor, count: number): Tensor {
  checkKey('split', key);
  checkShape('split', [count]);
  noteKeyUse(key, 'split');
  return apply(keySplitPrimitive, [key], { count });
}

const keyFoldInPrimitive: Primitive = definePrimitive({
  name: 'keyFoldIn',
  shape([key, data]) {
    checkKey('foldIn', key!);
    if (!isInteger(data!.dtype)) {
      throw new DTypeError(`foldIn: the number is ${data!.dtype}; it must be an integer: use .cast('uint32')`);
    }
    if (key!.shape.length !== data!.shape.length || key!.shape.some((n, i) => n !== data!.shape[i])) {
      throw new ShapeError(
        `foldIn: keys ${formatShape(key!.shape)} and numbers ${formatShape(data!.shape)} differ; give one number per key`,
      );
    }
    return key!;
  },
  vjp: notDifferentiable('random bits'),
  batch({ operands, batched, size }) {
    const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return applyPlain(keyFoldInPrimitive, ...full);
  },
  reference({ operands }) {
    const keys = sizeOf(operands[0]!.shape);
    return ([key, data], [y]) => {
      const from = key as Uint32Array;
      const to = y as Uint32Array;
      for (let i = 0; i < keys; i++) {
        const number = data![i]!;
        const counter = typeof number === 'bigint' ? Number(BigInt.asUintN(32, number)) : number;
        const at = 2 * i;
        threefry2x32(
          from[at]!,
          from[at + 1]!,
          foldStream,
          counter,
          to.subarray(at, at + 1),
          to.subarray(at + 1, at + 2),
        );
      }
    };
  },
});

/** A key that depends on `key` and on an integer. */
export function foldInKey(key: Tensor, data: Tensor): Tensor {
  return applyPlain(keyFoldInPrimitive, key, data);
}

/** Attributes of randomBits. */
export interface RandomBitsAttributes {
  readonly shape: Shape;
}

const randomBitsPrimitive: Primitive<RandomBitsAttributes> = definePrimitive<RandomBitsAttributes>({
  name: 'randomBits',
  shape([key], { shape }) {
    checkKey('bits', key!);
    return { shape: [...key!.shape, ...shape], dtype: 'uint32' };
  },
  vjp: notDifferentiable('random bits'),
  batch: ({ operands, attributes }) => apply(randomBitsPrimitive, operands, attributes),
  reference({ operands, attributes: { shape } }) {
    const keys = sizeOf(operands[0]!.shape);
    const size = sizeOf(shape);
    return ([key], [y]) => {
      const from = key as NumericArray;
      for (let i = 0; i < keys; i++) {
        const target = (y as Uint32Array).subarray(i * size, (i + 1) * size);
        randomWords(from[2 * i]!, from[2 * i + 1]!, bitsStream, target);
      }
    };
  },
});

/** Uniform 32-bit words: key [] → uint32 of the given shape. */
export function randomBits(key: Tensor, shape: Shape): Tensor {
  checkShape('bits', shape);
  noteKeyUse(key, 'bits');
  return apply(randomBitsPrimitive, [key], { shape: [...shape] });
}

/** Attributes of randomPermutation. */
export interface PermutationAttributes {
  readonly length: number;
}

const randomPermutationPrimitive: Primitive<PermutationAttributes> = definePrimitive<PermutationAttributes>({
  name: 'randomPermutation',
  shape([key, weights], { length }) {
    checkKey('permutation', key!);
    const shape = [...key!.shape, length];
    if (weights !== undefined && (!isFloat(weights.dtype) || !sameShape(weights.shape, shape))) {
      throw new ShapeError(
        `choice: probabilities are ${weights.dtype} ${formatShape(weights.shape)}; they must be floats ${formatShape(shape)}`,
      );
    }
    return { shape, dtype: 'int32' };
  },
  vjp: notDifferentiable('random bits'),
  batch({ operands, batched, size, attributes }) {
    const full = operands.map((x, i) => (batched[i] === true ? x : x.broadcastTo([size, ...x.shape])));
    return apply(randomPermutationPrimitive, full, attributes);
  },
  reference({ operands, attributes: { length } }) {
    const keys = sizeOf(operands[0]!.shape);
    return ([key, weights], [y]) => {
      const from = key as Uint32Array;
      for (let i = 0; i < keys; i++) {
        const [start, end] = [i * length, (i + 1) * length];
        const target = (y as Int32Array).subarray(start, end);
        const [k0, k1] = [from[2 * i]!, from[2 * i + 1]!];
        if (weights === undefined) shuffle(k0, k1, permutationStream, target);
        else weightedShuffle(k0, k1, permutationStream, (weights as Float64Array).subarray(start, end), target);
      }
    };
  },
});

/** 0..length−1 in random order, by weights if given: key [...] and weights [..., length] → int32 [..., length]. */
export function randomPermutation(key: Tensor, length: number, weights?: Tensor): Tensor {
  checkShape('permutation', [length]);
  return apply(randomPermutationPrimitive, weights === undefined ? [key] : [key, weights], { length });
}

/** Names of the random primitives. */
export type RandomName = 'keySplit' | 'keyFoldIn' | 'randomBits' | 'randomPermutation';

/** The random primitives. */
export const randomPrimitives: Readonly<{
  keySplit: Primitive<SplitAttributes>;
  keyFoldIn: Primitive;
  randomBits: Primitive<RandomBitsAttributes>;
  randomPermutation: Primitive<PermutationAttributes>;
}> = {
  keySplit: keySplitPrimitive,
  keyFoldIn: keyFoldInPrimitive,
  randomBits: randomBitsPrimitive,
  randomPermutation: randomPermutationPrimitive,
};
