import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import ts from 'typescript';
import { expect, it } from 'vitest';
import * as tessera from './index.js';

type Example = (tessera: unknown, console: { log(...values: unknown[]): void }) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...source: string[]) => Example;
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), ({ 1: code = '', index }) => ({
  heading: readme
    .slice(0, index)
    .match(/(?<=^#+ ).+$/gm)!
    .at(-1)!,
  code,
}));

it.each(examples)('the example under "$heading" prints what it says', async ({ code }) => {
  const body = code.replace(/^import \{(.*?)\} from '@tesserajs\/tensor';$/gm, (_, names: string) => {
    const values = names.split(',').filter((name) => !name.includes('type '));
    return `const {${values.join(',')}} = tessera;`;
  });
  const { outputText } = ts.transpileModule(body, { compilerOptions: { target: ts.ScriptTarget.ESNext } });
  const printed: string[] = [];
  const log = (...values: unknown[]): void => {
    printed.push(...format(...values).split('\n'));
  };
  const restore = tessera.debug.printTo(log);
  await new AsyncFunction('tessera', 'console', outputText)(tessera, { log });
  restore();
  const promised = Array.from(code.matchAll(/^ *\/\/ → (.*)$/gm), ([, line]) => line);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});

it('has an example of each part', () => {
  expect(examples.length).toBeGreaterThanOrEqual(9);
});
