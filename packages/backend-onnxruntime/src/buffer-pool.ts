import { bytesPerElement, sizeOf, viewBytes, type HostArray, type TensorType } from '@tesserajs/tensor';

function keyOf({ dtype, shape }: TensorType): string {
  return `${dtype} ${sizeOf(shape)}`;
}

/** Arrays that donated inputs leave behind, for outputs of the same type and size. */
export class BufferPool {
  readonly #spare = new Map<string, HostArray[]>();
  readonly #limits = new Map<string, number>();

  /** `donated`: the types of the inputs that each run leaves behind. */
  constructor(donated: readonly TensorType[]) {
    for (const type of donated) this.#limits.set(keyOf(type), (this.#limits.get(keyOf(type)) ?? 0) + 1);
  }

  /** An array whose elements are of no account. */
  take(type: TensorType): HostArray {
    const spare = this.#spare.get(keyOf(type))?.pop();
    if (spare !== undefined) return spare;
    const size = sizeOf(type.shape);
    return viewBytes(type.dtype, new ArrayBuffer(size * bytesPerElement(type.dtype)), 0, size);
  }

  /** Keeps an array that nobody else uses any more; views are not kept, since their buffer may be shared. */
  give(type: TensorType, array: HostArray): void {
    if (array.byteLength !== array.buffer.byteLength) return;
    const key = keyOf(type);
    const spare = this.#spare.get(key) ?? [];
    if (spare.length >= (this.#limits.get(key) ?? 0)) return;
    spare.push(array);
    this.#spare.set(key, spare);
  }
}
