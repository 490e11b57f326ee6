const parity = 0x1bd11bda;

/**
 * threefry2x32 with 20 rounds: encrypts the counters (high, low), (high, low + 1), … under a key, one for each element of
 * `x0`. Word 0 of block i goes to `x0[i]`, word 1 to `x1[i]` if there is such an element. The rounds are written out: as a
 * loop over rotations and keys they take four times as long.
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
export function threefry2x32(
  k0: number,
  k1: number,
  high: number,
  low: number,
  x0: Uint32Array,
  x1: Uint32Array,
): void {
  const k2 = k0 ^ k1 ^ parity;
  const start = (high + k0) | 0;
  for (let i = 0; i < x0.length; i++) {
    let a = start;
    let b = (low + i + k1) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + k1) | 0;
    b = (b + k2 + 1) | 0;
    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    a = (a + k2) | 0;
    b = (b + k0 + 2) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    a = (a + k0) | 0;
    b = (b + k1 + 3) | 0;
    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    a = (a + k1) | 0;
    b = (b + k2 + 4) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    x0[i] = a + k2;
    if (i < x1.length) x1[i] = b + k0 + 5;
  }
}

/**
 * `size` random words under a key: counter block i gives words i and i + ceil(size/2). The counter's high word is
 * `stream`, so that one key feeds several independent streams.
 */
export function randomWords(k0: number, k1: number, stream: number, target: Uint32Array): void {
  const half = Math.ceil(target.length / 2);
  threefry2x32(k0, k1, stream, 0, target.subarray(0, half), target.subarray(half));
}
