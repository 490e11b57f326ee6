import { expect, it } from 'vitest';
import { parseStatus, readMemory } from './memory.js';

it('reads what Linux tells of a process', () => {
  const status = 'Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nThreads:\t1\n';
  expect(parseStatus(status)).toEqual({ resident: 2 ** 20, peak: 2 ** 21 });
  expect(parseStatus('Name:\tkthreadd\n')).toBeNull();
});

it('knows nothing of a process that is gone', () => {
  expect(readMemory(undefined)).toBeNull();
});

it.runIf(process.platform === 'linux')('sees what this process takes', () => {
  const before = readMemory(process.pid)!;
  const taken = Buffer.alloc(2 ** 26, 1);
  const after = readMemory(process.pid)!;
  expect(after.resident - before.resident).toBeGreaterThan(taken.byteLength / 2);
  expect(after.peak).toBeGreaterThanOrEqual(after.resident);
});
