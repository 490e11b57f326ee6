import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as layers from '../index.js';
import { Model } from '../models/model.js';
import { layerClasses } from '../saving/layer-classes.js';
import { Layer } from './layer.js';

type Class = abstract new (...options: never[]) => unknown;

function isConcreteLayer(value: unknown): value is Class & { readonly className: string } {
  if (typeof value !== 'function') return false;
  const { prototype } = value as { readonly prototype: unknown };
  return prototype instanceof Layer && !(prototype instanceof Model) && Object.hasOwn(value, 'className');
}

const classes = Object.entries(layers).flatMap(([name, value]) => (isConcreteLayer(value) ? [{ name, value }] : []));
const folder = new URL('.', import.meta.url);
const tests = globSync('**/*.test.ts', { cwd: folder })
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

it('knows the exported layers', () => {
  expect(classes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Dense', 'Conv1d', 'BatchNormalization']));
});

it.each(classes)('holds a contract, and files, for $name', ({ name, value }) => {
  const factory = `${name[0]!.toLowerCase()}${name.slice(1)}`.replace(/Layer$/, '');
  expect(layers).toHaveProperty(factory);
  expect(tests, `a test with testLayer({ make: () => ${factory}(…), … })`).toMatch(
    new RegExp(`testLayer\\(\\{\\s*make: \\(\\) =>\\s*${factory}\\(`),
  );
  expect(layerClasses.get(value.className)).toBe(value);
});
