import { ModelTooLargeError } from './errors.js';
import { ExternalDataFiles, type ExternalDataOptions } from './external-data.js';
import type { TensorProto } from './generated/onnx_pb.js';
import { NameTable } from './names.js';
import { externalTensor, inlineTensor, type TensorValue } from './tensor-proto.js';

/** A protobuf message holds at most this many bytes. */
export const MAX_MODEL_BYTES: number = 2 ** 31 - 1;

/** What the graphs of one model share. */
export class ModelState {
  readonly names: NameTable = new NameTable();
  readonly opsets: Map<string, number>;
  readonly files: ExternalDataFiles | null;
  /** What names of nodes begin with, followed by a slash; empty: nothing. */
  scope = '';
  readonly #defaultOpsets: Readonly<Record<string, number>>;
  #inlineBytes = 0;

  constructor(opsets: Readonly<Record<string, number>>, externalData: ExternalDataOptions | false) {
    this.#defaultOpsets = opsets;
    this.opsets = new Map();
    this.files = externalData === false ? null : new ExternalDataFiles(externalData);
  }

  /** Notes that the model uses an operator domain. */
  importDomain(domain: string): void {
    if (!this.opsets.has(domain)) this.opsets.set(domain, this.#defaultOpsets[domain] ?? 1);
  }

  /** Writes an initializer, its data inside or outside the model by its size. */
  tensor(what: string, name: string, value: TensorValue): TensorProto {
    const size = value.data.byteLength;
    if (this.files === null || size === 0 || size < this.files.threshold) {
      const tensor = inlineTensor(what, name, value);
      this.countInline(size);
      return tensor;
    }
    const path = this.files.reserve(name);
    const { tensor, bytes } = externalTensor(what, name, value, path);
    this.files.add(path, bytes);
    return tensor;
  }

  /** Counts bytes that will lie in the model; throws when they no longer fit. */
  countInline(bytes: number): void {
    this.#inlineBytes += bytes;
    requireFits(this.#inlineBytes);
  }
}

/** Throws when a model of that many bytes cannot be written. */
export function requireFits(bytes: number): void {
  if (bytes <= MAX_MODEL_BYTES) return;
  const size = (bytes / 2 ** 30).toFixed(2);
  throw new ModelTooLargeError(
    `model: ${size} GiB exceed protobuf's limit of 2 GiB; ` +
      'keep the initializers outside: new ModelBuilder({ externalData: {} })',
  );
}
