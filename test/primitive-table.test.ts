import { primitiveNames, type PrimitiveName } from '@tesserajs/tensor';
import { expect, it } from 'vitest';
import { missing } from './primitive-summaries.js';
import { batching, primitivePage } from './primitive-table.js';

it('describes every primitive on docs/docs/primitives.md (after a change: npx vitest run test/primitive-table.test.ts -u)', async () => {
  const page = primitivePage();
  expect(primitiveNames.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
  expect(missing).toEqual({});
  await expect(page).toMatchFileSnapshot('../docs/docs/primitives.md');
});

it('batches without a loop', () => {
  const loops = primitiveNames.filter((name: PrimitiveName) => batching(name) === 'one example at a time');
  expect(loops).toEqual([]);
});
