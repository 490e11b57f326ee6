import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataArgumentError, DataFileError, DataFormatError, DataValueError } from '../errors.js';
import { memoryFiles } from '../files/source.js';
import { writeIdx } from '../readers/idx.fixture.js';
import { smallMnist } from './mnist.fixture.js';
import { fashionMnistClassNames, mnistClassNames, readMnist } from './mnist.js';

const expected = {
  train: {
    images: { dtype: 'uint8', shape: [3, 2, 3], data: Uint8Array.from({ length: 18 }, (_, pixel) => pixel * 10) },
    labels: { dtype: 'uint8', shape: [3], data: new Uint8Array([9, 0, 4]) },
  },
  test: {
    images: { dtype: 'uint8', shape: [2, 2, 3], data: Uint8Array.from({ length: 12 }, (_, pixel) => 255 - pixel) },
    labels: { dtype: 'uint8', shape: [2], data: new Uint8Array([1, 1]) },
  },
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
};

function renamed(rename: (name: string) => string, change = (bytes: Uint8Array): Uint8Array => bytes) {
  return Object.fromEntries(Object.entries(smallMnist()).map(([name, bytes]) => [rename(name), change(bytes)]));
}

describe('readMnist', () => {
  it('reads images, labels and the names of the digits', async () => {
    expect(await readMnist(memoryFiles(smallMnist()))).toEqual(expected);
  });

  it('reads the names with dots, and compressed files', async () => {
    const dotted = (name: string): string => name.replace('-idx', '.idx');
    const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
    expect(await readMnist(memoryFiles(renamed(dotted)))).toEqual(expected);
    expect(await readMnist(memoryFiles(renamed((name) => `${name}.gz`, gzip)))).toEqual(expected);
    expect(await readMnist(memoryFiles(renamed((name) => `${dotted(name)}.gz`, gzip)))).toEqual(expected);
  });

  it('prefers the usual name when there are several', async () => {
    const files = { ...smallMnist(), 'train-labels.idx1-ubyte': writeIdx('uint8', [3], [1, 1, 1]) };
    expect((await readMnist(memoryFiles(files))).train.labels.data).toEqual(new Uint8Array([9, 0, 4]));
  });

  it('takes the names of other classes', async () => {
    const { classNames } = await readMnist(memoryFiles(smallMnist()), { classNames: fashionMnistClassNames });
    expect([classNames[9], mnistClassNames.length, fashionMnistClassNames.length]).toEqual(['Ankle boot', 10, 10]);
  });
});

describe('readMnist refuses', () => {
  const images = (shape: number[], count: number): Uint8Array => writeIdx('uint8', shape, new Uint8Array(count));

  it.each([
    [
      'a missing file',
      { 't10k-labels-idx1-ubyte': undefined },
      new DataFileError(
        'mnist: missing file: t10k-labels-idx1-ubyte (also looked for t10k-labels.idx1-ubyte, and for .gz of both)',
      ),
    ],
    [
      'a cut file',
      { 'train-images-idx3-ubyte': smallMnist()['train-images-idx3-ubyte']?.subarray(0, 20) },
      new DataFormatError(
        'idx: train-images-idx3-ubyte: truncated: header promises 34 bytes (3×2×3 items of 1 byte), file has 20',
      ),
    ],
    [
      'a label out of range',
      { 'train-labels-idx1-ubyte': writeIdx('uint8', [3], [9, 0, 10]) },
      new DataValueError('mnist: train-labels-idx1-ubyte: label out of range: label 2 is 10, must be 0 to 9'),
    ],
    [
      'more images than labels',
      { 'train-labels-idx1-ubyte': writeIdx('uint8', [2], [1, 2]) },
      new DataFormatError(
        'mnist: counts differ: 3 images in train-images-idx3-ubyte, 2 labels in train-labels-idx1-ubyte',
      ),
    ],
    [
      'images in place of labels',
      { 'train-labels-idx1-ubyte': images([3, 2, 3], 18) },
      new DataFormatError('mnist: train-labels-idx1-ubyte: labels need 1 axis [count], file has [3, 2, 3]'),
    ],
    [
      'labels in place of images',
      { 'train-images-idx3-ubyte': images([3], 3) },
      new DataFormatError('mnist: train-images-idx3-ubyte: images need 3 axes [count, height, width], file has [3]'),
    ],
    [
      'an empty file',
      { 'train-images-idx3-ubyte': images([0, 2, 3], 0) },
      new DataFormatError('mnist: train-images-idx3-ubyte: no images: [0, 2, 3]'),
    ],
    [
      'images of floats',
      { 'train-images-idx3-ubyte': writeIdx('float32', [1, 1, 1], [0.5]) },
      new DataFormatError('mnist: train-images-idx3-ubyte: elements must be uint8, file has float32'),
    ],
    [
      'images of two sizes',
      { 't10k-images-idx3-ubyte': images([2, 3, 2], 12) },
      new DataFormatError('mnist: image sizes differ: 2×3 in train-images-idx3-ubyte, 3×2 in t10k-images-idx3-ubyte'),
    ],
  ])('%s', async (_, replaced, error) => {
    const files: Record<string, Uint8Array> = {};
    for (const [name, bytes] of Object.entries({ ...smallMnist(), ...replaced })) {
      if (bytes !== undefined) files[name] = bytes;
    }
    const reading = readMnist(memoryFiles(files));
    await expect(reading).rejects.toThrow(error);
    await expect(reading).rejects.toBeInstanceOf(error.constructor);
  });

  it('labels without a name', async () => {
    await expect(readMnist(memoryFiles(smallMnist()), { classNames: ['cat', 'dog'] })).rejects.toThrow(
      new DataValueError('mnist: train-labels-idx1-ubyte: label out of range: label 0 is 9, must be 0 to 1'),
    );
    await expect(readMnist(memoryFiles(smallMnist()), { classNames: [] })).rejects.toThrow(
      new DataArgumentError('mnist: classNames must be 1 to 256 names, got 0'),
    );
  });
});
