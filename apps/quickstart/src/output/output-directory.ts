import { existsSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, fileFailure, QuickstartError } from '../errors.js';

/** Names of the files in `--out`. */
export const fileNames = {
  weights: 'model.safetensors',
  config: 'model.json',
  onnx: 'model.onnx',
  result: 'result.json',
  report: 'report.html',
  checkpoint: 'checkpoint.safetensors',
} as const;

/** Absolute paths of the files in `--out`. */
export type OutputFiles = { readonly [Name in keyof typeof fileNames]: string } & { readonly directory: string };

/** Where each file lies in `directory`. */
export function outputFiles(directory: string): OutputFiles {
  const entries = Object.entries(fileNames).map(([key, name]) => [key, join(directory, name)] as const);
  return { ...(Object.fromEntries(entries) as { [Name in keyof typeof fileNames]: string }), directory };
}

/**
 * Makes the directory, and proves before hours are spent on training that every file can be written into it. Throws a
 * QuickstartError naming file and cause.
 */
export async function prepareOutput(files: OutputFiles): Promise<void> {
  await makeDirectory(files.directory);
  for (const name of Object.values(fileNames)) {
    const path = join(files.directory, name);
    if (await isDirectory(path)) {
      throw new QuickstartError(`cannot write ${path}: a directory is in the way; move it or name another --out`);
    }
  }
  await probe(files.directory);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    // One after the other: of several together Node reports a read-only file system as a missing directory.
    for (const missing of missingDirectories(directory)) await mkdir(missing);
    if (!(await stat(directory)).isDirectory()) {
      throw new QuickstartError(`--out: cannot make ${directory}: a file with this name is in the way`);
    }
  } catch (cause) {
    if (cause instanceof QuickstartError) throw cause;
    throw new QuickstartError(`--out: cannot make ${directory}: ${fileFailure(cause)}`, { cause });
  }
}

/** The directories on the way to one that do not exist, outermost first. */
function missingDirectories(directory: string): string[] {
  if (existsSync(directory)) return [];
  const parent = dirname(directory);
  return parent === directory ? [] : [...missingDirectories(parent), directory];
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return false;
    throw new QuickstartError(`--out: cannot use ${path}: ${fileFailure(cause)}`, { cause });
  }
}

async function probe(directory: string): Promise<void> {
  const file = join(directory, `.probe.${process.pid}.tmp`);
  try {
    await writeFile(file, '');
    await rm(file);
  } catch (cause) {
    throw new QuickstartError(`--out: cannot write into ${directory}: ${fileFailure(cause)}`, { cause });
  }
}
