import { DataFormatError } from '../errors.js';
import { gunzip, isGzip } from '../files/gzip.js';
import type { HostArrays, HostTensor } from '../host-tensor.js';

/** Element types that an idx file can hold. */
export type IdxDType = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';

/** How {@link parseIdx} names its input in messages. */
export interface IdxOptions {
  /** File name or path that the messages of errors show. */
  readonly name?: string;
}

/** What {@link readIdx} takes besides the bytes. */
export interface ReadIdxOptions extends IdxOptions {
  /** Most bytes that a compressed file may expand to; 2^30 (1 GiB) by default. */
  readonly maxBytes?: number;
}

interface ElementType {
  readonly dtype: IdxDType;
  readonly bytes: number;
  readonly view: (buffer: ArrayBufferLike, offset: number, length: number) => HostArrays[IdxDType];
}

const elementTypes: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, { dtype: 'uint8', bytes: 1, view: (buffer, offset, length) => new Uint8Array(buffer, offset, length) }],
  [0x09, { dtype: 'int8', bytes: 1, view: (buffer, offset, length) => new Int8Array(buffer, offset, length) }],
  [0x0b, { dtype: 'int16', bytes: 2, view: (buffer, offset, length) => new Int16Array(buffer, offset, length) }],
  [0x0c, { dtype: 'int32', bytes: 4, view: (buffer, offset, length) => new Int32Array(buffer, offset, length) }],
  [0x0d, { dtype: 'float32', bytes: 4, view: (buffer, offset, length) => new Float32Array(buffer, offset, length) }],
  [0x0e, { dtype: 'float64', bytes: 8, view: (buffer, offset, length) => new Float64Array(buffer, offset, length) }],
]);

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Parses an idx file, the format of MNIST: two zero bytes, element type, rank, one big-endian uint32 per axis, elements.
 * Returns shape, dtype and elements in the order of the host; uint8 and int8 elements share memory with `bytes`.
 * Throws `DataFormatError` on a wrong magic number, an unknown element type, missing or trailing bytes.
 * Source: http://yann.lecun.com/exdb/mnist/ ("the IDX file format").
 *
 * @example
 * ```ts
 * const labels = parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]), { name: 'train-labels-idx1-ubyte' });
 * labels; // → { shape: [3], dtype: 'uint8', data: [5, 0, 4] }
 * ```
 */
export function parseIdx(bytes: Uint8Array, options: IdxOptions = {}): HostTensor<IdxDType> {
  const where = describe(options.name);
  const { type, shape, start } = parseHeader(bytes, where);
  const items = countItems(shape, type, where);
  const expected = start + items * type.bytes;
  if (bytes.length !== expected) {
    const unit = type.bytes === 1 ? '1 byte' : `${type.bytes} bytes`;
    throw new DataFormatError(
      `${where}: ${bytes.length < expected ? 'truncated' : 'trailing bytes'}: header promises ${expected} bytes ` +
        `(${shape.join('×') || '1'} items of ${unit}), file has ${bytes.length}`,
    );
  }
  return { shape, dtype: type.dtype, data: inHostOrder(bytes, start, items, type) };
}

/**
 * Parses an idx file that may be compressed with gzip; otherwise as {@link parseIdx}.
 * Rejects with `DataFormatError`, also when the compressed data is damaged or expands beyond `maxBytes`.
 *
 * @example
 * ```ts
 * const file = new File([new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 9])], 'labels.idx'); // as an input element gives
 * const { data } = await readIdx(new Uint8Array(await file.arrayBuffer()), { name: file.name }); // → { data: [7, 9] }
 * ```
 */
export async function readIdx(bytes: Uint8Array, options: ReadIdxOptions = {}): Promise<HostTensor<IdxDType>> {
  if (!isGzip(bytes)) return parseIdx(bytes, options);
  const { maxBytes = 2 ** 30 } = options;
  return parseIdx(await gunzip(bytes, { where: describe(options.name), maxBytes }), options);
}

interface Header {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
}

function parseHeader(bytes: Uint8Array, where: string): Header {
  if (isGzip(bytes)) throw new DataFormatError(`${where}: is compressed with gzip; readIdx expands it`);
  requireHeader(bytes, 4, where);
  const [zero, secondZero, code = 0, rank = 0] = bytes;
  if (zero !== 0 || secondZero !== 0) {
    const start = Array.from(bytes.subarray(0, 4), hex).join(' ');
    throw new DataFormatError(`${where}: wrong magic: an idx file starts with 00 00, this one with ${start}`);
  }
  const type = elementTypes.get(code);
  if (type === undefined) {
    const known = Array.from(elementTypes, ([known, { dtype }]) => `${hex(known)} (${dtype})`).join(', ');
    throw new DataFormatError(`${where}: unknown element type ${hex(code)}; known are ${known}`);
  }
  const start = 4 + 4 * rank;
  requireHeader(bytes, start, where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  return { type, shape: Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)), start };
}

function requireHeader(bytes: Uint8Array, length: number, where: string): void {
  if (bytes.length >= length) return;
  throw new DataFormatError(`${where}: truncated: the header needs ${length} bytes, file has ${bytes.length}`);
}

function countItems(shape: readonly number[], type: ElementType, where: string): number {
  // An axis of length 0 must not hide the others: strides are products of them.
  const size = shape.reduce((product, length) => product * BigInt(length || 1), BigInt(type.bytes));
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new DataFormatError(`${where}: sizes are too large: ${shape.join('×')} items of ${type.dtype}`);
  }
  return shape.reduce((product, length) => product * length, 1);
}

function inHostOrder(bytes: Uint8Array, start: number, items: number, type: ElementType): HostArrays[IdxDType] {
  if (type.bytes === 1) return type.view(bytes.buffer, bytes.byteOffset + start, items);
  const copy = new Uint8Array(items * type.bytes);
  copy.set(bytes.subarray(start));
  if (hostIsLittleEndian) reverseGroups(copy, type.bytes);
  return type.view(copy.buffer, 0, items);
}

/** Works on bytes, because a NaN that passes through a JavaScript number may lose its payload. */
function reverseGroups(bytes: Uint8Array, width: number): void {
  for (let group = 0; group < bytes.length; group += width) bytes.subarray(group, group + width).reverse();
}

function describe(name: string | undefined): string {
  return name === undefined ? 'idx' : `idx: ${name}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
