import { existsSync, readFileSync } from 'node:fs';
import { publicPackages, root } from './entries.js';

/** Code that documentation shows. */
export interface Example {
  /** What a failing test says: where the example is. */
  readonly title: string;
  /** Where its imports are resolved from. */
  readonly directory: string;
  /** JavaScript runs; TypeScript is type-checked too. */
  readonly language: 'ts' | 'js';
  readonly code: string;
}

/** The `ts` and `js` blocks of the README of the repository and of each package. */
export function readmeExamples(): Example[] {
  return [root, ...publicPackages.map(({ folder }) => `${root}packages/${folder}/`)].flatMap((directory) => {
    const file = `${directory}README.md`;
    if (!existsSync(file)) return [];
    const text = readFileSync(file, 'utf8');
    return Array.from(text.matchAll(/^```(ts|js)\n(.*?)^```$/gms), ({ 1: language, 2: code, index }): Example => {
      const line = text.slice(0, index).split('\n').length;
      return {
        title: `${file.slice(root.length)}, line ${line}`,
        directory,
        language: language as 'ts' | 'js',
        code: code!,
      };
    });
  });
}
