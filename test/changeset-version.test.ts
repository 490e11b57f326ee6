import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { packages } from '../scripts/workspace.mjs';
import { temporaryFolder, writeFiles } from './temporary-folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const changesets = fileURLToPath(new URL('../node_modules/@changesets/cli/bin.js', import.meta.url));

type Versions = Record<string, string>;

/** A copy of everything that changesets reads, with all waiting changesets applied. */
function releasedWorkspace(): string {
  const folder = temporaryFolder();
  const manifests = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(root + parent).map((child) => `${parent}/${child}/package.json`),
  );
  for (const path of ['package.json', 'pnpm-workspace.yaml', '.changeset', 'docs/package.json', ...manifests]) {
    cpSync(root + path, `${folder}/${path}`, { recursive: true });
  }
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  commit(folder);
  applyChangesets(folder);
  return folder;
}

function commit(folder: string): void {
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['add', '--all'], { cwd: folder });
  execFileSync('git', [...author, 'commit', '--quiet', '--allow-empty', '--message=x'], { cwd: folder });
}

function applyChangesets(folder: string): Versions {
  execFileSync(process.execPath, [changesets, 'version'], { cwd: folder, stdio: 'pipe' });
  commit(folder);
  return versions(folder);
}

function versions(folder: string): Versions {
  const manifests = readdirSync(`${folder}/packages`).map(
    (child) =>
      JSON.parse(readFileSync(`${folder}/packages/${child}/package.json`, 'utf8')) as { name: string; version: string },
  );
  return Object.fromEntries(manifests.map(({ name, version }) => [name, version]));
}

function changeset(folder: string, name: string, bump: 'minor' | 'major'): Versions {
  writeFiles(folder, { '.changeset/one-change.md': `---\n"${name}": ${bump}\n---\n\nA change.\n` });
  return applyChangesets(folder);
}

const nextMinor = (version: string): string =>
  version.replace(/\.(\d+)\.\d+$/, (_, minor: string) => `.${Number(minor) + 1}.0`);
const nextMajor = (version: string): string => `${Number(version.split('.')[0]) + 1}.0.0`;

const peersOfTensor = packages()
  .filter(({ manifest }) => '@tesserajs/tensor' in (manifest.peerDependencies ?? {}))
  .map(({ name }) => name as string);

it('releases every package as 1.0.0 or later, where a caret range accepts later minor versions', () => {
  expect(peersOfTensor).not.toEqual([]);
  const released = versions(releasedWorkspace());
  for (const name of ['@tesserajs/tensor', ...peersOfTensor]) {
    expect(Number(released[name]!.split('.')[0]), name).toBeGreaterThanOrEqual(1);
  }
});

it('bumps tensor alone for a minor change of tensor: the published peer ranges (^1.2.3) accept the new version', () => {
  const folder = releasedWorkspace();
  const before = versions(folder);
  const after = changeset(folder, '@tesserajs/tensor', 'minor');
  expect(after).toEqual({ ...before, '@tesserajs/tensor': nextMinor(before['@tesserajs/tensor']!) });
});

it('would bump every package with a tensor peer by a major version without onlyUpdatePeerDependentsWhenOutOfRange', () => {
  const folder = releasedWorkspace();
  const before = versions(folder);
  const config = JSON.parse(readFileSync(`${folder}/.changeset/config.json`, 'utf8')) as object;
  writeFiles(folder, {
    '.changeset/config.json': { ...config, ___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH: {} },
  });
  commit(folder);
  const after = changeset(folder, '@tesserajs/tensor', 'minor');
  for (const name of peersOfTensor) expect(after[name], name).toBe(nextMajor(before[name]!));
});

it('bumps every package with a tensor peer by a major version for a breaking change of tensor', () => {
  const folder = releasedWorkspace();
  const before = versions(folder);
  const after = changeset(folder, '@tesserajs/tensor', 'major');
  for (const name of ['@tesserajs/tensor', ...peersOfTensor]) expect(after[name], name).toBe(nextMajor(before[name]!));
  const benchmarks = '@tesserajs/benchmarks';
  expect(after[benchmarks]).toBe(before[benchmarks]);
});

it('bumps onnx alone for a minor change of onnx: the backend accepts it as it is', () => {
  const folder = releasedWorkspace();
  const before = versions(folder);
  const after = changeset(folder, '@tesserajs/onnx', 'minor');
  expect(after).toEqual({ ...before, '@tesserajs/onnx': nextMinor(before['@tesserajs/onnx']!) });
});
