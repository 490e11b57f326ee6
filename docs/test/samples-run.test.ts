import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractSamples } from './extract.js';
import { promisedOutput, runSample } from './run-sample.js';

const site = fileURLToPath(new URL('..', import.meta.url));
// Below the site, so that imports find its dependencies, the built packages among them.
const parent = join(site, 'node_modules/.cache/samples');
const guide = extractSamples(readFileSync(join(site, 'docs/getting-started.md'), 'utf8'), 'getting-started.md');

describe('the samples of the guide', { timeout: 60_000 }, () => {
  beforeAll(() => void mkdirSync(parent, { recursive: true }));
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it.each(guide.filter(({ checked }) => checked).map(({ line, code }) => [line, code] as const))(
    'line %i runs and prints what it says',
    (_, code) => {
      expect(runSample(code, parent)).toBeUndefined();
    },
  );

  it('are checked against what they promise', () => {
    expect(guide.flatMap(({ code }) => promisedOutput(code)).length).toBeGreaterThan(4);
    expect(runSample('console.log([1,\n 2]); // [1, 2]\n', parent)).toBeUndefined();
    expect(runSample('console.log(1); // 2\n', parent)).toMatch(/^does not print 2, but: 1/);
    expect(runSample("throw new Error('broken');", parent)).toMatch(/^exit code 1: [^]*broken/);
  });
});
