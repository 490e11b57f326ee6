import { random } from '@tesserajs/tensor';
import { hashText } from '../hash.js';

const shuffleTag = hashText('shuffle');

/**
 * A random order of 0 to count − 1 that depends on count, seed and epoch alone. Fisher–Yates from the end over threefry
 * words; scaling a 32-bit word to the range favours some places by less than count / 2^32.
 */
export async function epochOrder(count: number, seed: number, epoch: number): Promise<Uint32Array> {
  const key = random.foldIn(random.foldIn(random.key(seed), shuffleTag), epoch);
  const words = (await random.bits(key, [count]).data()) as Uint32Array;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const partner = Math.floor((words[i]! / 2 ** 32) * (i + 1));
    const moved = order[i]!;
    order[i] = order[partner]!;
    order[partner] = moved;
  }
  return order;
}
