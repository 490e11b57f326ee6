interface FloatFormat {
  readonly mantissaBits: number;
  readonly exponentBits: number;
}

const float16: FloatFormat = { mantissaBits: 10, exponentBits: 5 };
const bfloat16: FloatFormat = { mantissaBits: 7, exponentBits: 8 };

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of the float16 (IEEE 754 binary16) nearest to `value`, ties to even. */
export function float16Bits(value: number): number {
  return roundToBits(value, float16);
}

/** The bits of the bfloat16 nearest to `value`, ties to even. */
export function bfloat16Bits(value: number): number {
  return roundToBits(value, bfloat16);
}

/** The number that the bits of a float16 stand for. */
export function fromFloat16Bits(bits: number): number {
  return fromBits(bits, float16);
}

/** The number that the bits of a bfloat16 stand for. */
export function fromBfloat16Bits(bits: number): number {
  return fromBits(bits, bfloat16);
}

function fromBits(bits: number, { mantissaBits, exponentBits }: FloatFormat): number {
  const sign = bits >>> (mantissaBits + exponentBits) === 0 ? 1 : -1;
  const bias = 2 ** (exponentBits - 1) - 1;
  const exponent = (bits >>> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = (bits & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  if (exponent === 2 ** exponentBits - 1) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** (1 - bias) : sign * (1 + mantissa) * 2 ** (exponent - bias);
}

function roundToBits(value: number, { mantissaBits, exponentBits }: FloatFormat): number {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const sign = (high >>> 31) << (mantissaBits + exponentBits);
  const bias = 2 ** (exponentBits - 1) - 1;
  const infinity = (2 ** exponentBits - 1) << mantissaBits;
  if (Number.isNaN(value)) return infinity | (1 << (mantissaBits - 1));

  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023, 1 - bias);
  // In units of the last place: an integer plus the part to round away. Scaling by a power of 2 is exact.
  const units = Math.abs(value) / 2 ** (exponent - mantissaBits);
  const rounded = roundHalfToEven(units);
  // A subnormal's leading bit is 0; a normal's leading 1 adds one to the exponent field below.
  const bits = rounded + (exponent + bias - 1) * 2 ** mantissaBits;
  return sign | Math.min(bits, infinity);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}
