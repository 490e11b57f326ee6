import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBfloat16Bits, fromFloat16Bits, toBfloat16Bits, toFloat16Bits } from './half.js';

const path = new URL('../fixtures/half.json', import.meta.url);
const digests = JSON.parse(readFileSync(path, 'utf8')) as Record<'float16' | 'bfloat16', [string]>;

const formats = [
  ['float16', toFloat16Bits, fromFloat16Bits, 0x7c00],
  ['bfloat16', toBfloat16Bits, fromBfloat16Bits, 0x7f80],
] as const;

it.each(formats)('all values of %s are those of NumPy and PyTorch', (name, _, decode) => {
  const values = Float32Array.from({ length: 65536 }, (__, bits) => decode(bits));
  const bits = Uint32Array.from(new Uint32Array(values.buffer), (word, i) =>
    Number.isNaN(values[i]) ? 0x7fc00000 : word,
  );
  expect(createHash('sha256').update(new Uint8Array(bits.buffer)).digest('hex')).toBe(digests[name][0]);
});

it.each(formats)('%s keeps each of its values', (_, encode, decode) => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = decode(bits);
    if (Number.isNaN(value)) expect(decode(encode(value))).toBeNaN();
    else if (encode(value) !== bits) expect(encode(value)).toBe(bits);
  }
});

it.each(formats)(
  '%s rounds what lies between two values to the nearer, half-way to even',
  (_, encode, decode, infinity) => {
    const wrong: string[] = [];
    const check = (value: number, expected: number): void => {
      if (encode(value) !== expected) wrong.push(`${value}: ${encode(value)} instead of ${expected}`);
      if (encode(-value) !== (expected | 0x8000)) wrong.push(`${-value}`);
    };
    for (let bits = 0; bits < infinity; bits++) {
      const low = decode(bits);
      // Above the largest value, Infinity takes the place of the next power of two.
      const high = bits + 1 === infinity ? 2 * low - decode(bits - 1) : decode(bits + 1);
      const middle = (low + high) / 2;
      const nudge = (high - low) * 2 ** -30; // far less than a float32 ulp: rounding twice would lose it
      check(middle, bits % 2 === 0 ? bits : bits + 1);
      check(middle - nudge, bits);
      check(middle + nudge, bits + 1);
      check(low + (high - low) / 4, bits);
    }
    expect(wrong).toEqual([]);
  },
);

it.each(formats)(
  '%s turns large numbers into Infinity, small ones into 0, and keeps signs and NaN',
  (_, encode, decode) => {
    expect([1e300, -1e300, Infinity, -Infinity].map((v) => decode(encode(v)))).toEqual([
      Infinity,
      -Infinity,
      Infinity,
      -Infinity,
    ]);
    expect([1e-300, -1e-300, 0, -0].map((v) => decode(encode(v)))).toEqual([0, -0, 0, -0]);
    expect(decode(encode(NaN))).toBeNaN();
  },
);

it('rounds once, also from float64: 1 + 2^-11 + 2^-40 is nearer to 1 + 2^-10 than to 1', () => {
  expect(fromFloat16Bits(toFloat16Bits(1 + 2 ** -11 + 2 ** -40))).toBe(1 + 2 ** -10);
  expect(fromBfloat16Bits(toBfloat16Bits(1 + 2 ** -8 + 2 ** -40))).toBe(1 + 2 ** -7);
});

it.each(formats)('%s never moves a number past a neighbour', (_, encode, decode) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
      const [low, high] = a <= b ? [a, b] : [b, a];
      expect(decode(encode(low))).toBeLessThanOrEqual(decode(encode(high)));
    }),
    { numRuns: 2000 },
  );
});
