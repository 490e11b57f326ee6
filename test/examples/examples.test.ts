import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeIdx } from '../../packages/data/src/readers/idx.fixture.js';
import { checkTypes } from './check-types.js';
import { docstringExamples, withoutExample } from './docstrings.js';
import { publicPackages } from './entries.js';
import { readmeExamples } from './example.js';
import { runExample } from './run.js';

const readmes = readmeExamples();
const examples = [...readmes, ...publicPackages.flatMap(docstringExamples)];
const mistakes = checkTypes(examples);

const previous = process.cwd();
let directory: string;

/** The files of a small data set in the format of MNIST, all zeros. */
function writeImages(folder: string): void {
  mkdirSync(folder);
  for (const part of ['train', 't10k']) {
    const write = (name: string, shape: readonly number[], size: number): void =>
      writeFileSync(join(folder, `${part}-${name}-ubyte`), writeIdx('uint8', shape, new Uint8Array(size)));
    write('images-idx3', [256, 28, 28], 256 * 28 * 28);
    write('labels-idx1', [256], 256);
  }
}

// Examples read and write files where they run.
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tessera-examples-'));
  for (const name of ['mnist', 'fashion-mnist']) writeImages(join(directory, name));
  process.chdir(directory);
});

afterAll(() => {
  process.chdir(previous);
  rmSync(directory, { recursive: true });
});

examples.forEach((example, i) => {
  it(example.title, async () => {
    expect(mistakes[i]).toEqual([]);
    const promises = await runExample(example);
    if (i < readmes.length) expect(promises).toBeGreaterThan(0);
  });
});

/** Public functions and classes that need no example: what backends are made of, and bases of classes. */
const withoutOne: Readonly<Record<string, readonly string[]>> = {
  tensor: ['Node', 'canLegalizeDTypes', 'legalizeDTypes'],
  data: ['ArrayBatches'],
  layers: ['Layer', 'Model', 'Wrapper'],
};

it.each(publicPackages)('has an example of each public function and class of $folder, but of errors', (one) => {
  expect(withoutExample(one).filter((name) => !name.endsWith('Error'))).toEqual(withoutOne[one.folder] ?? []);
});
