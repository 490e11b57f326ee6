import {
  allocate,
  integerLimits,
  integerRange,
  isFloat,
  isHalf,
  isInteger,
  isWideInteger,
  type DType,
  type HostArray,
  type NumericArray,
} from '../dtypes.js';
import type { Kernel } from '../graph/primitive.js';
import { decodeNumber, encodeNumber } from '../half.js';
import { commonDType, toCommon } from './common-arrays.js';

/** Floats as integers between two limits: truncated and saturated, NaN gives 0. */
function truncate(x: NumericArray, y: NumericArray, low: number, high: number): void {
  let i = 0;
  while (i < y.length) {
    // Signed integers four at a time, as long as these are clearly between the limits: to find out costs less than to clamp.
    for (; low < 0 && i + 4 <= y.length; i += 4) {
      const a = x[i]!;
      const b = x[i + 1]!;
      const c = x[i + 2]!;
      const d = x[i + 3]!;
      if (!(Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d) <= high)) break;
      y[i] = a | 0;
      y[i + 1] = b | 0;
      y[i + 2] = c | 0;
      y[i + 3] = d | 0;
    }
    // The array truncates what it is given, and stores NaN as 0.
    for (const end = Math.min(i + 4, y.length); i < end; i++) y[i] = Math.min(Math.max(x[i]!, low), high);
  }
}

function test(x: NumericArray, y: NumericArray): void {
  for (let i = 0; i < y.length; i++) y[i] = Number(x[i]! !== 0);
}

function truncateWide(x: NumericArray, y: BigInt64Array, low: bigint, high: bigint): void {
  for (let i = 0; i < y.length; i++) {
    const value = x[i]!;
    if (value !== value) y[i] = 0n;
    else if (value <= Number(low)) y[i] = low;
    else y[i] = value >= Number(high) ? high : BigInt(Math.trunc(value));
  }
}

/** 64-bit integers in another type. */
function fromWide(x: BigInt64Array, y: HostArray, to: DType): void {
  if (isWideInteger(to)) {
    for (let i = 0; i < x.length; i++) y[i] = x[i] as never;
  } else if (to === 'bool') {
    for (let i = 0; i < x.length; i++) y[i] = x[i] === 0n ? 0 : 1;
  } else if (isFloat(to)) {
    for (let i = 0; i < x.length; i++) y[i] = encodeNumber(Number(x[i]!), to);
  } else {
    // Small integers keep the low bits, which a number would round away.
    for (let i = 0; i < x.length; i++) y[i] = Number(BigInt.asIntN(32, x[i]!));
  }
}

function decode(x: HostArray, from: DType): Float32Array {
  const numbers = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) numbers[i] = decodeNumber(x[i] as number, from);
  return numbers;
}

/** Converts all elements: floats to integers truncate and saturate, NaN gives 0; integers wrap; bool is x ≠ 0. */
export function castKernel(from: DType, to: DType): Kernel {
  if (isWideInteger(from)) {
    return ([x], [y]) => {
      fromWide(x as BigInt64Array, y!, to);
    };
  }
  const fromFloat = isFloat(from);
  const numbers = (x: HostArray): NumericArray => (isHalf(from) ? decode(x, from) : (x as NumericArray));
  if (isWideInteger(to)) {
    const [low, high] = integerLimits(to);
    return ([x], [y]) => {
      if (fromFloat) truncateWide(numbers(x!), y as BigInt64Array, low, high);
      else for (let i = 0; i < y!.length; i++) y![i] = BigInt(x![i]!);
    };
  }
  if (to === 'bool') {
    return ([x], [y]) => {
      test(fromFloat ? numbers(x!) : toCommon(x!, from), y as NumericArray);
    };
  }
  if (isHalf(to)) {
    return ([x], [y]) => {
      const source = numbers(x!);
      for (let i = 0; i < y!.length; i++) y![i] = encodeNumber(source[i]!, to);
    };
  }
  if (fromFloat && isInteger(to)) {
    const [low, high] = integerRange(to)!;
    const common = commonDType(to);
    return ([x], [y]) => {
      const target = (common === to ? y : allocate(common, y!.length)) as NumericArray;
      truncate(numbers(x!), target, low, high);
      if (target !== y) (y as NumericArray).set(target);
    };
  }
  // Typed arrays convert numbers to floats by rounding, and to integers by wrapping around.
  return ([x], [y]) => {
    (y as NumericArray).set(numbers(x!));
  };
}
