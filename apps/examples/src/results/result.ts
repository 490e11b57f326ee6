import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Figures, Size } from '../example.js';

/** What a run of an example came to. */
export interface Result {
  readonly example: string;
  readonly size: Size;
  readonly seed: number;
  /** Wall time of the whole run, with loading the data and testing. */
  readonly seconds: number;
  readonly figures: Figures;
  /** Version of Node and of each package that computes. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The text of a result's file. */
export function formatResult(result: Result): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

const require = createRequire(import.meta.url);

const packages = [
  '@tesserajs/tensor',
  '@tesserajs/layers',
  '@tesserajs/data',
  '@tesserajs/backend-onnxruntime',
  'onnxruntime-node',
] as const;

/** Version of Node and of each package that computes, by name. */
export function versions(): Record<string, string> {
  const version = (name: string): string => {
    const manifest = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string };
    return manifest.version;
  };
  return { node: process.versions.node, ...Object.fromEntries(packages.map((name) => [name, version(name)])) };
}
