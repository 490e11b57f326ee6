import type { DType } from './dtypes.js';

const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/**
 * float32 bits of a number, rounded to odd where they are not exact: then rounding once more, to fewer bits, gives what
 * rounding the number itself would.
 */
function toOddFloat32Bits(value: number): number {
  float32[0] = value;
  const rounded = float32[0];
  if (rounded === value || Number.isNaN(value)) return bits32[0]!;
  if (Math.abs(rounded) > Math.abs(value)) bits32[0]!--;
  bits32[0]! |= 1;
  return bits32[0]!;
}

/** float16 bits of a number, rounded to nearest even. */
export function toFloat16Bits(value: number): number {
  const bits = toOddFloat32Bits(value);
  const sign = (bits >>> 16) & 0x8000;
  const rest = bits & 0x7fffffff;
  if (rest > 0x7f800000) return sign | 0x7e00; // NaN
  if (rest >= 0x477ff000) return sign | 0x7c00; // rounds above 65504: Infinity
  if (rest >= 0x38800000) {
    const half = (rest - 0x38000000) >>> 13;
    const remainder = rest & 0x1fff;
    return sign | (half + (remainder > 0x1000 || (remainder === 0x1000 && (half & 1) === 1) ? 1 : 0));
  }
  // Subnormal: the exact value in units of 2^-24, rounded half to even.
  const scaled = Math.abs(float32[0]!) * 2 ** 24;
  const floor = Math.floor(scaled);
  const fraction = scaled - floor;
  return sign | (floor + (fraction > 0.5 || (fraction === 0.5 && floor % 2 === 1) ? 1 : 0));
}

/** The number that float16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = (bits & 0x8000) !== 0 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/** bfloat16 bits of a number, rounded to nearest even. */
export function toBfloat16Bits(value: number): number {
  const bits = toOddFloat32Bits(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays NaN
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The number that bfloat16 bits stand for. */
export function fromBfloat16Bits(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0]!;
}

/** What a typed array stores for a number of this dtype: the bits for float16 and bfloat16, else the number. */
export function encodeNumber(value: number, dtype: DType): number {
  if (dtype === 'float16') return toFloat16Bits(value);
  if (dtype === 'bfloat16') return toBfloat16Bits(value);
  return value;
}

/** The number that a typed array's element stands for. */
export function decodeNumber(stored: number, dtype: DType): number {
  if (dtype === 'float16') return fromFloat16Bits(stored);
  if (dtype === 'bfloat16') return fromBfloat16Bits(stored);
  return stored;
}
