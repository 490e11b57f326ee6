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

// The docstrings of the other packages show lines of a larger program.
const tensor = publicPackages.find(({ folder }) => folder === 'tensor')!;

const readmes = readmeExamples();
const examples = [...readmes, ...docstringExamples(tensor)];
const mistakes = checkTypes(examples);

const previous = process.cwd();
let directory: string;

// Examples read and write files where they run.
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tessera-examples-'));
  mkdirSync(join(directory, 'mnist'));
  for (const part of ['train', 't10k']) {
    const write = (name: string, shape: readonly number[], size: number): void =>
      writeFileSync(join(directory, 'mnist', `${part}-${name}-ubyte`), writeIdx('uint8', shape, new Uint8Array(size)));
    write('images-idx3', [256, 28, 28], 256 * 28 * 28);
    write('labels-idx1', [256], 256);
  }
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

it('has an example of each public function and class, but of errors and of what backends are made of', () => {
  const backends = ['Node', 'canLegalizeDTypes', 'legalizeDTypes'];
  expect(withoutExample(tensor).filter((name) => !name.endsWith('Error'))).toEqual(backends);
});
