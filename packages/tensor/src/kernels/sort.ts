/** Room to sort rows of up to `length` elements. */
export class RowSorter {
  #keys: Float64Array;
  #order: Int32Array;
  #otherKeys: Float64Array;
  #otherOrder: Int32Array;

  constructor(length: number) {
    this.#keys = new Float64Array(length);
    this.#order = new Int32Array(length);
    this.#otherKeys = new Float64Array(length);
    this.#otherOrder = new Int32Array(length);
  }

  /**
   * The indices of a row of elements that lie `stride` apart, in the order that sorts it: equal elements keep theirs, and NaN
   * is the largest. The array is valid until the next call.
   */
  sort(x: ArrayLike<number>, start: number, length: number, stride: number, descending: boolean): Int32Array {
    const keys = this.#keys;
    const order = this.#order;
    // A descending order is an ascending one of the row read backwards, read backwards again: so equal elements keep theirs.
    let count = 0;
    for (let i = 0; i < length; i++) {
      const index = descending ? length - 1 - i : i;
      const key = x[start + index * stride]!;
      if (key !== key) continue;
      keys[count] = key;
      order[count++] = index;
    }
    this.#merge(count);
    const sorted = this.#order;
    if (count < length) {
      for (let i = 0, write = count; i < length; i++) {
        const index = descending ? length - 1 - i : i;
        const key = x[start + index * stride]!;
        if (key !== key) sorted[write++] = index;
      }
    }
    const row = sorted.subarray(0, length);
    return descending ? row.reverse() : row;
  }

  /** Merges ever longer runs of the first `count` keys, ascending. */
  #merge(count: number): void {
    for (let start = 0; start < count; start += shortRun) this.#insert(start, Math.min(start + shortRun, count));
    for (let width = shortRun; width < count; width *= 2) {
      const [keys, order, otherKeys, otherOrder] = [this.#keys, this.#order, this.#otherKeys, this.#otherOrder];
      for (let start = 0; start < count; start += 2 * width) {
        const middle = Math.min(start + width, count);
        const end = Math.min(start + 2 * width, count);
        for (let a = start, b = middle, write = start; write < end; write++) {
          const from = b >= end || (a < middle && keys[a]! <= keys[b]!) ? a++ : b++;
          otherKeys[write] = keys[from]!;
          otherOrder[write] = order[from]!;
        }
      }
      [this.#keys, this.#order, this.#otherKeys, this.#otherOrder] = [otherKeys, otherOrder, keys, order];
    }
  }

  #insert(start: number, end: number): void {
    const keys = this.#keys;
    const order = this.#order;
    for (let i = start + 1; i < end; i++) {
      const key = keys[i]!;
      const index = order[i]!;
      let at = i;
      for (; at > start && keys[at - 1]! > key; at--) {
        keys[at] = keys[at - 1]!;
        order[at] = order[at - 1]!;
      }
      keys[at] = key;
      order[at] = index;
    }
  }
}

/** Runs of this length are sorted by insertion. */
const shortRun = 12;

/** The same for 64-bit integers. */
export function sortWide(
  x: BigInt64Array,
  start: number,
  length: number,
  stride: number,
  descending: boolean,
): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  const sign = descending ? -1 : 1;
  return order.sort((i, k) => {
    const [a, b] = [x[start + i * stride]!, x[start + k * stride]!];
    return a < b ? -sign : a > b ? sign : 0;
  });
}
