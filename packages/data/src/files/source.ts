/**
 * Named files from somewhere: a directory, memory, a server. Loaders of data sets read through it, so that they run
 * wherever JavaScript runs.
 */
export interface FileSource {
  /** Where the file `name` lies, as messages show it: a path, a URL. */
  locate(name: string): string;
  /** The bytes of the file `name`, or null when there is none. Rejects with `DataFileError` when it cannot be read. */
  read(name: string): Promise<Uint8Array | null>;
}

/**
 * A {@link FileSource} over bytes in memory, for example files that a user dropped on a page.
 *
 * @example
 * ```ts
 * const files = memoryFiles({ 'train-labels-idx1-ubyte': new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]) });
 * await files.read('train-labels-idx1-ubyte').then((bytes) => bytes!.length); // → 9
 * ```
 */
export function memoryFiles(files: Readonly<Record<string, Uint8Array>>): FileSource {
  return {
    locate: (name) => name,
    read: (name) => Promise.resolve(Object.hasOwn(files, name) ? (files[name] ?? null) : null),
  };
}
