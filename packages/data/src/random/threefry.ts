/**
 * The counter-based random function threefry2x32 with 20 rounds: encrypts the 64-bit counter under the 64-bit key.
 * Writes two uniform uint32 words to `out`.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Uint32Array): void {
  const key2 = key0 ^ key1 ^ 0x1bd11bda;
  const keys = [key0, key1, key2] as const;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const rotation of group % 2 === 0 ? evenRotations : oddRotations) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    }
    x0 = (x0 + keys[((group + 1) % 3) as 0 | 1 | 2]) | 0;
    x1 = (x1 + keys[((group + 2) % 3) as 0 | 1 | 2] + group + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}

const evenRotations = [13, 15, 26, 6] as const;
const oddRotations = [17, 29, 16, 24] as const;

/**
 * A stream of uniform integers that depends on `seed` and `stream` alone: the words of threefry2x32 over the counters
 * 0, 1, 2, …, under the key that threefry2x32 makes of the counter `stream` under the key `seed` (both as 64-bit
 * numbers, high word first). `seed` and `stream` are safe integers from 0.
 */
export class RandomStream {
  readonly #key = new Uint32Array(2);
  readonly #words = new Uint32Array(2);
  #drawn = 0;

  constructor(seed: number, stream: number) {
    threefry2x32(highWord(seed), seed, highWord(stream), stream, this.#key);
  }

  /** The next word, uniform over all uint32. */
  next(): number {
    const word = this.#drawn & 1;
    if (word === 0) {
      const counter = this.#drawn / 2;
      threefry2x32(this.#key[0]!, this.#key[1]!, highWord(counter), counter, this.#words);
    }
    this.#drawn++;
    return this.#words[word]!;
  }

  /** The next integer, uniform over 0 to `bound` - 1 without bias: words from 2^32 - 2^32 mod bound on are dropped. */
  below(bound: number): number {
    // 2^32 mod bound, without leaving 32 bits.
    const excess = (-bound >>> 0) % bound;
    const limit = 2 ** 32 - excess;
    let word = this.next();
    while (word >= limit) word = this.next();
    return word % bound;
  }
}

function highWord(value: number): number {
  return Math.floor(value / 2 ** 32);
}
