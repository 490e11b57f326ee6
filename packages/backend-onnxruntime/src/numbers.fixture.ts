import { isFloat, sizeOf, tensor, type DType, type HostArray, type Shape, type Tensor } from '@tesserajs/tensor';

/** The same numbers in [0, 1) on every machine (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers that fit every dtype of a kind: floats in [−2, 2), integers in [−9, 9] or [0, 18], bool. */
export function values(dtype: DType, shape: Shape, seed = 1): Tensor {
  const next = generator(seed * 7919 + sizeOf(shape));
  const draw = (): number => {
    if (dtype === 'bool') return Math.floor(next() * 2);
    if (isFloat(dtype)) return next() * 4 - 2;
    return Math.floor(next() * 19) - (dtype.startsWith('u') ? 0 : 9);
  };
  return from(dtype, shape, Array.from({ length: sizeOf(shape) }, draw));
}

/** Numbers in [0.1, 2.1), or whole ones in [1, 9], for functions that take only positive numbers. */
export function positive(dtype: DType, shape: Shape, seed = 1): Tensor {
  const next = generator(seed * 104729 + sizeOf(shape));
  const draw = (): number => (isFloat(dtype) ? next() * 2 + 0.1 : Math.floor(next() * 9) + 1);
  return from(dtype, shape, Array.from({ length: sizeOf(shape) }, draw));
}

/** A tensor of given numbers, or texts of numbers, in any dtype. */
export function from(dtype: DType, shape: Shape, numbers: readonly (number | string)[]): Tensor {
  if (dtype === 'int64') return tensor(BigInt64Array.from(numbers, BigInt), { shape });
  if (dtype === 'uint64') return tensor(BigUint64Array.from(numbers, BigInt), { shape });
  return tensor(numbers.map(Number), { dtype, shape });
}

/** Distance from |x| to the next larger float. */
function ulp(x: number, dtype: FloatDType): number {
  const [bits, smallest] = precision[dtype];
  return x === 0 ? smallest : Math.max(smallest, 2 ** (Math.floor(Math.log2(Math.abs(x))) - bits));
}

type FloatDType = 'float16' | 'bfloat16' | 'float32' | 'float64';

/** Bits of the fraction, and the smallest number. */
const precision: Readonly<Record<FloatDType, readonly [number, number]>> = {
  float16: [10, 2 ** -24],
  bfloat16: [7, 2 ** -133],
  float32: [23, 2 ** -149],
  float64: [52, 2 ** -1074],
};

const smallestNormal = { float16: 0, bfloat16: 2 ** -126, float32: 2 ** -126, float64: 2 ** -1022 };

/** Which deviations are allowed. */
export interface Tolerance {
  /** How many products or terms are added up for one element, at most. 1: each element is held to its own size. */
  readonly length?: number;
  /** Distances to the next float that one term may be off. Default 8, or 1 for 16-bit floats, which are rounded from 32 bits. */
  readonly ulps?: number;
}

/**
 * Says where `actual` differs from `expected` by more than 8 ulp · √length, at the worst element; an empty text when
 * nowhere. Sums may cancel, so that with a length the ulp is that of the largest element.
 */
export function deviation(
  actual: HostArray,
  expected: HostArray,
  dtype: DType,
  { length = 1, ulps = dtype.endsWith('float16') ? 1 : 8 }: Tolerance = {},
): string {
  if (actual.length !== expected.length) return `${actual.length} elements instead of ${expected.length}`;
  const float = isFloat(dtype) ? (dtype as FloatDType) : null;
  let largest = 0;
  for (const value of expected)
    if (Number.isFinite(Number(value))) largest = Math.max(largest, Math.abs(Number(value)));
  let worst = 0;
  let text = '';
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!].map((value) => (float === null ? value : Number(value)));
    if (a == e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const difference = Math.abs(Number(a) - Number(e));
    // Denormal results may be zero.
    if (float !== null && difference < smallestNormal[float]) continue;
    const unit = float === null ? 0 : ulps * Math.sqrt(length) * ulp(length > 1 ? largest : Number(e), float);
    const excess = Number.isFinite(difference) ? difference / unit : Infinity;
    if (excess <= 1 || excess <= worst) continue;
    worst = excess;
    text =
      `element ${i} is ${a}, not ${e}` + (float === null ? '' : `: ${(ulps * excess).toPrecision(3)} ulp · √${length}`);
  }
  return text;
}

/**
 * The low 32 bits of 64-bit integers. The reference backend computes few things in 64 bits; the same computation on equal
 * numbers in 32 bits agrees in these.
 */
export function narrowed(data: HostArray): HostArray {
  if (data instanceof BigInt64Array) return Int32Array.from(data, (value) => Number(BigInt.asIntN(32, value)));
  if (data instanceof BigUint64Array) return Uint32Array.from(data, (value) => Number(BigInt.asUintN(32, value)));
  return data;
}

/** The dtype in which the reference backend tells what is right: 32 bits for 64-bit integers. */
export function oracleDType(dtype: DType): DType {
  if (dtype === 'int64') return 'int32';
  return dtype === 'uint64' ? 'uint32' : dtype;
}
