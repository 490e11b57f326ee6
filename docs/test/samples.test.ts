import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import packages from '../src/packages.json' with { type: 'json' };
import { extractSamples, type Sample } from './extract.js';

const site = fileURLToPath(new URL('..', import.meta.url));

const samples = readdirSync(join(site, 'docs'))
  .filter((name) => /\.mdx?$/.test(name))
  .flatMap((page) => extractSamples(readFileSync(join(site, 'docs', page), 'utf8'), page));

const wrongPage = ['Text.', '', '```ts', "import { tensor } from '@tesserajs/tensor';", 'tensor([1]).summ();', '```'];
const wrongSamples = extractSamples(wrongPage.join('\n'), 'wrong.md');

interface Finding {
  file: string;
  line: number;
  text: string;
}

/** Type-checks the whole site, with each sample as a file beside its page that exists only in memory. */
function checkTypes(): { files: string[]; findings: Finding[] } {
  const config = join(site, 'tsconfig.json');
  const json = ts.readConfigFile(config, ts.sys.readFile).config as unknown;
  const { options, fileNames } = ts.parseJsonConfigFileContent(json, ts.sys, site, undefined, config);
  const virtual = new Map<string, Sample>();
  for (const sample of [...samples, ...wrongSamples]) {
    if (sample.checked) virtual.set(join(site, 'docs', `${sample.page}.${sample.line}.ts`), sample);
  }
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => virtual.get(path)?.code ?? readFile(path);
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  const program = ts.createProgram([...fileNames, ...virtual.keys()], options, host);
  const findings = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    if (!file) return { file: '', line: 0, text };
    const line = ts.getLineAndCharacterOfPosition(file, start).line + 1;
    const sample = virtual.get(file.fileName);
    return sample
      ? { file: sample.page, line: sample.line + line, text }
      : { file: relative(site, file.fileName), line, text };
  });
  return { files: fileNames.map((name) => relative(site, name)), findings };
}

describe('types', () => {
  let files: string[];
  let findings: Finding[];
  beforeAll(() => {
    const unbuilt = packages.filter(({ name }) => !existsSync(join(site, `../packages/${name}/dist/index.d.ts`)));
    if (unbuilt.length > 0) throw new Error(`build the packages first: ${unbuilt.map(({ name }) => name).join(', ')}`);
    ({ files, findings } = checkTypes());
  }, 120_000);

  it('of the samples of every page fit the built packages', () => {
    expect(samples.length).toBeGreaterThan(5);
    expect(findings.filter(({ file }) => /^[^/]*\.mdx?$/.test(file) && file !== 'wrong.md')).toEqual([]);
  });

  it('of pages, components, examples and tests fit', () => {
    expect(files).toEqual(expect.arrayContaining(['examples/two-spirals.ts', 'src/pages/index.tsx', 'sidebars.ts']));
    expect(findings.filter(({ file }) => !/\.mdx?$/.test(file))).toEqual([]);
  });

  it('that do not fit are found, with page and line', () => {
    const text = expect.stringMatching(/^Property 'summ' does not exist on type 'Tensor'/);
    expect(findings.filter(({ file }) => file === 'wrong.md')).toEqual([{ file: 'wrong.md', line: 5, text }]);
  });
});

it('leaves a sample unchecked only with a reason', () => {
  expect(samples.filter(({ checked, reason }) => !checked && !reason)).toEqual([]);
  expect(extractSamples('```ts nocheck="pseudo code"\nx\n```\n```ts nocheck\ny\n```', 'page.md')).toEqual([
    { page: 'page.md', line: 1, code: 'x\n', checked: false, reason: 'pseudo code' },
    { page: 'page.md', line: 4, code: 'y\n', checked: false, reason: '' },
  ]);
});

it('documents every published package, each a dependency of the site', () => {
  const published = readdirSync(join(site, '../packages')).filter((name) => {
    const path = join(site, '../packages', name, 'package.json');
    return existsSync(path) && !(JSON.parse(readFileSync(path, 'utf8')) as { private?: boolean }).private;
  });
  expect(packages.map(({ name }) => name).sort()).toEqual(published.sort());
  const { devDependencies } = JSON.parse(readFileSync(join(site, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(published.map((name) => `@tesserajs/${name}`)));
});
