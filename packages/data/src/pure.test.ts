import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Every module that `entry` imports for its values, itself included, as written in the imports. */
function modulesOf(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  const source = readFileSync(new URL(entry.href.replace(/\.js$/, '.ts')), 'utf8');
  for (const [, specifier = ''] of source.matchAll(/^(?:import|export)(?! type)[^;]*? from '(.*?)';$/gms)) {
    if (specifier.startsWith('.')) modulesOf(new URL(specifier, entry), seen);
    else seen.add(specifier);
  }
  return seen;
}

it('the main entry imports nothing from outside but the tensor package, for its error class', () => {
  const modules = [...modulesOf(new URL('./index.js', import.meta.url))];
  expect(modules.length).toBeGreaterThan(10);
  expect(modules.filter((module) => !module.startsWith('file:'))).toEqual(['@tesserajs/tensor']);
});

it('the entry for Node imports the modules of Node that it declares', () => {
  const modules = [...modulesOf(new URL('./node.js', import.meta.url))];
  expect(modules.filter((module) => !module.startsWith('file:')).sort()).toEqual([
    '@tesserajs/tensor',
    'node:fs/promises',
    'node:path',
    'node:url',
  ]);
});
