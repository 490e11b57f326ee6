import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { outputFiles, prepareOutput } from './output-directory.js';

const directory = temporaryDirectory();

it('makes the directory with its parents, and leaves it empty', async () => {
  const out = join(directory, 'a', 'b');
  await prepareOutput(outputFiles(out));
  expect(readdirSync(out)).toEqual([]);
});

it('accepts the files of an earlier run', async () => {
  const out = join(directory, 'again');
  mkdirSync(out);
  writeFileSync(join(out, 'report.html'), 'old');
  await prepareOutput(outputFiles(out));
  expect(readdirSync(out)).toEqual(['report.html']);
});

it('refuses a file in the place of the directory', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  await expect(prepareOutput(outputFiles(file))).rejects.toThrow(
    `--out: cannot make ${file}: a file with this name is in the way`,
  );
  await expect(prepareOutput(outputFiles(join(file, 'out')))).rejects.toThrow(
    `--out: cannot make ${join(file, 'out')}: a part of the path is not a directory`,
  );
});

it('refuses a directory in the place of a file', async () => {
  const out = join(directory, 'taken');
  mkdirSync(join(out, 'report.html'), { recursive: true });
  await expect(prepareOutput(outputFiles(out))).rejects.toThrow(
    `cannot write ${join(out, 'report.html')}: a directory is in the way; move it or name another --out`,
  );
});

it.runIf(existsSync('/proc/self'))('refuses a directory that nothing can be written into', async () => {
  await expect(prepareOutput(outputFiles('/proc/self'))).rejects.toThrow(
    /^--out: cannot write into \/proc\/self: (permission denied|no such file or directory)$/,
  );
});
