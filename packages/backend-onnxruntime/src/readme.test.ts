import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import * as tensor from '@tesserajs/tensor';
import { afterEach, expect, it } from 'vitest';
import * as backend from './index.js';

type Example = (modules: unknown, console: { log(...values: unknown[]): void }) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...source: string[]) => Example;
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ({ 1: code = '' }, i) => ({
  number: i + 1,
  code,
}));
const modules = { '@tesserajs/tensor': tensor, '@tesserajs/backend-onnxruntime': backend };

afterEach(() => {
  tensor.setBackend(tensor.referenceBackend);
});

it.each(examples)('example $number prints what it says', async ({ code }) => {
  const source = code.replaceAll(/^import (\{.*?\}) from ('.*?');$/gm, 'const $1 = modules[$2];');
  const printed: string[] = [];
  await new AsyncFunction('modules', 'console', source)(modules, {
    log: (...values) => printed.push(...format(...values).split('\n')),
  });
  const promised = Array.from(code.matchAll(/^ *\/\/ → (.*)$/gm), ([, line]) => line);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});
