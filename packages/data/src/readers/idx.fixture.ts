import type { IdxDType } from './idx.js';

type Write = (view: DataView, offset: number, value: number) => void;

const formats: Readonly<Record<IdxDType, { readonly code: number; readonly bytes: number; readonly write: Write }>> = {
  uint8: {
    code: 0x08,
    bytes: 1,
    write: (view, offset, value) => {
      view.setUint8(offset, value);
    },
  },
  int8: {
    code: 0x09,
    bytes: 1,
    write: (view, offset, value) => {
      view.setInt8(offset, value);
    },
  },
  int16: {
    code: 0x0b,
    bytes: 2,
    write: (view, offset, value) => {
      view.setInt16(offset, value);
    },
  },
  int32: {
    code: 0x0c,
    bytes: 4,
    write: (view, offset, value) => {
      view.setInt32(offset, value);
    },
  },
  float32: {
    code: 0x0d,
    bytes: 4,
    write: (view, offset, value) => {
      view.setFloat32(offset, value);
    },
  },
  float64: {
    code: 0x0e,
    bytes: 8,
    write: (view, offset, value) => {
      view.setFloat64(offset, value);
    },
  },
};

/** Writes an idx file element by element with big-endian setters, which shares nothing with the reader. */
export function writeIdx(dtype: IdxDType, shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const { code, bytes, write } = formats[dtype];
  const start = 4 + 4 * shape.length;
  const view = new DataView(new ArrayBuffer(start + values.length * bytes));
  view.setUint8(2, code);
  view.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    view.setUint32(4 + 4 * axis, length);
  });
  Array.from(values).forEach((value, index) => {
    write(view, start + index * bytes, value);
  });
  return new Uint8Array(view.buffer);
}
