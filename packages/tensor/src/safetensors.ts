import { bytesPerElement, viewBytes, type DType, type HostArray } from './dtypes.js';
import { fromHostArray } from './create.js';
import { ArgumentError, DTypeError, FormatError } from './errors.js';
import { schedule } from './execution/evaluate.js';
import { readStored } from './execution/read.js';
import { formatShape, sizeOf, type Shape } from './shapes.js';
import type { Tensor } from './tensor.js';
import { flatten } from './tree/flatten.js';

/** Names of dtypes in the safetensors format. */
const formatNames: Readonly<Record<Exclude<DType, 'key'>, string>> = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
  int8: 'I8',
  int16: 'I16',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  bool: 'BOOL',
};

const dtypeOf = new Map(Object.entries(formatNames).map(([dtype, name]) => [name, dtype as DType]));

/** The format's own limit on its header. */
const headerLimit = 100_000_000;

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Free texts of the writer. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data_offsets: readonly [number, number];
}

/**
 * The tensors of a tree as the bytes of a safetensors file, named by their paths (`layers.0.kernel`).
 * Source: the safetensors format description. Throws a DTypeError for random keys.
 *
 * @example
 * ```ts
 * const bytes = await saveTensors({ kernel: ones([2, 3]) }, { made: 'here' });
 * loadTensors(bytes).metadata; // → { made: 'here' }
 * ```
 */
export async function saveTensors(tree: unknown, metadata: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const flat = flatten(tree);
  const tensors = flat.leaves as Tensor[];
  const header = Object.create(null) as Record<string, Entry | Readonly<Record<string, string>>>;
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  let end = 0;
  tensors.forEach(({ dtype, shape }, i) => {
    const name = flat.paths[i]!;
    if (dtype === 'key') throw new DTypeError(`saveTensors: ${name} is a random key; save its seed instead`);
    if (name === '__metadata__')
      throw new ArgumentError('saveTensors: the name __metadata__ belongs to the format; rename the tensor');
    if (flat.paths.indexOf(name) !== i) {
      throw new ArgumentError(`saveTensors: two tensors are named ${name}; rename one`);
    }
    const begin = end;
    end += sizeOf(shape) * bytesPerElement(dtype);
    header[name] = { dtype: formatNames[dtype], shape, data_offsets: [begin, end] };
  });
  schedule('saveTensors', tensors);
  const arrays = await Promise.all(tensors.map((tensor) => readStored('saveTensors', tensor)));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8; // padded with spaces, so that the data is aligned
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(text, 8);
  let position = 8 + headerLength;
  for (const data of arrays) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<Record<keyof Entry, unknown>>;
  const numbers = (list: unknown): boolean =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
  return typeof dtype === 'string' && numbers(shape) && numbers(offsets) && (offsets as unknown[]).length === 2;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8)
    throw new FormatError(`safetensors: ${bytes.length} bytes are too few; a file starts with an 8-byte header length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(headerLimit) || length > BigInt(bytes.length - 8)) {
    throw new FormatError(
      `safetensors: the header claims ${length} bytes, the file has ${bytes.length - 8} more; it is truncated or of another format`,
    );
  }
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (cause) {
    throw new FormatError(`safetensors: the header is no JSON: ${(cause as Error).message}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new FormatError('safetensors: the header is no JSON object');
  }
  return { header: header as Record<string, unknown>, start };
}

function readEntry(name: string, entry: unknown, data: Uint8Array): { array: HostArray; shape: Shape; dtype: DType } {
  if (!isEntry(entry)) throw new FormatError(`safetensors: ${name}: the entry needs dtype, shape and data_offsets`);
  const dtype = dtypeOf.get(entry.dtype);
  if (dtype === undefined)
    throw new FormatError(
      `safetensors: ${name}: dtype ${entry.dtype} is not known; known are ${[...dtypeOf.keys()].join(', ')}`,
    );
  const [begin, end] = entry.data_offsets;
  const expected = sizeOf(entry.shape) * bytesPerElement(dtype);
  if (begin > end || end > data.length || end - begin !== expected) {
    throw new FormatError(
      `safetensors: ${name}: ${dtype} ${formatShape(entry.shape)} needs ${expected} bytes, its offsets [${begin},${end}] in ${data.length} bytes do not give them`,
    );
  }
  const copy = data.slice(begin, end); // own and aligned memory
  if (dtype === 'bool' && copy.some((byte) => byte > 1)) {
    throw new FormatError(`safetensors: ${name}: a bool is neither 0 nor 1`);
  }
  const array = viewBytes(dtype, copy.buffer, 0, sizeOf(entry.shape));
  return { array, shape: entry.shape, dtype };
}

/**
 * Reads the bytes of a safetensors file. Sizes are checked before anything is allocated; throws a FormatError.
 *
 * @example
 * ```ts
 * const { tensors } = loadTensors(await saveTensors({ kernel: tensor([1, 2]) }));
 * tensors.kernel; // → [1, 2]
 * ```
 */
export function loadTensors(file: Uint8Array): SafetensorsFile {
  // Node's Buffer is a Uint8Array whose slice() does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const { header, start } = readHeader(bytes);
  const data = bytes.subarray(start);
  const tensors = Object.create(null) as Record<string, Tensor>;
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (typeof entry !== 'object' || entry === null)
        throw new FormatError('safetensors: __metadata__ is no JSON object');
      metadata = Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
      continue;
    }
    const { array, shape, dtype } = readEntry(name, entry, data);
    tensors[name] = fromHostArray(array, shape, dtype);
  }
  return { tensors, metadata };
}
