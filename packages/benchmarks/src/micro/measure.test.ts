import { expect, it } from 'vitest';
import { takeTurns } from './measure.js';

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('lets functions take turns', async () => {
  const order: string[] = [];
  const run = (name: string) => () => {
    order.push(name);
    busy(1);
  };
  const times = await takeTurns([run('a'), run('b')], 2, 0);
  expect(times).toHaveLength(2);
  expect(order.join('')).toBe('aaabbbabab');
});
