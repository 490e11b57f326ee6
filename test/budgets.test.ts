import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packages } from '../scripts/workspace.mjs';

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

it('has a time budget for the tests of each package', () => {
  const { tests } = read('../scripts/budgets.json') as { tests: Record<string, number> };
  const directories = packages().map(({ directory }) => directory);
  expect(Object.keys(tests).sort()).toEqual([...directories, 'test'].sort());
});

it('has a size budget for each published package that browsers load', () => {
  const limits = read('../.size-limit.json') as { name: string }[];
  const published = packages().filter(({ manifest }) => manifest.private !== true);
  const inNodeAlone = ['@tesserajs/backend-onnxruntime'];
  const expected = published.map(({ name }) => name).filter((name) => !inNodeAlone.includes(name));
  expect([...new Set(limits.map(({ name }) => name.split(':')[0]))].sort()).toEqual(expected.sort());
});
