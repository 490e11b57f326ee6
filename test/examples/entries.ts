import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Exports = Readonly<Record<string, string | { readonly types: string }>>;

/** The repository. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** A package that others use, with the sources of its public entries. */
export interface PublicPackage {
  readonly name: string;
  /** `tensor` of `packages/tensor`. */
  readonly folder: string;
  /** `@tesserajs/tensor/linalg` → `…/packages/tensor/src/linalg.ts`. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Every package that is published. */
export const publicPackages: readonly PublicPackage[] = readdirSync(`${root}packages`).flatMap((folder) => {
  const directory = `${root}packages/${folder}/`;
  if (!existsSync(`${directory}package.json`)) return [];
  const manifest = JSON.parse(readFileSync(`${directory}package.json`, 'utf8')) as {
    readonly name: string;
    readonly private?: boolean;
    readonly exports: Exports;
  };
  if (manifest.private) return [];
  const entries = Object.entries(manifest.exports).flatMap(([entry, target]): [string, string][] =>
    typeof target === 'string'
      ? []
      : [[manifest.name + entry.slice(1), directory + target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')]],
  );
  return [{ name: manifest.name, folder, entries: new Map(entries) }];
});
