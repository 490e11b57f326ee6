import * as t from '@tesserajs/tensor';
import type { DType, PrimitiveName, Shape, Tensor } from '@tesserajs/tensor';
import { special, type Case } from './case.fixture.js';
import { from, positive, values } from './numbers.fixture.js';

type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;

const floats: readonly DType[] = ['float32', 'float64'];

function unary(f: Unary, draw: typeof values = values): Case[] {
  return [
    { title: 'a matrix', inputs: (dtype) => [draw(dtype, [5, 7])], f },
    { title: 'a scalar', inputs: (dtype) => [draw(dtype, [])], f },
    { title: 'no elements', inputs: (dtype) => [draw(dtype, [0, 3])], f },
    {
      title: 'special values',
      inputs: (dtype) => [from(dtype, [special.length], special)],
      f,
      dtypes: floats,
      gradients: false,
    },
  ];
}

/** Numbers strictly between −1 and 1. */
function fractions(dtype: DType, shape: Shape): Tensor {
  const x = values(dtype, shape);
  return t.isFloat(dtype) ? x.mul(0.49) : x;
}

/** All pairs of special values. */
function pairs(dtype: DType, accept: (a: number, b: number) => boolean): readonly Tensor[] {
  const all = special.flatMap((a) => special.map((b) => [a, b] as const)).filter(([a, b]) => accept(a, b));
  return [0, 1].map((side) =>
    from(
      dtype,
      [all.length],
      all.map((pair) => pair[side]!),
    ),
  );
}

function binary(
  f: Binary,
  draw: typeof values = values,
  accept: (a: number, b: number) => boolean = () => true,
): Case[] {
  return [
    { title: 'equal shapes', inputs: (dtype) => [draw(dtype, [5, 7]), draw(dtype, [5, 7], 2)], f },
    { title: 'a row', inputs: (dtype) => [draw(dtype, [5, 7]), draw(dtype, [7], 2)], f, gradientLength: 5 },
    { title: 'a column', inputs: (dtype) => [draw(dtype, [5, 1]), draw(dtype, [5, 7], 2)], f, gradientLength: 7 },
    {
      title: 'both repeated',
      inputs: (dtype) => [draw(dtype, [2, 1, 4]), draw(dtype, [3, 1], 2)],
      f,
      gradientLength: 8,
    },
    { title: 'a scalar', inputs: (dtype) => [draw(dtype, []), draw(dtype, [2, 3], 2)], f, gradientLength: 6 },
    { title: 'no elements', inputs: (dtype) => [draw(dtype, [0, 3]), draw(dtype, [3], 2)], f },
    { title: 'special values', inputs: (dtype) => pairs(dtype, accept), f, dtypes: floats, gradients: false },
  ];
}

/** Integers at the ends of their ranges: results wrap around. */
function wrapping(f: Binary): Case[] {
  const ends = [0, 1, 2, 127, 128, 255, 32767, 65535, 2147483647, 4294967295];
  const ints: readonly DType[] = ['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32'];
  const fitting = (dtype: DType): number[] => {
    const largest = 2 ** (Number(/\d+/.exec(dtype)![0]) - (dtype.startsWith('u') ? 0 : 1)) - 1;
    const own = ends.filter((end) => end <= largest);
    return dtype.startsWith('u') ? own : [...own, ...own.map((end) => -end - 1)];
  };
  const inputs = (dtype: DType): Tensor[] => {
    const own = fitting(dtype);
    return [from(dtype, [own.length, 1], own), from(dtype, [own.length], own)];
  };
  return [{ title: 'ends of the range', inputs, f, dtypes: ints }];
}

// C and NumPy say 1 for 1 to any power; JavaScript says NaN for 1 to the power of NaN or ±Infinity.
const definedPower = (a: number, b: number): boolean => Number.isFinite(b) || Math.abs(a) !== 1;

const isPlain = ({ title }: Case): boolean => title !== 'special values';

/** The elementwise primitives but `cast`. */
export const elementwiseCases = {
  add: [...binary(t.add), ...wrapping(t.add)],
  sub: [...binary(t.sub), ...wrapping(t.sub)],
  mul: [...binary(t.mul), ...wrapping(t.mul)],
  div: binary(t.div),
  pow: [
    ...binary(t.pow, positive, definedPower),
    ...[2, 3, 0.5, -1, 0].map((power): Case => ({
      title: `to the power of ${power}`,
      inputs: (dtype) => [positive(dtype, [9])],
      f: (x) => x.pow(power),
      dtypes: floats,
    })),
    { title: 'negative bases', inputs: (dtype) => [values(dtype, [9])], f: (x) => x.pow(3), dtypes: floats },
  ],
  maximum: [...binary(t.maximum), ...wrapping(t.maximum)],
  minimum: [...binary(t.minimum), ...wrapping(t.minimum)],
  neg: unary(t.neg),
  abs: unary(t.abs),
  sign: unary(t.sign),
  floor: unary(t.floor),
  exp: unary(t.exp),
  log: [
    ...unary(t.log, positive),
    { title: 'negative numbers', inputs: (dtype) => [values(dtype, [9])], f: t.log, gradients: false },
  ],
  sqrt: unary(t.sqrt, positive),
  // 1 − y² cancels where y is near 1.
  tanh: unary((x) => x.tanh()).map((one) => ({ ...one, gradientLength: 2 })),
  sigmoid: unary((x) => x.sigmoid()),
  relu: unary((x) => x.relu()),
  where: [
    ...binary((a, b) => t.where(a.greater(b), a, b)),
    {
      title: 'a condition that is repeated',
      inputs: (dtype) => [values('bool', [3, 1]), values(dtype, [3, 4]), values(dtype, [4], 2)],
      f: t.where,
      gradientLength: 3,
    },
  ],
  equal: binary(t.equal),
  notEqual: binary(t.notEqual),
  less: binary(t.less),
  lessEqual: binary(t.lessEqual),
  greater: binary(t.greater),
  greaterEqual: binary(t.greaterEqual),
  logicalAnd: binary(t.logicalAnd).filter(isPlain),
  logicalOr: binary(t.logicalOr).filter(isPlain),
  logicalNot: unary(t.logicalNot).filter(isPlain),
  sin: unary(t.sin),
  cos: unary(t.cos),
  asin: unary(t.asin, fractions),
  acos: unary(t.acos, fractions),
  atan: unary(t.atan),
  atan2: binary(t.atan2),
  hypot: binary(t.hypot),
  sinh: unary(t.sinh),
  cosh: unary(t.cosh),
  asinh: unary(t.asinh),
  acosh: unary((x) => t.acosh(x.add(1)), positive),
  atanh: unary(t.atanh, fractions),
  log1p: unary(t.log1p, positive),
  expm1: unary(t.expm1),
  cbrt: unary(t.cbrt),
  // Of positive numbers: the sum cancels where the result is near 0.
  logAddExp: binary(t.logAddExp, positive),
  round: unary(t.round),
  ceil: unary(t.ceil),
  remainder: [...binary(t.remainder), ...wrapping(t.remainder)],
  floorDivide: [...binary(t.floorDivide), ...wrapping(t.floorDivide)],
  erf: unary(t.erf),
  erfc: unary(t.erfc),
  erfInv: unary(t.erfInv, fractions),
  xlogy: binary(t.special.xlogy, positive),
  xlog1py: binary(t.special.xlog1py, positive),
  bitwiseAnd: [...binary(t.bitwiseAnd).filter(isPlain), ...wrapping(t.bitwiseAnd)],
  bitwiseOr: [...binary(t.bitwiseOr).filter(isPlain), ...wrapping(t.bitwiseOr)],
  bitwiseXor: [...binary(t.bitwiseXor).filter(isPlain), ...wrapping(t.bitwiseXor)],
  shiftLeft: [
    {
      title: 'by each distance',
      inputs: (dtype) => [from(dtype, [4, 1], [1, 2, 3, 100]), from(dtype, [5], [0, 1, 7, 31, 40])],
      f: t.shiftLeft,
      dtypes: ['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32'],
    },
  ],
  shiftRight: [
    {
      title: 'by each distance',
      inputs: (dtype) => [from(dtype, [4, 1], [1, 2, 129, 255]), from(dtype, [5], [0, 1, 7, 31, 40])],
      f: t.shiftRight,
    },
    {
      title: 'words by 9',
      inputs: () => [t.random.bits(t.random.key(3), [50])],
      f: (x) => t.shiftRight(x, 9),
      dtypes: ['uint32'],
    },
  ],
} satisfies Partial<Record<PrimitiveName, readonly Case[]>>;
