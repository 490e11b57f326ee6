import type { HostArray } from '@tesserajs/tensor';
import { bytesOf, viewAs, type ValueType } from './array-types.js';

/** Arrays of one type and size; as many as a run leaves behind. */
interface Shelf {
  readonly arrays: HostArray[];
  limit: number;
}

function allocate(type: ValueType): HostArray {
  const bytes = bytesOf(type);
  try {
    return viewAs(type.dtype, new ArrayBuffer(bytes));
  } catch (cause) {
    throw new Error(`no memory for ${type.dtype} [${type.shape.join(',')}], ${bytes} bytes`, { cause });
  }
}

/** Arrays that donated inputs leave behind, for outputs of the same type and size: state swaps between two sets of them. */
export class BufferPool {
  readonly #outputs: readonly ValueType[];
  /** Per input and per output; null where nothing is kept. */
  readonly #from: readonly (Shelf | null)[];
  readonly #to: readonly (Shelf | null)[];

  /** `inputs`: those that are not donated are of no account. */
  constructor(inputs: readonly (ValueType & { readonly donated: boolean })[], outputs: readonly ValueType[]) {
    const shelves = new Map<string, Shelf>();
    const keyOf = (type: ValueType): string => `${type.dtype} ${bytesOf(type)}`;
    for (const output of outputs) shelves.set(keyOf(output), { arrays: [], limit: 0 });
    this.#outputs = outputs;
    this.#from = inputs.map((input) => {
      const shelf = input.donated ? (shelves.get(keyOf(input)) ?? null) : null;
      if (shelf !== null) shelf.limit++;
      return shelf;
    });
    this.#to = outputs.map((output) => {
      const shelf = shelves.get(keyOf(output))!;
      return shelf.limit > 0 ? shelf : null;
    });
  }

  /** Bytes of the arrays that wait to be used again. */
  get bytes(): number {
    const spare = new Set(this.#from.flatMap((shelf) => shelf?.arrays ?? []));
    return [...spare].reduce((total, { byteLength }) => total + byteLength, 0);
  }

  /**
   * An array for an output, whose elements are of no account. Always a new object: whoever still knows the one that was
   * donated must not take it for the same values.
   */
  take(output: number): HostArray {
    const type = this.#outputs[output]!;
    const spare = this.#to[output]?.arrays.pop();
    return spare === undefined ? allocate(type) : viewAs(type.dtype, spare.buffer as ArrayBuffer);
  }

  /** Keeps a donated array that nobody else uses any more; views are not kept, since their buffer may be shared. */
  give(input: number, array: HostArray): void {
    const shelf = this.#from[input] ?? null;
    if (shelf === null || shelf.arrays.length >= shelf.limit || array.byteLength !== array.buffer.byteLength) return;
    shelf.arrays.push(array);
  }
}
