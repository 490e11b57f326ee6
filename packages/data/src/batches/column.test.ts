import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataArgumentError } from '../errors.js';
import type { HostTensor } from '../host-tensor.js';
import { column, type ColumnOptions } from './column.js';

function gathered(
  array: HostTensor,
  options: ColumnOptions,
  order: readonly number[] | null,
  from: number,
  to: number,
) {
  const made = column(array, options);
  const into = made.allocate(to - from);
  made.gather(order === null ? null : Uint32Array.from(order), from, to, into);
  return into;
}

function bytes(values: readonly number[], shape: readonly number[]): HostTensor<'uint8'> {
  return { data: Uint8Array.from(values), shape, dtype: 'uint8' };
}

describe('column', () => {
  it('presents an array as it is', () => {
    const { examples, shape, dtype } = column(bytes([1, 2, 3, 4, 5, 6], [3, 2]));
    expect({ examples, shape, dtype }).toEqual({ examples: 3, shape: [2], dtype: 'uint8' });
    expect(gathered(bytes([1, 2, 3, 4, 5, 6], [3, 2]), {}, null, 1, 3)).toEqual(new Uint8Array([3, 4, 5, 6]));
    expect(gathered(bytes([1, 2, 3, 4, 5, 6], [3, 2]), {}, [2, 0, 1], 0, 2)).toEqual(new Uint8Array([5, 6, 1, 2]));
  });

  it('scales bytes to float32 as a division in float32 would', () => {
    const all = Array.from({ length: 256 }, (_, byte) => byte);
    const expected = Float32Array.from(all, (byte) => Math.fround(byte) / Math.fround(255));
    expect(gathered(bytes(all, [256]), { scale: 1 / 255 }, null, 0, 256)).toEqual(expected);
    expect(gathered(bytes(all, [64, 4]), { scale: 1 / 255 }, null, 0, 64)).toEqual(expected);
  });

  it('scales and shifts', () => {
    expect(gathered(bytes([0, 51, 255], [3]), { scale: 2 / 255, offset: -1 }, null, 0, 3)).toEqual(
      new Float32Array([-1, -0.6, 1]),
    );
    const heights: HostTensor = { data: new Float64Array([1.5, -2]), shape: [2], dtype: 'float64' };
    expect(gathered(heights, { scale: 10, offset: 1 }, null, 0, 2)).toEqual(new Float64Array([16, -19]));
    expect(gathered(heights, { scale: 10, dtype: 'float32' }, [1, 0], 0, 2)).toEqual(new Float32Array([-20, 15]));
  });

  it('makes integers of other integers', () => {
    expect(gathered(bytes([3, 255], [2]), { dtype: 'int32' }, [1, 0], 0, 2)).toEqual(new Int32Array([255, 3]));
    const small: HostTensor = { data: new Int8Array([-1, 7]), shape: [2], dtype: 'int8' };
    expect(gathered(small, { dtype: 'int32' }, null, 0, 2)).toEqual(new Int32Array([-1, 7]));
  });

  it('gives examples another shape', () => {
    expect(column(bytes([1, 2, 3, 4], [1, 2, 2]), { shape: [2, 2, 1] }).shape).toEqual([2, 2, 1]);
    expect(column(bytes([1, 2], [2]), { shape: [1] }).shape).toEqual([1]);
  });

  it('converts bytes alike wherever they lie in memory and whatever the size of an example', () => {
    const examples = fc.record({ before: fc.nat(3), count: fc.integer({ min: 1, max: 5 }), size: fc.nat(7) });
    fc.assert(
      fc.property(examples, fc.nat(3), fc.double({ min: -9, max: 9, noNaN: true }), (where, into, offset) => {
        const { before, count, size } = where;
        const buffer = Uint8Array.from({ length: before + count * size }, (_, index) => (index * 37) % 256);
        const data = buffer.subarray(before);
        const made = column({ data, shape: [count, size], dtype: 'uint8' }, { scale: 0.1, offset, dtype: 'float32' });
        const target = new Float32Array(into + count * size).subarray(into);
        const order = Uint32Array.from({ length: count }, (_, place) => count - 1 - place);
        made.gather(order, 0, count, target);
        const expected = [...order].flatMap((example) =>
          [...data.subarray(example * size, (example + 1) * size)].map((byte) => Math.fround(byte * 0.1 + offset)),
        );
        expect([...target]).toEqual(expected);
      }),
    );
  });
});

describe('column refuses', () => {
  const two = bytes([1, 2], [2]);
  const wrongData: HostTensor = { data: new Float64Array(2), shape: [2], dtype: 'float32' as 'float64' };
  it.each<[string, HostTensor, ColumnOptions, string]>([
    ['a scalar', bytes([1], []), {}, 'column: the array needs an axis of examples, its shape is []'],
    ['a shape of another size', bytes([1, 2], [3]), {}, 'column: examples of shape [3] need 3 elements, got 2'],
    ['an impossible shape', bytes([], [-1, 0]), {}, 'column: examples have an impossible shape: [-1, 0]'],
    [
      'an array of another type',
      wrongData,
      {},
      'column: examples of dtype float32 must be a Float32Array, got Float64Array',
    ],
    [
      'an unknown dtype',
      { ...two, dtype: 'complex64' as 'uint8' },
      {},
      'column: examples have the unknown dtype complex64',
    ],
    [
      'a shape that does not hold an example',
      bytes([1, 2, 3, 4], [1, 4]),
      { shape: [3] },
      'column: shape [3] does not hold an example of shape [4]',
    ],
    [
      'negative lengths',
      bytes([1, 2, 3, 4], [1, 4]),
      { shape: [-2, -2] },
      'column: shape [-2, -2] does not hold an example of shape [4]',
    ],
    ['a scale of NaN', two, { scale: NaN }, 'column: scale and offset must be finite, got NaN and 0'],
    ['scaled integers', two, { scale: 2, dtype: 'int32' }, 'column: scale and offset need a float dtype, got int32'],
    [
      'floats as integers',
      { data: new Float32Array(1), shape: [1], dtype: 'float32' },
      { dtype: 'int32' },
      'column: float32 does not fit into int32',
    ],
    [
      'large integers as smaller ones',
      { data: new Uint32Array(1), shape: [1], dtype: 'uint32' },
      { dtype: 'int32' },
      'column: uint32 does not fit into int32',
    ],
  ])('%s', (_, array, options, message) => {
    expect(() => column(array, options)).toThrow(new DataArgumentError(message));
  });
});
