import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModel } from '@tesserajs/onnx';
import { loadTensors } from '@tesserajs/tensor';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { idxBytes, writeImages } from './data/idx-files.fixture.js';
import type { Result } from './output/result.js';
import { quickstart, type Run } from './program.fixture.js';
import { temporaryDirectory } from './temporary-directory.fixture.js';

// Each test starts a program or several, which a busy machine can make slow.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const directory = temporaryDirectory();
const data = join(directory, 'images');
const outputs = ['model.json', 'model.onnx', 'model.safetensors', 'report.html', 'result.json'];

function resultIn(out: string): Result {
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
}

beforeAll(() => {
  writeImages(data);
});

describe('a mistake ends the program with one line', () => {
  it.each([
    ['--epoch 2', "unknown option '--epoch' (Did you mean --epochs?)"],
    ['--epochs 0', "option '--epochs <n>' argument '0' is invalid. It must be a whole number from 1."],
    ['--backend gpu', "option '--backend <name>' argument 'gpu' is invalid. It must be onnxruntime or reference."],
  ])('in the command line, exit code 2: %s', async (line, message) => {
    expect(await quickstart(line.split(' '))).toEqual({
      code: 2,
      stdout: '',
      stderr: `quickstart: ${message}\nnpm start -- --help lists the options\n`,
    });
  });

  async function failure(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await quickstart(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return stderr;
  }

  it.each<[string, string, Uint8Array, string]>([
    [
      'truncated',
      'train-images-idx3-ubyte',
      idxBytes([9, 28, 28], new Uint8Array(9)),
      'truncated: header promises 7072 bytes',
    ],
    ['magic', 't10k-images-idx3-ubyte', new Uint8Array(99).fill(1), 'wrong magic: an idx file starts with 00 00'],
    [
      'label',
      't10k-labels-idx1-ubyte',
      idxBytes([64], new Uint8Array(64).fill(10)),
      'label out of range: label 0 is 10',
    ],
  ])('in the data, before anything is written: %s', async (name, file, bytes, cause) => {
    const wrong = join(directory, name);
    writeImages(wrong);
    writeFileSync(join(wrong, file), bytes);
    const out = join(directory, `${name}-out`);
    const stderr = await failure(['--data', wrong, '--out', out]);
    expect(stderr).toMatch(/^quickstart: [^\n]+\n$/);
    expect(stderr).toContain(`${join(wrong, file)}: ${cause}`);
    expect(existsSync(out)).toBe(false);
  });

  it('in the data: a missing file', async () => {
    const absent = join(directory, 'absent');
    expect(await failure(['--data', absent, '--out', join(directory, 'out')])).toBe(
      `quickstart: mnist: missing file: ${join(absent, 'train-images-idx3-ubyte')} ` +
        '(also looked for train-images.idx3-ubyte, and for .gz of both)\n',
    );
  });

  it('in --out, before training', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, 'mine');
    expect(await failure(['--data', data, '--out', file])).toBe(
      `quickstart: --out: cannot make ${file}: a file with this name is in the way\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('in --resume without a checkpoint, or with another file in its place', async () => {
    const out = join(directory, 'nothing');
    const checkpoint = join(out, 'checkpoint.safetensors');
    expect(await failure(['--resume', '--out', out])).toBe(
      `quickstart: --resume: no training was interrupted here: there is no ${checkpoint}\n`,
    );
    mkdirSync(out);
    writeFileSync(checkpoint, 'something else');
    expect(await failure(['--resume', '--out', out])).toMatch(
      new RegExp(`^quickstart: ${checkpoint}: safetensors: [^\n]+; start anew without --resume\n$`),
    );
  });

  it('with its stack on request', async () => {
    const stderr = await failure(['--debug', '--resume', '--out', join(directory, 'no')]);
    expect(stderr).toMatch(/^quickstart: QuickstartError: --resume: .*\n {4}at /);
  });
});

describe('a run', () => {
  const settings = ['--data', data, '--batch-size', '4', '--epochs', '4'];
  const whole = join(directory, 'whole');
  const parts = join(directory, 'parts');
  let run: Run;

  beforeAll(async () => {
    run = await quickstart([...settings, '--out', whole]);
  });

  it('writes five files and prints the path of the report last', () => {
    expect(run).toMatchObject({ code: 0 });
    expect(readdirSync(whole).sort()).toEqual(outputs);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe(join(whole, 'report.html'));
    expect(run.stdout).toContain('MNIST: 256 images to train on, 64 others to test on');
    expect(run.stdout).toContain('0 of 64 labels differ');
  });

  it('writes exactly the promised results', () => {
    const result = resultIn(whole);
    expect(result).toEqual({
      testAccuracy: expect.any(Number),
      trainSeconds: expect.any(Number),
      stepMilliseconds: expect.any(Number),
      finalLoss: expect.any(Number),
      onnxLabelDifferences: 0,
      onnxMaxLogitDifference: expect.any(Number),
      seed: 1,
      versions: expect.any(Object),
    });
    expect(result.testAccuracy).toBeGreaterThan(0.9);
    expect(result.testAccuracy * 64).toBe(Math.round(result.testAccuracy * 64));
    expect(result.onnxMaxLogitDifference).toBeLessThanOrEqual(1e-4);
    expect(result.versions).toMatchObject({ node: process.versions.node, 'onnxruntime-node': expect.any(String) });
  });

  it('saves the weights by name, the same in both files', () => {
    const { tensors } = loadTensors(readFileSync(join(whole, 'model.safetensors')));
    const shapes = Object.values(tensors).map(({ shape }) => shape);
    expect(shapes).toEqual([[3, 3, 1, 32], [32], [3, 3, 32, 64], [64], [1600, 128], [128], [128, 10], [10]]);
    const { graph } = parseModel(readFileSync(join(whole, 'model.onnx')));
    expect(graph?.initializer.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(tensors)));
  });

  it('stops at Ctrl-C, and --resume ends with the same bits as without', async () => {
    const stopped = await quickstart([...settings, '--out', parts], { interruptAt: 'epoch 1/' });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/\nInterrupted before epoch \d, step \d+; what is learned so far is in /);
    expect(stopped.stderr.endsWith(`To go on: npm start -- --resume --out ${parts}\n`)).toBe(true);
    expect(readdirSync(parts)).toEqual(['checkpoint.safetensors']);

    expect(await quickstart(['--resume', '--seed', '2', '--out', parts])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--seed 2 contradicts --resume: this training was started with --seed 1\n'),
    });

    expect(await quickstart(['--resume', '--out', parts])).toMatchObject({ code: 0 });
    expect(readdirSync(parts).sort()).toEqual(outputs);
    expect(resultIn(parts).finalLoss).toBe(resultIn(whole).finalLoss);
    for (const file of ['model.safetensors', 'model.onnx']) {
      expect(readFileSync(join(parts, file)).equals(readFileSync(join(whole, file)))).toBe(true);
    }
  });
});

it('another seed gives another loss; the reference backend gives the same one up to rounding', async () => {
  const few = join(directory, 'few');
  writeImages(few, { train: 16, test: 10 });
  const loss = async (name: string, ...options: string[]): Promise<number> => {
    const out = join(directory, name);
    const run = await quickstart(['--data', few, '--epochs', '1', '--batch-size', '8', '--out', out, ...options]);
    expect(run).toMatchObject({ code: 0 });
    return resultIn(out).finalLoss;
  };
  const first = await loss('first');
  expect(await loss('other', '--seed', '2')).not.toBe(first);
  expect(await loss('reference', '--backend', 'reference')).toBeCloseTo(first, 4);
});
