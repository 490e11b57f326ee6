import { expect, it } from 'vitest';
import type { GraphSignature } from '../graph/signature.js';
import { ExecutableCache } from './executable-cache.js';
import type { QueuedExecutable } from './executables.js';
import { referenceBackend } from './reference.js';

function signature(...words: number[]): GraphSignature {
  return { high: 1, low: words.length, words: Int32Array.from(words) }; // equal lengths collide
}

function queued(lastUse: number, bytes: number | null = 0): QueuedExecutable {
  const stats = { nodes: 1, runs: 0, bytes: bytes ?? 0 };
  const executable = bytes === null ? null : { run: () => [], dispose: () => undefined, stats };
  return { backend: referenceBackend, executable, ready: null, pins: 0, evicted: false, lastUse };
}

/** A cache, and what it has given up so far. */
function logged(limits: { count: number; bytes: number }): { cache: ExecutableCache; evicted: QueuedExecutable[] } {
  const evicted: QueuedExecutable[] = [];
  return { cache: new ExecutableCache((entry) => evicted.push(entry), limits), evicted };
}

it('finds by structure, also among colliding hashes', () => {
  const { cache } = logged({ count: 9, bytes: 9 });
  const [a, b] = [queued(0), queued(1)];
  cache.add(signature(1, 2), a);
  cache.add(signature(1, 3), b);
  expect(cache.find(signature(1, 2))).toBe(a);
  expect(cache.find(signature(1, 3))).toBe(b);
  expect(cache.find(signature(1, 4))).toBeNull();
  cache.remove(a);
  expect(cache.find(signature(1, 2))).toBeNull();
  expect(cache.find(signature(1, 3))).toBe(b);
  expect(cache.count).toBe(1);
});

it('gives up the least recently used above the count', () => {
  const { cache, evicted } = logged({ count: 2, bytes: 100 });
  const [a, b, c] = [queued(5), queued(3), queued(7)];
  [a, b, c].forEach((entry, i) => {
    cache.add(signature(i), entry);
  });
  cache.trim();
  expect(evicted).toEqual([b]);
  expect(cache.count).toBe(2);
});

it('gives up as many as the bytes ask for, but not what has runs in the queue or was used last', () => {
  const { cache, evicted } = logged({ count: 9, bytes: 100 });
  const [a, b, c, d] = [queued(1, 40), queued(2, 40), queued(3, null), queued(4, 150)];
  a.pins = 1;
  [a, b, c, d].forEach((entry, i) => {
    cache.add(signature(i), entry);
  });
  expect(cache.bytes).toBe(230);
  cache.trim();
  expect(evicted).toEqual([b, c]);
  expect(cache.bytes).toBe(190);
});
