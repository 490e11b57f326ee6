import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import * as tensor from '@tesserajs/tensor';
import { afterEach, expect, it, vi } from 'vitest';
import * as layers from './index.js';

type Example = (modules: unknown) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...source: string[]) => Example;
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ({ 1: code = '', index }) => {
  const headings = readme.slice(0, index).match(/(?<=^## ).+$/gm);
  return { heading: headings?.at(-1), code };
});

afterEach(() => vi.restoreAllMocks());

it.each(examples)('the example under "$heading" prints what it says', async ({ code }) => {
  const source = code
    .replaceAll(/^import \* as (\w+) from ('.*?');$/gm, 'const $1 = modules[$2];')
    .replaceAll(/^import (\{.*?\}) from ('.*?');$/gm, 'const $1 = modules[$2];');
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(...format(...values).split('\n')));
  await new AsyncFunction('modules', source)({ '@tesserajs/layers': layers, '@tesserajs/tensor': tensor });
  const promised = Array.from(code.matchAll(/^ *\/\/ → (.*)$/gm), ([, line]) => line);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});
