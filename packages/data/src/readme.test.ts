import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as data from './index.js';
import * as node from './node.js';
import { writeIdx } from './readers/idx.fixture.js';

type Example = (modules: unknown, console: { log(...values: unknown[]): void }) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...source: string[]) => Example;
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ({ 1: code = '', index }) => {
  const headings = readme.slice(0, index).match(/(?<=^## ).+$/gm);
  return { heading: headings?.at(-1), code };
});

const previous = process.cwd();
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tessera-data-readme-'));
  const images = writeIdx('uint8', [256, 28, 28], new Uint8Array(256 * 28 * 28));
  const labels = writeIdx('uint8', [256], new Uint8Array(256));
  mkdirSync(join(directory, 'mnist'));
  for (const part of ['train', 't10k']) {
    writeFileSync(join(directory, 'mnist', `${part}-images-idx3-ubyte`), images);
    writeFileSync(join(directory, 'mnist', `${part}-labels-idx1-ubyte`), labels);
  }
  process.chdir(directory);
});

afterAll(() => {
  process.chdir(previous);
  rmSync(directory, { recursive: true });
});

it.each(examples)('the example under "$heading" prints what it says', async ({ code }) => {
  const source = code.replaceAll(/^import (\{.*?\}) from ('.*?');$/gm, 'const $1 = modules[$2];');
  const printed: string[] = [];
  const modules = { '@tesserajs/data': data, '@tesserajs/data/node': node };
  await new AsyncFunction('modules', 'console', source)(modules, {
    log: (...values) => printed.push(format(...values)),
  });
  const promised = Array.from(code.matchAll(/^ *\/\/ → (.*)$/gm), ([, line]) => line);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});
