import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Result } from './result.js';
import { resultsTable } from './table.js';

const folder = new URL('../../results/', import.meta.url);
const results = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Result);

describe('the committed results', () => {
  it('are the table of the README', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`\n\n${await resultsTable(results)}\n\n`);
  });

  // A figure that a new run does not reach is no longer true.
  const least: readonly [example: string, figure: string, least: number][] = [
    ['mnist-mlp', 'testAccuracy', 0.98],
    ['fashion-mlp', 'testAccuracy', 0.885],
    ['table-and-text', 'partAccuracy', 0.95],
  ];
  it.each(least)('%s: %s is at least %d', (name, figure, least) => {
    const result = results.find(({ example }) => example === name);
    expect(result).toMatchObject({ size: 'laptop', seed: expect.any(Number), versions: expect.any(Object) });
    expect(result!.figures[figure]).toBeGreaterThanOrEqual(least);
  });

  it('alphago-zero: the parameters that training changes', () => {
    expect(results.find(({ example }) => example === 'alphago-zero')!.figures).toEqual({
      trainableParameters19: 22_827_877,
      trainableParameters39: 46_441_317,
    });
  });
});
