// The two halves of a release: `version` applies the waiting changesets, `publish` sends what they bumped to npm.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { pnpmCommand, root, run } from './pnpm.mjs';

const declaration = /^export const version = '([^']*)';$/m;

/** The sources that state the version of their package: `[{ file, stated, version }]`. */
export function statedVersions() {
  return readdirSync(`${root}packages`).flatMap((folder) => {
    const { version } = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, 'utf8'));
    return readdirSync(`${root}packages/${folder}/src`, { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `packages/${folder}/src/${file.replaceAll('\\', '/')}`)
      .flatMap((file) => {
        const stated = declaration.exec(readFileSync(root + file, 'utf8'))?.[1];
        return stated === undefined ? [] : [{ file, stated, version }];
      });
  });
}

async function step(...options) {
  const code = await run(pnpmCommand(...options));
  if (code !== 0) process.exit(code);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const command = process.argv[2];
  if (command === 'version') {
    await step('exec', 'changeset', 'version');
    for (const { file, version } of statedVersions()) {
      writeFileSync(
        root + file,
        readFileSync(root + file, 'utf8').replace(declaration, `export const version = '${version}';`),
      );
    }
    await step('install', '--lockfile-only');
  } else if (command === 'publish') {
    await step('exec', 'turbo', 'run', 'build', '--filter=./packages/*');
    await step('exec', 'changeset', 'publish');
  } else {
    console.error('usage: node scripts/release.mjs version|publish');
    process.exitCode = 2;
  }
}
