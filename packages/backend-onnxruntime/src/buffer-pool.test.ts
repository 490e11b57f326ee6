import { expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';

const state = { dtype: 'float32', shape: [2, 3], donated: true } as const;
const batch = { dtype: 'float32', shape: [6], donated: false } as const;
const loss = { dtype: 'float32', shape: [] } as const;

it('gives donated arrays to outputs of the same type and size, as many as a run donates', () => {
  const pool = new BufferPool([state, batch, state], [loss, { dtype: 'float32', shape: [3, 2] }, state]);
  const [a, b, c] = [new Float32Array(6), new Float32Array(6), new Float32Array(6)];
  pool.give(0, a);
  pool.give(1, c); // not donated
  pool.give(2, b);
  pool.give(2, c); // one too many
  expect(pool.take(0)).toEqual(new Float32Array(1));
  const taken = [pool.take(1), pool.take(2), pool.take(2)];
  const buffers = taken.map(({ buffer }) => buffer);
  expect([a, b, c].map(({ buffer }) => buffers.includes(buffer))).toEqual([true, true, false]);
  expect([taken.includes(a), taken.includes(b)]).toEqual([false, false]);
  expect(taken[2]).toEqual(new Float32Array(6));
});

it('keeps no views, no arrays of other types, and none that no output could use', () => {
  const integers = { ...state, dtype: 'int32' } as const;
  const pool = new BufferPool([state, integers, { ...state, shape: [7] }], [state]);
  const view = new Float32Array(new ArrayBuffer(64), 0, 6);
  pool.give(0, view);
  pool.give(1, new Int32Array(6));
  pool.give(2, new Float32Array(7));
  const taken = pool.take(0);
  expect(taken).toBeInstanceOf(Float32Array);
  expect(taken).toHaveLength(6);
  expect(taken).not.toBe(view);
});

it('gives random keys both of their words', () => {
  const keys = { dtype: 'key', shape: [3], donated: true } as const;
  const pool = new BufferPool([keys], [keys]);
  expect(pool.take(0)).toEqual(new Uint32Array(6));
  const donated = Uint32Array.of(1, 2, 3, 4, 5, 6);
  pool.give(0, donated);
  expect(pool.take(0)).toEqual(donated);
});
