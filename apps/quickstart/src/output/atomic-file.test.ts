import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { writeAtomically } from './atomic-file.js';

const directory = temporaryDirectory();

it('replaces a file, and leaves nothing else behind', async () => {
  const file = join(directory, 'new', 'a.txt');
  mkdirSync(join(directory, 'new'));
  writeFileSync(file, 'a longer text than the new one');
  await writeAtomically(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(join(directory, 'new'))).toEqual(['a.txt']);
});

it('keeps the old file when it cannot be replaced, and removes what it wrote', async () => {
  const taken = join(directory, 'taken');
  mkdirSync(join(taken, 'a.txt', 'inside'), { recursive: true });
  await expect(writeAtomically(join(taken, 'a.txt'), 'new')).rejects.toThrow(
    `cannot write ${join(taken, 'a.txt')}: a directory is in the way`,
  );
  expect(readdirSync(taken)).toEqual(['a.txt']);
});

it('says why a file cannot be made', async () => {
  await expect(writeAtomically(join(directory, 'absent', 'a.txt'), '')).rejects.toThrow(
    `cannot write ${join(directory, 'absent', 'a.txt')}: no such file or directory`,
  );
});
