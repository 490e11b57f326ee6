import { resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { UsageError } from '../errors.js';
import { parseOptions } from './options.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('gives what was given, and leaves the rest to the defaults', () => {
  vi.stubEnv('npm_lifecycle_event', undefined);
  expect(parseOptions([])).toEqual({ given: {}, out: resolve('quickstart-out'), resume: false, debug: false });
  const all = '--epochs 2 --batch-size 64 --fashion --data images --out there --seed 0 --backend reference';
  expect(parseOptions([...all.split(' '), '--resume', '--debug'])).toEqual({
    given: {
      epochs: 2,
      batchSize: 64,
      fashion: true,
      data: resolve('images'),
      seed: 0,
      backend: 'reference',
    },
    out: resolve('there'),
    resume: true,
    debug: true,
  });
});

it('starts paths where npm was typed', () => {
  vi.stubEnv('npm_lifecycle_event', 'start');
  vi.stubEnv('INIT_CWD', '/somewhere');
  expect(parseOptions(['--out', 'there'])?.out).toBe(resolve('/somewhere/there'));
});

it('prints all options on request', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(parseOptions(['--help'])).toBeNull();
  const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  for (const option of 'epochs batch-size fashion data out seed backend resume debug help'.split(' ')) {
    expect(text).toContain(`--${option} `);
  }
});

it.each([
  ['--epoch 2', "unknown option '--epoch' (Did you mean --epochs?)"],
  ['--epochs', "option '--epochs <n>' argument missing"],
  ['--epochs 0', "option '--epochs <n>' argument '0' is invalid. It must be a whole number from 1."],
  ['--epochs 1e3', "option '--epochs <n>' argument '1e3' is invalid. It must be a whole number from 1."],
  ['--batch-size 2.5', "option '--batch-size <n>' argument '2.5' is invalid. It must be a whole number from 1."],
  ['--seed -1', "option '--seed <n>' argument '-1' is invalid. It must be a whole number from 0."],
  [
    '--seed 9007199254740993',
    "option '--seed <n>' argument '9007199254740993' is invalid. It must be a whole number from 0.",
  ],
  ['--backend gpu', "option '--backend <name>' argument 'gpu' is invalid. It must be onnxruntime or reference."],
  ['2', "unexpected argument '2': options follow two dashes, as in npm start -- --epochs 2"],
  ['--fashion shoes', "unexpected argument 'shoes': options follow two dashes, as in npm start -- --epochs 2"],
])('refuses %s', (line, message) => {
  expect(() => parseOptions(line.split(' '))).toThrow(new UsageError(message));
});

it('refuses an empty path', () => {
  expect(() => parseOptions(['--out', ''])).toThrow(
    new UsageError("option '--out <directory>' argument '' is invalid. It must not be empty."),
  );
});
