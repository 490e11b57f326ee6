/** cos and sin of 2πk/n for k = 0 … n − 1. */
export interface Twiddles {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const cache = new Map<number, Twiddles>();
/** Tables that are kept; those of the least recently made lengths go first. */
const cacheSize = 64;

/** The table for a length; angles are reduced to an eighth of the circle, where sine and cosine are most accurate. */
export function twiddles(n: number): Twiddles {
  const present = cache.get(n);
  if (present !== undefined) return present;
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const eighth = Math.round((8 * k) / n); // nearest multiple of 45° …
    const rest = ((8 * k - eighth * n) * (Math.PI / 4)) / n; // … and what is left
    const quarter = eighth >> 1;
    const angle = eighth % 2 === 0 ? rest : rest + Math.PI / 4;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    cos[k] = quarter % 4 === 0 ? c : quarter % 4 === 1 ? -s : quarter % 4 === 2 ? -c : s;
    sin[k] = quarter % 4 === 0 ? s : quarter % 4 === 1 ? c : quarter % 4 === 2 ? -s : -c;
  }
  const table = { cos, sin };
  if (cache.size >= cacheSize) cache.delete(cache.keys().next().value!);
  cache.set(n, table);
  return table;
}
