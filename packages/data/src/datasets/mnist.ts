import { DataArgumentError, DataFileError, DataFormatError, DataValueError } from '../errors.js';
import type { FileSource } from '../files/source.js';
import { hasDType, type HostTensor } from '../host-tensor.js';
import { readIdx } from '../readers/idx.js';

/** Images with the class of each. */
export interface LabelledImages {
  /** Grey values 0 to 255: uint8 `[count, height, width]`. */
  readonly images: HostTensor<'uint8'>;
  /** Class of each image: uint8 `[count]`. */
  readonly labels: HostTensor<'uint8'>;
}

/** A data set in the format of MNIST. */
export interface Mnist {
  /** Examples to train on: 60,000 in MNIST and Fashion-MNIST. */
  readonly train: LabelledImages;
  /** Examples to test on: 10,000 in MNIST and Fashion-MNIST. */
  readonly test: LabelledImages;
  /** Name of each class, in the order of the labels. */
  readonly classNames: readonly string[];
}

/** What {@link readMnist} takes besides the files. */
export interface MnistOptions {
  /** Name of each class; {@link mnistClassNames} by default. Labels must be smaller than their number. */
  readonly classNames?: readonly string[];
}

/** The classes of MNIST: the ten digits. */
export const mnistClassNames: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The classes of Fashion-MNIST. Source: https://github.com/zalandoresearch/fashion-mnist. */
export const fashionMnistClassNames: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

interface NamedTensor {
  readonly path: string;
  readonly tensor: HostTensor<'uint8'>;
}

/**
 * Reads the four files of MNIST, Fashion-MNIST or another data set in their format: `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, also spelled with a dot before `idx`,
 * also with `.gz`. Rejects with `DataFileError` (missing file), `DataFormatError` (damaged or contradicting files) or
 * `DataValueError` (label out of range), each naming file and cause.
 *
 * @example
 * ```ts
 * const { train } = await readMnist(directoryFiles('fashion-mnist'), { classNames: fashionMnistClassNames });
 * train.images.shape.slice(1); // → [28, 28]
 * ```
 */
export async function readMnist(files: FileSource, options: MnistOptions = {}): Promise<Mnist> {
  const { classNames = mnistClassNames } = options;
  if (classNames.length < 1 || classNames.length > 256) {
    throw new DataArgumentError(`mnist: classNames must be 1 to 256 names, got ${classNames.length}`);
  }
  const trainImages = await readImages(files, 'train');
  const trainLabels = await readLabels(files, 'train', trainImages, classNames.length);
  const testImages = await readImages(files, 't10k');
  const testLabels = await readLabels(files, 't10k', testImages, classNames.length);
  if (imageSize(trainImages) !== imageSize(testImages)) {
    throw new DataFormatError(
      `mnist: image sizes differ: ${imageSize(trainImages)} in ${trainImages.path}, ` +
        `${imageSize(testImages)} in ${testImages.path}`,
    );
  }
  return {
    train: { images: trainImages.tensor, labels: trainLabels.tensor },
    test: { images: testImages.tensor, labels: testLabels.tensor },
    classNames,
  };
}

type Part = 'train' | 't10k';

async function readImages(files: FileSource, part: Part): Promise<NamedTensor> {
  const images = await readUint8(files, `${part}-images`, 'idx3-ubyte');
  const { shape } = images.tensor;
  if (shape.length !== 3) {
    throw new DataFormatError(
      `mnist: ${images.path}: images need 3 axes [count, height, width], file has [${shape.join(', ')}]`,
    );
  }
  if (shape.includes(0)) throw new DataFormatError(`mnist: ${images.path}: no images: [${shape.join(', ')}]`);
  return images;
}

async function readLabels(files: FileSource, part: Part, images: NamedTensor, classes: number): Promise<NamedTensor> {
  const labels = await readUint8(files, `${part}-labels`, 'idx1-ubyte');
  const { shape, data } = labels.tensor;
  if (shape.length !== 1) {
    throw new DataFormatError(`mnist: ${labels.path}: labels need 1 axis [count], file has [${shape.join(', ')}]`);
  }
  const [count] = images.tensor.shape;
  if (count !== data.length) {
    throw new DataFormatError(
      `mnist: counts differ: ${count} images in ${images.path}, ${data.length} labels in ${labels.path}`,
    );
  }
  const wrong = data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataValueError(
      `mnist: ${labels.path}: label out of range: label ${wrong} is ${data[wrong]}, must be 0 to ${classes - 1}`,
    );
  }
  return labels;
}

async function readUint8(files: FileSource, stem: string, suffix: string): Promise<NamedTensor> {
  const { path, bytes } = await findFile(files, stem, suffix);
  const tensor = await readIdx(bytes, { name: path });
  if (hasDType(tensor, 'uint8')) return { path, tensor };
  throw new DataFormatError(`mnist: ${path}: elements must be uint8, file has ${tensor.dtype}`);
}

async function findFile(
  files: FileSource,
  stem: string,
  suffix: string,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  const names = [`${stem}-${suffix}`, `${stem}.${suffix}`];
  for (const name of names.flatMap((plain) => [plain, `${plain}.gz`])) {
    const bytes = await files.read(name);
    if (bytes !== null) return { path: files.locate(name), bytes };
  }
  throw new DataFileError(
    `mnist: missing file: ${files.locate(`${stem}-${suffix}`)} (also looked for ${stem}.${suffix}, and for .gz of both)`,
  );
}

function imageSize({ tensor: { shape } }: NamedTensor): string {
  return shape.slice(1).join('×');
}
