import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { expect, it, vi } from 'vitest';
import { parseOptions, UsageError } from './options.js';

const known = { workloads: ['mlp', 'cnn'], peers: ['a', 'b'] };
const parse = (...args: string[]): ReturnType<typeof parseOptions> => parseOptions(args, known);

it('defaults to everything, on all cores', () => {
  expect(parse()).toMatchObject({
    quick: false,
    setupPython: false,
    help: false,
    workloads: [],
    peers: [],
    seed: 1,
    threads: availableParallelism(),
  });
  expect(parse().out).toMatch(/packages.benchmarks.results.latest\.json$/);
});

it('reads options', () => {
  expect(
    parse('--quick', '--workload', 'mlp', '--workload', 'cnn', '--peer', 'b', '--seed', '0', '--threads', '1'),
  ).toMatchObject({
    quick: true,
    workloads: ['mlp', 'cnn'],
    peers: ['b'],
    seed: 0,
    threads: 1,
  });
});

it('resolves --out where the user typed the command', () => {
  vi.stubEnv('INIT_CWD', resolve('/somewhere'));
  expect(parse('--out', 'x.json').out).toBe(resolve('/somewhere/x.json'));
  vi.unstubAllEnvs();
});

it.each([
  [['--fast'], "Unknown option '--fast'"],
  [['cnn'], "Unexpected argument 'cnn'"],
  [['--workload', 'rnn'], '--workload rnn: unknown; choose from mlp, cnn'],
  [['--peer', 'c'], '--peer c: unknown; choose from a, b'],
  [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
  [['--seed', '1.5'], '--seed 1.5: expected an integer of at least 0'],
  [['--threads', '0'], '--threads 0: expected an integer of at least 1'],
])('refuses %j', (args, message) => {
  const attempt = (): unknown => parseOptions(args, known);
  expect(attempt).toThrow(UsageError);
  expect(attempt).toThrow(message);
});
