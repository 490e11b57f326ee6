import { expect, it } from 'vitest';
import { exitCodeOf, fileFailure, firstLine, InterruptedError, QuickstartError, UsageError } from './errors.js';

it('says what the operating system means', () => {
  expect(fileFailure(Object.assign(new Error('ENOSPC: …'), { code: 'ENOSPC' }))).toBe('no space left on the disk');
  expect(fileFailure(Object.assign(new Error('EXDEV: cross-device\nmore'), { code: 'EXDEV' }))).toBe(
    'EXDEV: cross-device',
  );
  expect(firstLine('text')).toBe('text');
});

it('each kind of failure has its exit code', () => {
  expect(
    [new UsageError(''), new QuickstartError(''), new Error(''), new InterruptedError('', 130)].map(exitCodeOf),
  ).toEqual([2, 1, 1, 130]);
});
