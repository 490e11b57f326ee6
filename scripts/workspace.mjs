// The packages of this repository, and which of them a run of the tests is about.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { environment, pnpmCommand, root } from './pnpm.mjs';

/** Every package: `{ directory: 'packages/tensor', name: '@tesserajs/tensor', manifest }`. */
export function packages() {
  const directories = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(`${root}${parent}`).map((child) => `${parent}/${child}`),
  );
  return [...directories, 'docs']
    .filter((directory) => existsSync(`${root}${directory}/package.json`))
    .map((directory) => {
      const manifest = JSON.parse(readFileSync(`${root}${directory}/package.json`, 'utf8'));
      return { directory, name: manifest.name, manifest };
    });
}

/** The packages named by folder (`tensor`) or by package name (`@tesserajs/tensor`); throws for an unknown one. */
export function packagesNamed(names) {
  const all = packages();
  return names.map((name) => {
    const found = all.find((one) => one.name === name || one.directory.split('/').at(-1) === name);
    const known = all.map((one) => one.directory.split('/').at(-1)).join(', ');
    if (found === undefined) throw new RangeError(`--filter: no package "${name}"; there are ${known}`);
    return found;
  });
}

/** The packages that differ from the base branch, or depend on one that does, as turbo sees them. */
export function affectedPackages() {
  const [command, options, settings] = pnpmCommand('exec', 'turbo', 'run', 'build', '--affected', '--dry=json');
  const { status, stdout, stderr } = spawnSync(command, options, { cwd: root, env: environment, ...settings });
  if (status !== 0) throw new Error(`turbo could not tell what is affected: ${stderr}`);
  const names = new Set(JSON.parse(stdout).packages);
  return packages().filter((one) => names.has(one.name));
}
