import { threefry2x32 } from './threefry.js';

/** Blocks of words that are made at once. */
const batch = 256;

/** Random words of one key and stream, one block of two after the other. */
class Words {
  readonly #first = new Uint32Array(batch);
  readonly #second = new Uint32Array(batch);
  #made = 0;
  #next = 0;
  readonly #k0: number;
  readonly #k1: number;
  readonly #stream: number;

  constructor(k0: number, k1: number, stream: number) {
    this.#k0 = k0;
    this.#k1 = k1;
    this.#stream = stream;
  }

  next(): number {
    if (this.#next === 2 * this.#made) {
      threefry2x32(this.#k0, this.#k1, this.#stream, this.#made, this.#first, this.#second);
      this.#made += batch;
    }
    const at = this.#next++;
    const block = (at >>> 1) % batch;
    return at % 2 === 0 ? this.#first[block]! : this.#second[block]!;
  }

  /** Uniform in 0..count-1: words in the incomplete last run of multiples are drawn again. */
  below(count: number): number {
    const limit = 2 ** 32 - (2 ** 32 % count);
    let word = this.next();
    while (word >= limit) word = this.next();
    return word % count;
  }

  /** Uniform in (0, 1), of 52 bits. */
  fraction(): number {
    const high = this.next() >>> 6;
    return (high * 2 ** 26 + (this.next() >>> 6) + 0.5) * 2 ** -52;
  }
}

/** Fills `target` with 0, 1, … in an order in which each is equally probable (Fisher and Yates). */
export function shuffle(k0: number, k1: number, stream: number, target: Int32Array): void {
  const words = new Words(k0, k1, stream);
  for (let i = 0; i < target.length; i++) {
    const j = words.below(i + 1);
    target[i] = target[j]!;
    target[j] = i;
  }
}

/**
 * Fills `target` with 0, 1, … in the order in which they are drawn one by one, each with a probability in proportion to its
 * weight among those that are left: that of exponential waiting times (Efraimidis and Spirakis, 2006).
 */
export function weightedShuffle(
  k0: number,
  k1: number,
  stream: number,
  weights: Float32Array | Float64Array,
  target: Int32Array,
): void {
  const words = new Words(k0, k1, stream);
  const times = new Float64Array(target.length);
  for (let i = 0; i < target.length; i++) {
    times[i] = -Math.log(words.fraction()) / weights[i]!;
    target[i] = i;
  }
  target.sort((i, j) => times[i]! - times[j]! || i - j);
}
