import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import * as tensor from '@tesserajs/tensor';
import * as runtime from 'onnxruntime-node';
import { expect, it } from 'vitest';
import * as onnx from './index.js';

type Example = (modules: unknown, console: { log(...values: unknown[]): void }) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...source: string[]) => Example;
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = Array.from(readme.matchAll(/^```js\n(.*?)^```$/gms), ({ 1: code = '' }, i) => ({
  number: i + 1,
  code,
}));
const modules = { '@tesserajs/tensor': tensor, '@tesserajs/onnx': onnx, 'onnxruntime-node': runtime };

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
