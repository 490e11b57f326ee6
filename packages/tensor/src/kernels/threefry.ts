const parity = 0x1bd11bda;

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/**
 * threefry2x32 with 20 rounds: encrypts each pair (x0[i], x1[i]) of counters under a key, in place.
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
export function threefry2x32(k0: number, k1: number, x0: Uint32Array, x1: Uint32Array): void {
  const k2 = k0 ^ k1 ^ parity;
  const keys = [k0, k1, k2];
  for (let i = 0; i < x0.length; i++) {
    let a = (x0[i]! + k0) | 0;
    let b = (x1[i]! + k1) | 0;
    for (let round = 0; round < 5; round++) {
      if (round % 2 === 0) {
        a = (a + b) | 0;
        b = rotate(b, 13) ^ a;
        a = (a + b) | 0;
        b = rotate(b, 15) ^ a;
        a = (a + b) | 0;
        b = rotate(b, 26) ^ a;
        a = (a + b) | 0;
        b = rotate(b, 6) ^ a;
      } else {
        a = (a + b) | 0;
        b = rotate(b, 17) ^ a;
        a = (a + b) | 0;
        b = rotate(b, 29) ^ a;
        a = (a + b) | 0;
        b = rotate(b, 16) ^ a;
        a = (a + b) | 0;
        b = rotate(b, 24) ^ a;
      }
      a = (a + keys[(round + 1) % 3]!) | 0;
      b = (b + keys[(round + 2) % 3]! + round + 1) | 0;
    }
    x0[i] = a;
    x1[i] = b;
  }
}

/**
 * `size` random words under a key: counter block i gives words i and i + ceil(size/2). The counter's high word is
 * `stream`, so that one key feeds several independent streams.
 */
export function randomWords(k0: number, k1: number, stream: number, target: Uint32Array): void {
  const half = Math.ceil(target.length / 2);
  const x0 = new Uint32Array(half).fill(stream);
  const x1 = new Uint32Array(half);
  for (let i = 0; i < half; i++) x1[i] = i;
  threefry2x32(k0, k1, x0, x1);
  target.set(x0.subarray(0, Math.min(half, target.length)));
  target.set(x1.subarray(0, target.length - half), half);
}
