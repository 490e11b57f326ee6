/**
 * Reads data sets from the file system of Node.
 * @packageDocumentation
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMnist, type Mnist, type MnistOptions } from './datasets/mnist.js';
import { DataArgumentError, DataFileError } from './errors.js';
import type { FileSource } from './files/source.js';

/** Where {@link loadMnist} finds its four files. */
export type MnistLocation =
  | {
      /** Directory with the four files under their usual names. */
      readonly directory: string | URL;
    }
  | {
      /** Path of each file, whatever its name. */
      readonly files: MnistPaths;
    };

/** Paths of the four files of a data set in the format of MNIST. */
export interface MnistPaths {
  /** Images to train on. */
  readonly trainImages: string | URL;
  /** Labels of the images to train on. */
  readonly trainLabels: string | URL;
  /** Images to test on. */
  readonly testImages: string | URL;
  /** Labels of the images to test on. */
  readonly testLabels: string | URL;
}

/**
 * Loads MNIST, Fashion-MNIST or another data set in their format from disk: `train.images` uint8
 * `[count, height, width]`, `train.labels` uint8 `[count]`, the same of `test`, and `classNames`.
 * Rejects with `DataFileError`, `DataFormatError` or `DataValueError`, each naming file and cause.
 *
 * @example
 * ```ts
 * const { train, classNames } = await loadMnist({ directory: 'mnist' });
 * train.images.shape.slice(1); // → [28, 28]
 * ```
 */
export async function loadMnist(options: MnistLocation & MnistOptions): Promise<Mnist> {
  const files = 'directory' in options ? directoryFiles(options.directory, 'mnist') : namedFiles(options.files);
  return readMnist(files, options);
}

/**
 * The files of a directory as a `FileSource`; `operation` begins the messages of its errors.
 *
 * @example
 * ```ts
 * const bytes = await directoryFiles('mnist').read('train-labels-idx1-ubyte');
 * ```
 */
export function directoryFiles(directory: string | URL, operation = 'directoryFiles'): FileSource {
  const path = toPath(directory);
  const locate = (name: string): string => join(path, name);
  return { locate, read: (name) => readIfPresent(locate(name), operation) };
}

function namedFiles(paths: MnistPaths): FileSource {
  const byName = new Map([
    ['train-images-idx3-ubyte', toPath(paths.trainImages)],
    ['train-labels-idx1-ubyte', toPath(paths.trainLabels)],
    ['t10k-images-idx3-ubyte', toPath(paths.testImages)],
    ['t10k-labels-idx1-ubyte', toPath(paths.testLabels)],
  ]);
  return {
    locate: (name) => byName.get(name) ?? name,
    async read(name) {
      const path = byName.get(name);
      if (path === undefined) return null;
      const bytes = await readIfPresent(path, 'mnist');
      if (bytes === null) throw new DataFileError(`mnist: missing file: ${path}`);
      return bytes;
    },
  };
}

async function readIfPresent(path: string, operation: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    if (code === 'ENOENT') return null;
    throw new DataFileError(`${operation}: cannot read ${path}: ${reasons.get(code) ?? code}`, { cause });
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['ERR_FS_FILE_TOO_LARGE', 'it is larger than Node can read at once'],
]);

function toPath(path: string | URL): string {
  if (typeof path === 'string') return path;
  if (path.protocol === 'file:') return fileURLToPath(path);
  throw new DataArgumentError(`cannot read ${path.href}: only paths and file: URLs lie on this machine`);
}
