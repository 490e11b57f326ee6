import { expect, it } from 'vitest';
import { NameTable } from './names.js';
import { messageOf } from './run-model.fixture.js';

it('numbers equal names, also when the number is taken', () => {
  const names = new NameTable();
  expect(['Add', 'Add_1', 'Add', 'Add', 'Mul'].map((name) => names.unique(name))).toEqual([
    'Add',
    'Add_1',
    'Add_2',
    'Add_3',
    'Mul',
  ]);
});

it('lets inputs and outputs have the names of made-up ones, however often', () => {
  const names = new NameTable();
  const handles = [names.unique('Add'), names.unique('Add'), names.claim('input', 'Add'), names.unique('Add')];
  names.rename('output', handles[1] ?? '', 'Add_2');
  const another = names.claim('input', 'Add_3');
  const finals = [...handles, another].map((handle) => names.finalName(handle));
  expect(new Set(handles).size).toBe(4);
  expect(new Set(finals).size).toBe(5);
  expect(finals[2]).toBe('Add');
  expect(finals[1]).toBe('Add_2');
  expect(finals[4]).toBe('Add_3');
});

it('keeps the final name of a displaced value unique when that is claimed too', () => {
  const names = new NameTable();
  const handle = names.unique('y');
  names.claim('input', 'y');
  const displacedTo = names.finalName(handle);
  expect(displacedTo).not.toBe('y');
  names.claim('input', displacedTo);
  expect(['y', displacedTo]).not.toContain(names.finalName(handle));
});

it('refuses a name twice and an empty one', () => {
  const names = new NameTable();
  names.claim('input', 'x');
  expect(messageOf(() => names.claim('output', 'x'))).toBe(
    'ModelBuildError: output x: the model already has an input or output of that name',
  );
  expect(messageOf(() => names.claim('input', ''))).toBe(
    'ModelBuildError: input: the name is empty; an empty name means an absent value',
  );
});
