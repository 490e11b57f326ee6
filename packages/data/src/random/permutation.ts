import { RandomStream } from './threefry.js';

/**
 * A uniformly random order of 0 to `length` - 1 that depends on `length`, `seed` and `stream` alone: Fisher–Yates from
 * the end, the partner of place i being drawn from 0 to i by `RandomStream.below(i + 1)`.
 * Source: Knuth, The Art of Computer Programming 2, algorithm 3.4.2P.
 */
export function permutation(length: number, seed: number, stream: number): Uint32Array {
  const order = new Uint32Array(length);
  for (let place = 1; place < length; place++) order[place] = place;
  const random = new RandomStream(seed, stream);
  for (let place = length - 1; place > 0; place--) {
    const partner = random.below(place + 1);
    const moved = order[place]!;
    order[place] = order[partner]!;
    order[partner] = moved;
  }
  return order;
}
