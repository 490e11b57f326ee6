import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Result } from './result.js';
import { resultsTable } from './table.js';

// Loading what the examples are made of takes a moment on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = new URL('../../results/', import.meta.url);
const results = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Result);

describe('the committed results', () => {
  it('are the table of the README (after a run: npx vitest run apps/examples/src/results -u)', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [before, after] = readme.split(/(?:^\|.*\n)+/m);
    await expect(`${before}${await resultsTable(results)}\n${after}`).toMatchFileSnapshot('../../README.md');
  });

  // A figure that a new run does not reach is no longer true.
  const least: readonly [example: string, figure: string, least: number][] = [
    ['mnist-mlp', 'testAccuracy', 0.98],
    ['fashion-mlp', 'testAccuracy', 0.885],
    ['mnist-cnn', 'testAccuracy', 0.992],
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
