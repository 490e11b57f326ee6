import type { CopyRun } from './copy-run.js';

/**
 * Converts runs of bytes to float32 by a table: byte b becomes scale · b + offset, rounded once. What images cost per
 * epoch is this loop, so it takes two bytes per step where both arrays are aligned for it: twice as fast.
 */
export class ByteTable {
  readonly #bytes: Uint8Array;
  readonly #single: Float32Array;
  /** Neighbouring bytes as one number, and by that number the two floats as one float64; null when not aligned. */
  readonly #pairs: { readonly bytes: Uint16Array; readonly table: Float64Array } | null;

  /** Runs must begin and end at multiples of `size`. */
  constructor(bytes: Uint8Array, size: number, scale: number, offset: number) {
    this.#bytes = bytes;
    this.#single = Float32Array.from({ length: 256 }, (_, byte) => byte * scale + offset);
    const aligned = size % 2 === 0 && bytes.byteOffset % 2 === 0;
    this.#pairs = aligned
      ? { bytes: new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), table: pairTable(this.#single) }
      : null;
  }

  /** A copier of runs into `target`. */
  into(target: Float32Array): CopyRun {
    const pairs = this.#pairs;
    if (pairs === null || target.byteOffset % 8 !== 0 || target.length % 2 !== 0) {
      return (start, end, at) => {
        lookUpBytes(this.#bytes, this.#single, start, end, target, at);
      };
    }
    const wide = new Float64Array(target.buffer, target.byteOffset, target.length / 2);
    return (start, end, at) => {
      lookUpPairs(pairs.bytes, pairs.table, start / 2, end / 2, wide, at / 2);
    };
  }
}

/** Entries for all pairs of bytes; `memory` is what the numbers 0 to 65535 look like in the byte order of the host. */
function pairTable(single: Float32Array): Float64Array {
  const numbers = new Uint16Array(65536);
  for (let pair = 0; pair < numbers.length; pair++) numbers[pair] = pair;
  const memory = new Uint8Array(numbers.buffer);
  const table = new Float32Array(memory.length);
  for (let index = 0; index < memory.length; index++) table[index] = single[memory[index]!]!;
  return new Float64Array(table.buffer);
}

// Two functions, so that each sees the same array types in every call and is compiled for them alone.

function lookUpBytes(
  bytes: Uint8Array,
  table: Float32Array,
  start: number,
  end: number,
  into: Float32Array,
  at: number,
): void {
  for (let from = start, to = at; from < end; from++, to++) into[to] = table[bytes[from]!]!;
}

/** A pair of floats is never a NaN as one float64, whose bits might change: the upper float would have to be one. */
function lookUpPairs(
  pairs: Uint16Array,
  table: Float64Array,
  start: number,
  end: number,
  into: Float64Array,
  at: number,
): void {
  for (let from = start, to = at; from < end; from++, to++) into[to] = table[pairs[from]!]!;
}
