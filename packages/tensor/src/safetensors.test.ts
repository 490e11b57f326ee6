import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import {
  dtypes,
  FormatError,
  loadTensors,
  random,
  saveTensors,
  tensor,
  zeros,
  type DType,
  type Tensor,
} from './index.js';
import { bufferOf, numbersOf } from './values.fixture.js';

// A slow machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

/** A file by hand, from the format's description. */
function file(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

it('reads what the format describes', () => {
  const bytes = file(
    {
      __metadata__: { format: 'pt' },
      w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
      n: { dtype: 'I16', shape: [], data_offsets: [8, 10] },
    },
    [0, 0, 128, 63, 0, 0, 0, 192, 254, 255],
  );
  const { tensors, metadata } = loadTensors(bytes);
  expect(metadata).toEqual({ format: 'pt' });
  expect(Object.keys(tensors)).toEqual(['w', 'n']);
  expect([tensors['w']!.dtype, tensors['w']!.shape, numbersOf(tensors['w']!)]).toEqual(['float32', [1, 2], [1, -2]]);
  expect([tensors['n']!.dtype, tensors['n']!.shape, numbersOf(tensors['n']!)]).toEqual(['int16', [], [-2]]);
});

it('writes names by path, data aligned to 8 bytes, and metadata', async () => {
  const bytes = await saveTensors(
    { layers: [{ kernel: tensor([[1, 2]]) }], bias: tensor([3]), rate: 0.1 },
    { by: 'test' },
  );
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
    __metadata__: { by: 'test' },
    bias: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    'layers.0.kernel': { dtype: 'F32', shape: [1, 2], data_offsets: [4, 12] },
  });
  expect(Array.from(new Float32Array(bytes.slice(8 + length).buffer))).toEqual([3, 1, 2]);
});

it('writes lazy tensors, and one file for equal trees', async () => {
  const tree = (): Record<string, Tensor> => ({ a: tensor([1, 2]).mul(2), b: zeros([2]) });
  expect(await saveTensors(tree())).toEqual(await saveTensors(tree()));
  expect(numbersOf(loadTensors(await saveTensors(tree())).tensors['a']!)).toEqual([2, 4]);
});

it('keeps all bits of every dtype, name and shape', async () => {
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
  const dtype = fc.constantFrom(...dtypes.filter((name): name is Exclude<DType, 'key'> => name !== 'key'));
  const shape = fc.array(fc.nat(3), { maxLength: 3 });
  const one = fc.tuple(dtype, shape, fc.infiniteStream(fc.double()));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, one, { maxKeys: 5 }), async (entries) => {
      const tree: Record<string, Tensor> = Object.create(null) as Record<string, Tensor>;
      for (const [name, [type, dimensions, stream]] of Object.entries(entries)) {
        const size = dimensions.reduce((a, b) => a * b, 1);
        tree[name] = tensor(
          Float64Array.from({ length: size }, () => stream.next().value as number),
          { shape: dimensions },
        ).cast(type);
      }
      if ('__metadata__' in tree) delete tree['__metadata__'];
      const bytes = await saveTensors(tree);
      // As a view into a larger buffer, at an odd offset, as a Node Buffer would be.
      const shifted = Buffer.alloc(bytes.length + 3);
      shifted.set(bytes, 3);
      for (const source of [bytes, shifted.subarray(3)]) {
        const { tensors } = loadTensors(source);
        expect(Object.keys(tensors).sort()).toEqual(Object.keys(tree).sort());
        for (const [name, x] of Object.entries(tree)) {
          const read = tensors[name]!;
          expect([read.dtype, read.shape]).toEqual([x.dtype, x.shape]);
          expect(bufferOf(read)).toEqual(bufferOf(x));
        }
      }
    }),
    { numRuns: 50 },
  );
});

it('gives tensors memory of their own', () => {
  const bytes = file({ w: { dtype: 'U8', shape: [2], data_offsets: [0, 2] } }, [1, 2]);
  const buffer = Buffer.from(bytes);
  const { tensors } = loadTensors(buffer);
  buffer.fill(9);
  expect(numbersOf(tensors['w']!)).toEqual([1, 2]);
});

const w = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const eight = [0, 0, 0, 0, 0, 0, 0, 0];

const malformed: Record<string, Uint8Array> = {
  empty: new Uint8Array(0),
  'seven bytes': new Uint8Array(7),
  'header longer than the file': file({ w }, eight).subarray(0, 20),
  'absurd header length': Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1),
  'no JSON': file('{"w":'),
  'no UTF-8': Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff),
  'an array': file([]),
  null: file('null'),
  'metadata null': file({ __metadata__: null }),
  'an entry without dtype': file({ w: { shape: [2], data_offsets: [0, 8] } }, eight),
  'an unknown dtype': file({ w: { ...w, dtype: 'F8' } }, eight),
  'a negative size': file({ w: { ...w, shape: [-2] } }, eight),
  'a fraction as size': file({ w: { ...w, shape: [1.5] } }, eight),
  'a shape that is no array': file({ w: { ...w, shape: 2 } }, eight),
  'one offset': file({ w: { ...w, data_offsets: [0] } }, eight),
  'offsets the wrong way': file({ w: { ...w, data_offsets: [8, 0] } }, eight),
  'offsets beyond the end': file({ w: { ...w, data_offsets: [4, 12] } }, eight),
  'too few bytes for the shape': file({ w: { ...w, shape: [3] } }, eight),
  'a shape that overflows': file({ w: { ...w, shape: [2 ** 31, 2 ** 31, 2 ** 31] } }, eight),
  'a bool of 2': file({ w: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, [2]),
};

it('refuses malformed files, each with its reason', () => {
  const texts = Object.entries(malformed).map(([name, bytes]) => {
    try {
      loadTensors(bytes);
      return `${name}: accepted`;
    } catch (error) {
      return `${name}: ${error instanceof FormatError ? error.message : `not ours: ${String(error)}`}`;
    }
  });
  // What JSON.parse and TextDecoder say differs from engine to engine.
  const ours = texts.map((text) => text.replace(/(?<=is no JSON: ).*/, '…'));
  expect(ours.join('\n')).toMatchInlineSnapshot(`
    "empty: safetensors: 0 bytes are too few; a file starts with an 8-byte header length
    seven bytes: safetensors: 7 bytes are too few; a file starts with an 8-byte header length
    header longer than the file: safetensors: the header claims 54 bytes, the file has 12 more; it is truncated or of another format
    absurd header length: safetensors: the header claims 18446744073709551615 bytes, the file has 1 more; it is truncated or of another format
    no JSON: safetensors: the header is no JSON: …
    no UTF-8: safetensors: the header is no JSON: …
    an array: safetensors: the header is no JSON object
    null: safetensors: the header is no JSON object
    metadata null: safetensors: __metadata__ is no JSON object
    an entry without dtype: safetensors: w: the entry needs dtype, shape and data_offsets
    an unknown dtype: safetensors: w: dtype F8 is not known; known are F32, F64, F16, BF16, I8, I16, I32, I64, U8, U16, U32, U64, BOOL
    a negative size: safetensors: w: the entry needs dtype, shape and data_offsets
    a fraction as size: safetensors: w: the entry needs dtype, shape and data_offsets
    a shape that is no array: safetensors: w: the entry needs dtype, shape and data_offsets
    one offset: safetensors: w: the entry needs dtype, shape and data_offsets
    offsets the wrong way: safetensors: w: float32 [2] needs 8 bytes, its offsets [8,0] in 8 bytes do not give them
    offsets beyond the end: safetensors: w: float32 [2] needs 8 bytes, its offsets [4,12] in 8 bytes do not give them
    too few bytes for the shape: safetensors: w: float32 [3] needs 12 bytes, its offsets [0,8] in 8 bytes do not give them
    a shape that overflows: safetensors: w: float32 [2147483648,2147483648,2147483648] needs 3.961408125713217e+28 bytes, its offsets [0,8] in 8 bytes do not give them
    a bool of 2: safetensors: w: a bool is neither 0 nor 1"
  `);
});

it('throws nothing but FormatErrors, whatever the bytes', () => {
  const header = fc.record({
    dtype: fc.constantFrom('F32', 'I64', 'BOOL', 'X'),
    shape: fc.array(fc.nat(3)),
    data_offsets: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }),
  });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc
      .tuple(fc.dictionary(fc.string(), fc.oneof(header, fc.json())), fc.uint8Array({ maxLength: 30 }))
      .map(([h, d]) => file(h, [...d])),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      try {
        loadTensors(given);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

it('refuses what the format cannot name', async () => {
  const texts: string[] = [];
  for (const tree of [
    { key: random.key(0) },
    { __metadata__: tensor([1]) },
    { a: { b: tensor([1]) }, 'a.b': tensor([2]) },
  ]) {
    await saveTensors(tree).catch((error: unknown) => texts.push(String(error)));
  }
  expect(texts.join('\n')).toMatchInlineSnapshot(`
    "DTypeError: saveTensors: key is a random key; save its seed instead
    ArgumentError: saveTensors: the name __metadata__ belongs to the format; rename the tensor
    ArgumentError: saveTensors: two tensors are named a.b; rename one"
  `);
});
