import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

type Target = string | { [condition: string]: Target };

// Tests and coverage read the sources of each public entry, not what was built from them.
const alias = readdirSync(`${root}packages`).flatMap((directory) => {
  const { name, exports = {} } = JSON.parse(readFileSync(`${root}packages/${directory}/package.json`, 'utf8')) as {
    name: string;
    exports?: Record<string, Target>;
  };
  return Object.entries(exports).flatMap(([entry, target]) => {
    const built = builtFile(target);
    if (built === undefined) return [];
    const source = built.replace('./dist/', `${root}packages/${directory}/src/`).replace(/\.js$/, '.ts');
    return [{ find: new RegExp(`^${name}${entry.slice(1)}$`), replacement: source }];
  });
});

const isolated = '{packages,apps}/*/src/**/*.isolated.test.ts';

/** The file that Node loads for an entry of `exports`. */
function builtFile(target: Target): string | undefined {
  if (typeof target !== 'string') {
    const condition = ['node', 'import', 'default'].find((name) => name in target);
    return condition === undefined ? undefined : builtFile(target[condition]!);
  }
  return target.startsWith('./dist/') && target.endsWith('.js') ? target : undefined;
}

export default defineConfig({
  resolve: { alias },
  test: {
    coverage: { provider: 'v8', include: ['packages/*/src/**'], exclude: ['**/generated/**', '**/*.test.ts'] },
    projects: [
      {
        extends: true,
        root,
        // One process loads the sources once for all these files, which halves the time. A file that replaces modules or
        // needs them untouched is named *.isolated.test.ts.
        test: {
          name: 'packages',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
          exclude: [isolated],
          isolate: false,
        },
      },
      {
        extends: true,
        root,
        test: { name: 'isolated', include: [isolated] },
      },
      {
        extends: true,
        root,
        // These start other programs: package managers, bundlers, compilers.
        test: { name: 'repository', include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        extends: true,
        root,
        test: { name: 'docs', include: ['docs/test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
