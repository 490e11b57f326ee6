import { readdirSync, readFileSync } from 'node:fs';
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

// A lambda's function is the user's, which no file holds: it cannot come back from one as the contract asks.
const classes = Object.entries(layers).flatMap(([name, value]) =>
  isConcreteLayer(value) && name !== 'Lambda' ? [{ name, value }] : [],
);
const folder = new URL('.', import.meta.url);
/** What the tests hold that have contracts, in one text. */
const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .filter((text) => text.includes('testLayer('))
  .join('\n');

it('knows the exported layers', () => {
  expect(classes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Dense', 'Conv1d', 'BatchNormalization']));
});

it.each(classes)('holds a contract, and files, for $name', ({ name, value }) => {
  const lower = name.replace(/Layer$/, '').toLowerCase();
  const factory = Object.keys(layers).find((other) => other !== name && other.toLowerCase() === lower);
  expect(factory).toBeDefined();
  // What makes the layer, in a contract or in a list of them; not what an error is expected of.
  const makes = new RegExp(`(?<!expect\\()\\(\\) =>\\s*${factory!}\\(`).test(tests);
  expect(makes, `testLayer({ make: () => ${factory!}(…), … })`).toBe(true);
  expect(layerClasses.get(value.className)).toBe(value);
});
