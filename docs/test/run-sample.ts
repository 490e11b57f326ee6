import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const compact = (text: string): string => text.replace(/\s+/g, '');

/** What a sample says that it prints: the comments behind its `console.log` lines. */
export function promisedOutput(code: string): string[] {
  return [...code.matchAll(/^\s*console\.log\(.*\); \/\/ (.+)$/gm)].map(([, promise = '']) => promise);
}

/**
 * Runs a sample in a Node of its own, in an empty folder below `parent`, from where its imports are resolved.
 * Returns what went wrong; undefined when it ended well and printed what it promises, in that order.
 */
export function runSample(code: string, parent: string): string | undefined {
  const folder = mkdtempSync(join(parent, '.sample-'));
  try {
    const file = join(folder, 'sample.mjs');
    const { ESNext } = ts.ModuleKind;
    writeFileSync(file, ts.transpile(code, { module: ESNext, target: ts.ScriptTarget.ES2022 }, 'sample.ts'));
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0) return `exit code ${status}: ${stderr}`;
    let rest = compact(stdout);
    for (const promise of promisedOutput(code)) {
      const at = rest.indexOf(compact(promise));
      if (at < 0) return `does not print ${promise}, but: ${stdout}`;
      rest = rest.slice(at + compact(promise).length);
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
