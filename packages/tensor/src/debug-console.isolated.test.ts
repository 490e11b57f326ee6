import { expect, it, vi } from 'vitest';
import { debug, tensor } from './index.js';
import { numbersOf } from './values.fixture.js';

it('prints to the console unless told otherwise', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  numbersOf(debug.print('x', tensor([1, 2])));
  expect(log.mock.calls).toEqual([['x: float32 [2] [1, 2]']]);
});
