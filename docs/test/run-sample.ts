import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const compact = (text: string): string => text.replace(/\s+/g, '');

/** What a sample says that it prints: the comments behind its `console.log` lines. */
export function promisedOutput(code: string): string[] {
  return [...code.matchAll(/^\s*console\.log\(.*\); \/\/ (.+)$/gm)].map(([, promise = '']) => promise);
}

/**
 * Runs a sample in `folder`, in a Node of its own; its imports are resolved from there.
 * Returns what went wrong; undefined when it ended well and printed what it promises, in that order.
 */
export function runSample(code: string, folder: string): string | undefined {
  const file = join(folder, 'sample.mjs');
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  writeFileSync(file, ts.transpile(code, options, 'sample.ts'));
  const settings = { cwd: folder, encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], settings);
  if (status !== 0) return `exit code ${status}: ${stderr}`;
  let rest = compact(stdout);
  for (const promise of promisedOutput(code)) {
    const at = rest.indexOf(compact(promise));
    if (at < 0) return `does not print ${promise}, but: ${stdout}`;
    rest = rest.slice(at + compact(promise).length);
  }
  return undefined;
}
