/** Settings for initializers that are kept outside the model's bytes. */
export interface ExternalDataOptions {
  /** Initializers of at least this many bytes are kept outside. Default 1024. */
  readonly threshold?: number;
}

/** A file that belongs to a model; the form that onnxruntime's session option `externalData` takes. */
export interface ExternalDataFile {
  /** Path relative to the model file. */
  readonly path: string;
  /** The file's bytes: a view of the array that the initializer was made from, on little-endian machines. */
  readonly data: Uint8Array;
}

/** Collects the files of one model, one for each large initializer. */
export class ExternalDataFiles {
  readonly threshold: number;
  readonly #files = new Map<string, ExternalDataFile>();

  constructor({ threshold = 1024 }: ExternalDataOptions) {
    this.threshold = threshold;
  }

  /** A new path for the value `name`: no folder, no character that a file system or URL could misread. */
  reserve(name: string): string {
    const stem = name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\./, '_');
    let path = `${stem}.bin`;
    // Compared in lower case, as some file systems do.
    for (let counter = 1; this.#files.has(path.toLowerCase()); counter++) path = `${stem}_${counter}.bin`;
    return path;
  }

  /** Adds a file. */
  add(path: string, data: Uint8Array): void {
    this.#files.set(path.toLowerCase(), { path, data });
  }

  /** All files, in the order in which they were added. */
  list(): readonly ExternalDataFile[] {
    return [...this.#files.values()];
  }
}
