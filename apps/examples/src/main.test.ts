import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { catalog } from './catalog.js';
import { fashionDirectory } from './data/images.js';
import { runProgram } from './program.fixture.js';
import type { Result } from './results/result.js';
import { temporaryDirectory } from './temporary-directory.fixture.js';

// Each test starts a program, which a busy machine can make slow.
vi.setConfig({ testTimeout: 60_000 });

const directory = temporaryDirectory();

async function smoke(name: string, ...options: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await runProgram(name, '--size', 'smoke', ...options);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Result;
}

describe('runs in seconds', () => {
  it.each([...catalog.keys()])('%s', async (name) => {
    const result = await smoke(name, '--results', directory);
    expect(result).toMatchObject({ example: name, size: 'smoke', seed: 1, versions: { node: process.versions.node } });
    const example = await catalog.get(name)!.load();
    expect(example.headline(result.figures)).not.toMatch(/NaN|undefined/);
    expect(JSON.parse(readFileSync(join(directory, `${name}-smoke.json`), 'utf8'))).toEqual(result);
  });
});

it('learns from a few pictures, and the same from the same seed', async () => {
  const [one, same, other] = [
    await smoke('mnist-mlp'),
    await smoke('mnist-mlp'),
    await smoke('mnist-mlp', '--seed', '2'),
  ];
  expect(one.figures['testAccuracy']).toBeGreaterThan(0.7);
  expect(same.figures).toEqual(one.figures);
  expect(other.figures).not.toEqual(one.figures);
});

it('learns from the clothes of Fashion-MNIST', async ({ skip }) => {
  skip(!existsSync(fashionDirectory) && !process.env['CI'], `Fashion-MNIST is not in ${fashionDirectory}`);
  const { figures } = await smoke('fashion-mlp', '--data', fashionDirectory);
  expect(figures['testAccuracy']).toBeGreaterThan(0.6);
});

it('says what is wrong in a line', async () => {
  const hint = 'npm run example -- --help lists examples and options\n';
  expect(await runProgram('mnist-mlp', '--size', 'big')).toEqual({
    code: 2,
    stdout: '',
    stderr: `option '--size <size>' argument 'big' is invalid. Allowed choices are smoke, laptop, long.\n${hint}`,
  });
  expect((await runProgram('mnist')).stderr).toContain(
    "command-argument value 'mnist' is invalid for argument 'name'.",
  );
  expect((await runProgram('mnist-mlp', '--seed', '-1')).stderr).toContain('It must be a whole number from 0.');
  expect((await runProgram('mnist-mlp', '--data', join(directory, 'none'))).stderr).toContain(
    `mnist: missing file: ${join(directory, 'none', 'train-images-idx3-ubyte')}`,
  );
});
