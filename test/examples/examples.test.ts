import { expect, it } from 'vitest';
import { checkTypes } from './check-types.js';
import { docstringExamples, withoutExample } from './docstrings.js';
import { publicPackages } from './entries.js';
import { runExample } from './run.js';

// The examples of the other packages show lines of a larger program.
const tensor = publicPackages.find(({ folder }) => folder === 'tensor')!;

const examples = docstringExamples(tensor);
const mistakes = checkTypes(examples);

examples.forEach((example, i) => {
  it(example.title, async () => {
    expect(mistakes[i]).toEqual([]);
    await runExample(example);
  });
});

it('has an example of each public function and class, but of errors and of what backends are made of', () => {
  const backends = ['Node', 'bind', 'canLegalizeDTypes', 'legalizeDTypes', 'resampleTable', 'subgraphsOf', 'viewBytes'];
  expect(withoutExample(tensor).filter((name) => !name.endsWith('Error'))).toEqual(backends);
});
