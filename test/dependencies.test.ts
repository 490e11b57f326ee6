import { expect, it } from 'vitest';
import { checkDependencies, mayImport } from '../scripts/check-dependencies.mjs';
import { temporaryFolder } from './temporary-folder.js';

/** A package with one public entry, and its sources. */
function packageFiles(folder: string, sources: Record<string, string>, manifest: object = {}): Record<string, unknown> {
  const directory = `packages/${folder}`;
  const entries = Object.entries(sources).map(([file, text]) => [`${directory}/src/${file}`, text]);
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
  return {
    [`${directory}/package.json`]: { name: `@tesserajs/${folder}`, exports, ...manifest },
    ...Object.fromEntries(entries),
  };
}

const tensor = packageFiles('tensor', { 'index.ts': 'export const one = 1;', 'shapes.ts': 'export const rank = 2;' });

function check(...packages: Record<string, unknown>[]): Promise<string[]> {
  return checkDependencies(temporaryFolder(Object.assign({}, ...packages)));
}

it('accepts an import of a public entry that the table allows', async () => {
  const layers = packageFiles('layers', { 'index.ts': `import { one } from '@tesserajs/tensor';\nexport { one };` });
  expect(await check(tensor, layers)).toEqual([]);
});

it('has a table without cycles', () => {
  const reaches = (from: string, to: string): boolean =>
    (mayImport as Record<string, string[]>)[from]!.some((next) => next === to || reaches(next, to));
  expect(Object.keys(mayImport).filter((name) => reaches(name, name))).toEqual([]);
});

it('refuses an import that the table does not allow, of types too', async () => {
  const data = packageFiles('data', { 'index.ts': 'export const two = 2;' });
  const layers = packageFiles('layers', { 'index.ts': `export type { two } from '@tesserajs/data';` });
  expect(await check(tensor, data, layers)).toEqual([
    'packages/layers/src/index.ts: imports @tesserajs/data; of ours it may import only @tesserajs/tensor',
  ]);
});

it('refuses a dependency in package.json that the table does not allow', async () => {
  const folder = packageFiles('tensor', { 'index.ts': '' }, { dependencies: { '@tesserajs/layers': 'workspace:^' } });
  expect(await check(folder)).toEqual([
    '@tesserajs/tensor: package.json has @tesserajs/layers in dependencies; it may import no package of ours',
  ]);
});

it('refuses a published package that the table does not know', async () => {
  expect(await check(packageFiles('extra', { 'index.ts': '' }))).toEqual([
    '@tesserajs/extra: is not in the table of scripts/check-dependencies.mjs',
  ]);
});

it('refuses deep imports, by name and by path, in tests too', async () => {
  const layers = packageFiles('layers', {
    'index.ts': `export { rank } from '@tesserajs/tensor/dist/shapes.js';`,
    'index.test.ts': `export { rank } from '../../tensor/src/shapes.js';`,
  });
  expect(await check(tensor, layers)).toEqual([
    'packages/layers/src/index.test.ts: imports ../../tensor/src/shapes.js, a file of another package; ' +
      'import its public entry (packages/tensor/src/shapes.ts)',
    'packages/layers/src/index.ts: imports @tesserajs/tensor/dist/shapes.js, which is no public entry of @tesserajs/tensor',
  ]);
});

it('refuses an import of the own package by name', async () => {
  const folder = packageFiles('tensor', { 'index.ts': '', 'a.ts': `import '@tesserajs/tensor';` });
  expect(await check(folder)).toEqual([
    'packages/tensor/src/a.ts: imports its own package by name (@tesserajs/tensor); import the file',
  ]);
});

it('refuses a cycle of files once, and lets types close one', async () => {
  const folder = packageFiles('tensor', {
    'index.ts': `export * from './a.js';`,
    'a.ts': `import { b } from './b.js';\nexport const a = () => b;`,
    'b.ts': `import { a } from './a.js';\nexport const b = () => a;`,
    'c.ts': `import { d } from './d.js';\nexport type C = typeof d;\nexport const c = d;`,
    'd.ts': `import type { C } from './c.js';\nexport const d: C | number = 1;`,
  });
  const problems = await check(folder);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^import cycle: packages\/tensor\/src\/[ab]\.ts → packages\/tensor\/src\/[ab]\.ts/);
});

it('refuses a module of Node in what a portable entry leads to, and allows it behind the node condition', async () => {
  const sources = {
    'index.ts': `export * from './files.js';`,
    'files.ts': `import { readFileSync } from 'node:fs';\nexport { readFileSync };`,
    'node.ts': `export * from './files.js';`,
  };
  const nodeEntry = { types: './dist/node.d.ts', node: './dist/node.js' };
  const refused = packageFiles('data', sources);
  const allowed = packageFiles(
    'data',
    { ...sources, 'index.ts': '' },
    { exports: { '.': './dist/index.js', './node': nodeEntry } },
  );
  expect(await check(refused)).toEqual([
    'packages/data/src/files.ts: imports node:fs, but is part of the portable entry ' +
      'packages/data/src/index.ts → packages/data/src/files.ts',
  ]);
  expect(await check(allowed)).toEqual([]);
});
