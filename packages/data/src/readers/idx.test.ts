import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, DataFormatError } from '../errors.js';
import { writeIdx } from './idx.fixture.js';
import { parseIdx, readIdx, type IdxDType } from './idx.js';

const dtypes: readonly IdxDType[] = ['uint8', 'int8', 'int16', 'int32', 'float32', 'float64'];

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
}

describe('parseIdx', () => {
  it.each([
    ['uint8', '00 00 08 01 00 00 00 03 05 00 ff', [3], new Uint8Array([5, 0, 255])],
    ['int8', '00 00 09 01 00 00 00 02 ff 7f', [2], new Int8Array([-1, 127])],
    ['int16', '00 00 0b 01 00 00 00 02 01 02 ff fe', [2], new Int16Array([258, -2])],
    ['int32', '00 00 0c 01 00 00 00 02 01 02 03 04 ff ff ff fe', [2], new Int32Array([16909060, -2])],
    ['float32', '00 00 0d 01 00 00 00 02 3f 80 00 00 c0 49 0f db', [2], new Float32Array([1, -Math.PI])],
    ['float64', '00 00 0e 01 00 00 00 01 40 09 21 fb 54 44 2d 18', [1], new Float64Array([Math.PI])],
    ['uint8', '00 00 08 02 00 00 00 02 00 00 00 03 01 02 03 04 05 06', [2, 3], new Uint8Array([1, 2, 3, 4, 5, 6])],
    ['uint8', '00 00 08 00 2a', [], new Uint8Array([42])],
    ['int32', '00 00 0c 02 00 00 00 00 00 00 00 05', [0, 5], new Int32Array(0)],
  ])('reads the bytes of %s: %s', (dtype, hex, shape, data) => {
    expect(parseIdx(bytesOf(hex))).toEqual({ dtype, shape, data });
  });

  it('reads back whatever is written, at any place of a larger buffer', () => {
    const file = fc.constantFrom(...dtypes).chain((dtype) =>
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }).chain((shape) => {
        const count = shape.reduce((product, length) => product * length, 1);
        const value = {
          uint8: fc.nat(255),
          int8: fc.integer({ min: -128, max: 127 }),
          int16: fc.integer({ min: -32768, max: 32767 }),
          int32: fc.integer(),
          float32: fc.float(),
          float64: fc.double(),
        }[dtype];
        return fc.record({
          dtype: fc.constant(dtype),
          shape: fc.constant(shape),
          values: fc.array(value, { minLength: count, maxLength: count }),
          before: fc.nat(9),
        });
      }),
    );
    fc.assert(
      fc.property(file, ({ dtype, shape, values, before }) => {
        const bytes = writeIdx(dtype, shape, values);
        const larger = new Uint8Array(before + bytes.length + 3).fill(0xee);
        larger.set(bytes, before);
        const parsed = parseIdx(larger.subarray(before, before + bytes.length));
        expect(parsed.dtype).toBe(dtype);
        expect(parsed.shape).toEqual(shape);
        expect(Array.from(parsed.data)).toEqual(values);
      }),
    );
  });

  it('keeps the bits of a NaN', () => {
    const { data } = parseIdx(bytesOf('00 00 0d 01 00 00 00 01 7f a1 b2 c3'));
    expect(new Uint32Array(data.buffer)[0]).toBe(0x7fa1b2c3);
  });

  it('gives bytes as a view and everything else as a copy', () => {
    const labels = writeIdx('uint8', [2], [1, 2]);
    const heights = writeIdx('int16', [2], [1, 2]);
    const views = [parseIdx(labels).data, parseIdx(heights).data];
    labels.fill(9);
    heights.fill(9);
    expect(views).toEqual([new Uint8Array([9, 9]), new Int16Array([1, 2])]);
  });
});

describe('parseIdx refuses', () => {
  const header = '00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c';
  it.each([
    ['an empty file', '', 'truncated: the header needs 4 bytes, file has 0'],
    ['a cut header', '00 00 08 03 00 00 ea 60 00', 'truncated: the header needs 16 bytes, file has 9'],
    ['a PNG file', '89 50 4e 47 0d 0a', 'wrong magic: an idx file starts with 00 00, this one with 89 50 4e 47'],
    ['a little-endian file', '01 08 00 00', 'wrong magic: an idx file starts with 00 00, this one with 01 08 00 00'],
    [
      'an unknown element type',
      '00 00 0a 01 00 00 00 01 00',
      'unknown element type 0a; known are 08 (uint8), 09 (int8), 0b (int16), 0c (int32), 0d (float32), 0e (float64)',
    ],
    [
      'missing bytes',
      '00 00 08 01 00 00 ea 60 05 00',
      'truncated: header promises 60008 bytes (60000 items of 1 byte), file has 10',
    ],
    ['missing images', header, 'truncated: header promises 47040016 bytes (60000×28×28 items of 1 byte), file has 16'],
    [
      'missing floats',
      '00 00 0d 01 00 00 00 02 3f 80 00 00',
      'truncated: header promises 16 bytes (2 items of 4 bytes), file has 12',
    ],
    ['a missing scalar', '00 00 08 00', 'truncated: header promises 5 bytes (1 items of 1 byte), file has 4'],
    [
      'trailing bytes',
      '00 00 08 01 00 00 00 01 05 00 00',
      'trailing bytes: header promises 9 bytes (1 items of 1 byte), file has 11',
    ],
    [
      'sizes that no number can count',
      '00 00 08 02 ff ff ff ff ff ff ff ff',
      'sizes are too large: 4294967295×4294967295 items of uint8',
    ],
    [
      'such sizes beside an axis of length 0',
      '00 00 0e 03 00 00 00 00 ff ff ff ff 00 40 00 00',
      'sizes are too large: 0×4294967295×4194304 items of float64',
    ],
    ['compressed bytes', '1f 8b 08 00', 'is compressed with gzip; readIdx expands it'],
  ])('%s', (_, hex, message) => {
    const bytes = hex === '' ? new Uint8Array(0) : bytesOf(hex);
    const error = new DataFormatError(`idx: train-images-idx3-ubyte: ${message}`);
    expect(() => parseIdx(bytes, { name: 'train-images-idx3-ubyte' })).toThrow(error);
    expect(() => parseIdx(bytes)).toThrow(new DataFormatError(`idx: ${message}`));
  });

  it('with an error that programs can tell by its class and code', () => {
    let thrown: unknown;
    try {
      parseIdx(new Uint8Array(0));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DataError);
    expect(thrown).toMatchObject({ name: 'DataFormatError', code: 'FORMAT' });
  });

  it('any bytes at all with nothing but its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, asIdx) => {
        if (asIdx) bytes.set([0, 0, 8].slice(0, bytes.length));
        try {
          const { data, shape } = parseIdx(bytes);
          expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }),
    );
  });
});

describe('readIdx', () => {
  const plain = writeIdx(
    'int32',
    [3000],
    Array.from({ length: 3000 }, (_, index) => index * index - 7),
  );

  it('reads plain and compressed files alike', async () => {
    expect(await readIdx(plain)).toEqual(parseIdx(plain));
    expect(await readIdx(new Uint8Array(gzipSync(plain)))).toEqual(parseIdx(plain));
  });

  it('refuses damaged compressed data', async () => {
    const compressed = new Uint8Array(gzipSync(plain));
    const damaged = compressed.slice();
    damaged.fill(0xff, 40, 60);
    const error = new DataFormatError('idx: train-labels.gz: gzip data is damaged or cut off');
    await expect(readIdx(damaged, { name: 'train-labels.gz' })).rejects.toThrow(error);
    await expect(readIdx(compressed.subarray(0, 500), { name: 'train-labels.gz' })).rejects.toThrow(error);
    await expect(readIdx(compressed.subarray(0, 2), { name: 'train-labels.gz' })).rejects.toThrow(error);
  });

  it('stops when compressed data expands too far', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(1 << 24)));
    await expect(readIdx(bomb, { name: 'bomb.gz', maxBytes: 1 << 20 })).rejects.toThrow(
      new DataFormatError(
        'idx: bomb.gz: gzip data expands beyond 1048576 bytes; raise maxBytes if the file is to be trusted',
      ),
    );
  });

  it('checks the expanded file like any other', async () => {
    const cut = new Uint8Array(gzipSync(plain.subarray(0, 100)));
    await expect(readIdx(cut, { name: 'cut.gz' })).rejects.toThrow(
      new DataFormatError('idx: cut.gz: truncated: header promises 12008 bytes (3000 items of 4 bytes), file has 100'),
    );
  });
});
