import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { extractSamples } from './extract.js';
import { promisedOutput, runSample } from './run-sample.js';

const site = fileURLToPath(new URL('..', import.meta.url));
const guide = extractSamples(readFileSync(join(site, 'docs/getting-started.md'), 'utf8'), 'getting-started.md');

// Below the site, so that imports find its dependencies, the built packages among them.
const cache = join(site, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });

describe('the samples of the guide', { timeout: 60_000 }, () => {
  // One folder for all, as for a reader who follows along: some read the file that the one before wrote.
  const folder = mkdtempSync(join(cache, 'samples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(guide.filter(({ checked }) => checked).map(({ line, code }) => [line, code] as const))(
    'line %i runs and prints what it says',
    (_, code) => {
      expect(runSample(code, folder)).toBeUndefined();
    },
  );

  it('are checked against what they promise', () => {
    expect(guide.flatMap(({ code }) => promisedOutput(code)).length).toBeGreaterThan(4);
    expect(runSample('console.log([1,\n 2]); // [1, 2]\n', folder)).toBeUndefined();
    expect(runSample('console.log(1); // 2\n', folder)).toMatch(/^does not print 2, but: 1/);
    expect(runSample("throw new Error('broken');", folder)).toMatch(/^exit code 1: [^]*broken/);
  });
});
